import { NEGATIONS } from './english-words';
import { IDENTITY_DIMENSIONS } from './identity-code';
import type { Lexicon } from './lexicon';
import { RecentValues } from './recent-values';
import { numberIdentity, wordIdentity } from './token-identity';
import { tokenize, type TextToken } from './text-tokens';
import { WordFrequency } from './word-frequency';
import { WordReader, type WordReading } from './word-reader';

/** Raised with every change that gives any text another vector. */
const METHOD_VERSION = 1;

/** Weight of a single letter, whose frequency no list tells. */
const LETTER_WEIGHT = 0.5;

/** Weight of not, never, nobody…: common as they are, they turn a statement round. */
const NEGATION_WEIGHT = 0.5;

/** Squared length of a token's vector: dense and identity part have unit length each, and what the dense part lacks goes to the identity. */
const WHOLE = 2;

/** Words that are remembered, twice at most; 1.4 KB each. A text says most of its words more than once, and others say them too. */
const REMEMBERED_WORDS = 4_096;

/** What a word adds to an embedding, once. */
interface WordParts {
  readonly reading: WordReading;
  readonly weight: number;
  readonly identity: Float64Array;
}

/** An embedding and the number of tokens that it was made of. */
export interface CountedEmbedding {
  readonly vector: Float32Array;
  readonly tokens: number;
}

/** How to embed. */
export interface EmbedOptions {
  /** Whether the embedding has unit length; unless false. */
  readonly normalize?: boolean;
}

/** False for the all-zero vector, which a text gets that has no letter, digit or pictograph. */
export function hasContent(embedding: Float32Array): boolean {
  return embedding.some((value) => value !== 0);
}

/**
 * Text → vector by the weighted sum of its tokens' vectors. A token's vector is its whitened word vector and a hashed identity code, side by
 * side and each of unit length, weighted by smooth inverse frequency (Arora, Liang and Ma, ICLR 2017). Equal text gives equal bits.
 */
export class TextEmbedder {
  /** Which vectors can be compared: word vectors, their stored form and the version of this method; ASCII, at most 63 bytes. */
  readonly modelId: string;
  /** Values of an embedding: those of the word vectors plus 156. */
  readonly dimensions: number;

  private readonly frequency: WordFrequency;
  private readonly reader: WordReader;
  private readonly wordVector: Float32Array<ArrayBuffer>;
  private readonly parts = new RecentValues<WordParts>(REMEMBERED_WORDS, (word) => this.partsOf(word));
  private readonly isKnown = (word: string) => this.lexicon.indexOf(word) !== undefined;

  constructor(private readonly lexicon: Lexicon) {
    this.modelId = `${lexicon.id}@${METHOD_VERSION}`;
    this.dimensions = lexicon.dimensions + IDENTITY_DIMENSIONS;
    this.frequency = new WordFrequency(lexicon.size);
    this.reader = new WordReader(lexicon);
    this.wordVector = new Float32Array(lexicon.dimensions);
  }

  /** The embedding of a text of any length, in linear time: unit length, or all zero where `hasContent` says there is nothing to embed. */
  embed(text: string): Float32Array {
    return this.embedCounted(text).vector;
  }

  /** As {@link embed}, with the number of tokens; without `normalize` the weighted sum itself, whose length grows with the content. */
  embedCounted(text: string, options: EmbedOptions = {}): CountedEmbedding {
    const steps = this.embedInSteps(text, options);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  /** {@link embedCounted} as a generator that pauses after each token, for callers that must not block others. */
  *embedInSteps(text: string, { normalize = true }: EmbedOptions = {}): Generator<undefined, CountedEmbedding> {
    const dense = new Float64Array(this.lexicon.dimensions);
    const identity = new Float64Array(IDENTITY_DIMENSIONS);
    const counted = yield* countTokens(tokenize(text, this.isKnown));
    let tokens = 0;
    for (const { token, count } of counted) {
      this.add(token, count, dense, identity);
      tokens += count;
      yield;
    }
    const whitened = this.lexicon.whiten(dense);
    return { vector: join(whitened, identity, normalize ? unitScale(whitened, identity) : 1), tokens };
  }

  private add(token: TextToken, count: number, dense: Float64Array, identity: Float64Array): void {
    if (token.kind === 'number') {
      addScaled(identity, numberIdentity(token.digits), count * Math.sqrt(WHOLE));
      return;
    }
    const { reading, weight: once, identity: code } = this.parts.get(token.text);
    const { indexes, share } = reading;
    const weight = count * once;
    for (const reading of indexes) this.addWhitened(dense, reading, weight * Math.sqrt(share / indexes.length));
    addScaled(identity, code, weight * Math.sqrt(WHOLE - share));
  }

  private partsOf(word: string): WordParts {
    const index = this.lexicon.indexOf(word);
    return { reading: this.reader.read(word, index), weight: this.weight(word, index), identity: wordIdentity(word) };
  }

  private weight(word: string, index: number | undefined): number {
    if (word === 'a' || word === 'i') return this.frequency.weight(0); // as common as any, but the list has no single letters
    if (NEGATIONS.has(word)) return NEGATION_WEIGHT;
    if (index !== undefined) return this.frequency.weight(index);
    return word.length === 1 ? LETTER_WEIGHT : 1;
  }

  /** Adds the word's vector so that it has length `scale` after whitening, which is linear and done once for the sum. */
  private addWhitened(dense: Float64Array, index: number, scale: number): void {
    const length = this.lexicon.whitenedLength(index);
    if (length > 0) addScaled(dense, this.lexicon.vector(index, this.wordVector), scale / length);
  }
}

function* countTokens(tokens: Iterable<TextToken>): Generator<undefined, Iterable<{ token: TextToken; count: number }>> {
  const counts = new Map<string, { token: TextToken; count: number }>();
  for (const token of tokens) {
    yield;
    const key = token.kind === 'number' ? `#${token.digits}` : token.text;
    const entry = counts.get(key);
    if (entry) entry.count++;
    else counts.set(key, { token, count: 1 });
  }
  return counts.values();
}

function addScaled(target: Float64Array, vector: ArrayLike<number>, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (vector[i] ?? 0);
}

/** The factor that gives both parts together unit length; 1 where both are all zero. */
function unitScale(dense: Float64Array, identity: Float64Array): number {
  let squares = 0;
  for (const value of dense) squares += value * value;
  for (const value of identity) squares += value * value;
  return squares === 0 ? 1 : 1 / Math.sqrt(squares);
}

function join(dense: Float64Array, identity: Float64Array, scale: number): Float32Array {
  const joined = new Float32Array(dense.length + identity.length);
  joined.set(dense.map((value) => value * scale));
  joined.set(
    identity.map((value) => value * scale),
    dense.length,
  );
  return joined;
}
