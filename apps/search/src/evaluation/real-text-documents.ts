import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['alice29.txt', 'asyoulik.txt'];

/** Of each thousand documents, this many have the rare tag. */
const RARE_TAGS_PER_1000 = 1;

/** A document made of real sentences, with metadata for filters of many selectivities. */
export interface RealTextDocument {
  /** `doc-` and its number. */
  readonly id: string;
  /** 2 to 5 sentences, about 400 characters. */
  readonly text: string;
  readonly metadata: {
    /** Where the first sentence is from. */
    readonly source: string;
    /** 0 to 99, at random: each 1 % of the documents. */
    readonly chapter: number;
    /** Of its number: each half of the documents. */
    readonly parity: 'even' | 'odd';
    /** `rare` in about .1 % of the documents, else absent. */
    readonly tag?: string;
  };
}

interface Sentence {
  readonly source: string;
  readonly text: string;
}

/**
 * `count` documents recombined at random, by the seed, from the sentences of the texts in the folder of measuring data; equal seeds give equal documents, and the first
 * ones are the same for every count.
 */
export function* realTextDocuments(folder: string, count: number, seed = 1): Generator<RealTextDocument, void> {
  const sentences = realSentences(folder);
  const random = seededRandom(seed);
  const pick = (): Sentence => sentences[Math.floor(random() * sentences.length)] ?? { source: '', text: '' };
  for (let i = 0; i < count; i++) {
    const parts = Array.from({ length: 2 + Math.floor(random() * 4) }, pick);
    const [chapter, isRare] = [Math.floor(random() * 100), random() * 1000 < RARE_TAGS_PER_1000];
    const metadata = { source: parts[0]?.source ?? '', chapter, parity: i % 2 === 0 ? ('even' as const) : ('odd' as const), ...(isRare && { tag: 'rare' }) };
    yield { id: `doc-${i}`, text: parts.map(({ text }) => text).join(' '), metadata };
  }
}

/** The sentences of more than 20 characters of the texts in the folder of measuring data, in their order. */
export function realSentences(folder: string): Sentence[] {
  return SOURCES.flatMap((source) =>
    readFileSync(join(folder, 'texts', source), 'latin1')
      .split(/(?<=[.!?])\s+/)
      .map((sentence) => ({ source, text: sentence.replace(/\s+/g, ' ').trim() }))
      .filter(({ text }) => text.length > 20),
  );
}

/** Numbers in [0, 1) that the seed determines (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
