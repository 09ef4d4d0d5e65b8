import { EditDistance } from '@sigmalang/lexicon';
import { stemOf } from '../text/text-analyzer';
import type { QueryTerm } from './bm25';
import { KeywordIndexError } from './keyword-index-error';

/** Shorter words are too much like each other to stand for one another. */
const SHORTEST = 3;

/** From this length on two typos leave a word recognisable. */
const SHORTEST_OF_TWO_TYPOS = 8;

/** Characters of the longest word, see `analyze`. */
const LONGEST = 64;

/** Words that one word stands for at most. */
const MOST_WORDS = 64;

const distances = [new EditDistance(LONGEST, 1), new EditDistance(LONGEST, 2)] as const;

/** Words of one length. */
interface Bucket {
  readonly words: string[];
  /** For each word the set of its letters, see `letterSet`. */
  letters: Int32Array;
}

interface KnownWord {
  documents: number;
  /** Place in its bucket. */
  place: number;
}

interface SimilarWord {
  readonly word: string;
  readonly distance: number;
  readonly similarity: number;
}

/**
 * The words of a collection, and which of them are spelt alike. Words that are d typos apart differ in length by at most d and in the set of their letters by at most
 * 2d, since a typo adds or removes one letter, puts one in the place of another, or swaps two. So one scan over lengths and sets of 32 bits leaves few words to compare,
 * and all that there are are found; a word takes 4 bytes beside itself, against some 30 entries of a deletion dictionary for two typos (Garbe's symmetric deletion).
 *
 * In PostgreSQL the same is a table words(word, length, letters int4, documents) with an index on length, and
 * `WHERE length BETWEEN … AND bit_count((letters # $1)::bit(32)) <= 2 * d`; or, for one typo and a large vocabulary, a table deletions(deletion, word) of each word and
 * each word without one of its letters, joined with the deletions of the word that is looked for. Either way the candidates go through {@link compareSpellings}.
 */
export class Spellings {
  private readonly known = new Map<string, KnownWord>();
  private readonly buckets: Bucket[] = [];

  /** Different words of at least 3 characters with a letter. */
  get size(): number {
    return this.known.size;
  }

  /** Adds the words of a document, as `analyze` gives them; repeated ones count once. */
  add(words: Iterable<string>): void {
    for (const word of new Set(words)) this.count(word, 1);
  }

  /** Takes away the words of a document that were added with it. */
  remove(words: Iterable<string>): void {
    for (const word of new Set(words)) {
      const entry = this.known.get(word);
      if (entry === undefined) continue;
      entry.documents--;
      if (entry.documents === 0) this.forget(word, entry);
    }
  }

  /**
   * The stems that a word of a query may stand for: its own with weight 1, and those of the collection's words of 3 and more characters that are one typo away (insertion,
   * deletion, replacement, or swap of neighbours), or two where one of both words has 8 and more characters, with weight 1 - typos / characters of the longer word. Heaviest
   * first, then by stem; of at most 64 words, the nearest and commonest. Numbers stand for themselves only.
   */
  similar(word: string): QueryTerm[] {
    const weights = new Map([[stemOf(word), 1]]);
    for (const { word: other, similarity } of this.similarWords(word)) {
      const stem = stemOf(other);
      weights.set(stem, Math.max(weights.get(stem) ?? 0, similarity));
    }
    return Array.from(weights, ([stem, weight]) => ({ stem, weight })).sort((a, b) => b.weight - a.weight || compareStrings(a.stem, b.stem));
  }

  /** The words and their numbers of documents, as bytes. */
  save(): Buffer {
    return Buffer.from(JSON.stringify(Array.from(this.known, ([word, { documents }]) => [word, documents])));
  }

  /** What `save` gave the bytes of. Throws KeywordIndexError where they are damaged. */
  static load(bytes: Uint8Array): Spellings {
    const spellings = new Spellings();
    for (const entry of parseList(bytes)) {
      const [word, documents] = Array.isArray(entry) ? (entry as unknown[]) : [];
      if (typeof word !== 'string' || typeof documents !== 'number' || !Number.isSafeInteger(documents) || documents < 1) throw damaged();
      if (!isCompared(word) || spellings.known.has(word)) throw damaged();
      spellings.count(word, documents);
    }
    return spellings;
  }

  private similarWords(word: string): SimilarWord[] {
    if (!hasLetter(word)) return [];
    const length = lengthOf(word);
    const found: SimilarWord[] = [];
    const letters = letterSet(word);
    for (let other = Math.max(SHORTEST, length - 2); other <= length + 2; other++) {
      const typos = mostTypos(length, other);
      const bucket = this.buckets[other];
      if (bucket === undefined || Math.abs(other - length) > typos) continue;
      for (let place = 0; place < bucket.words.length; place++) {
        if (bitCount((bucket.letters[place] as number) ^ letters) > 2 * typos) continue;
        const similar = compareSpellings(word, bucket.words[place] ?? '');
        if (similar !== undefined) found.push(similar);
      }
    }
    const documents = ({ word: of }: SimilarWord) => this.known.get(of)?.documents ?? 0;
    return found.sort((a, b) => a.distance - b.distance || documents(b) - documents(a) || compareStrings(a.word, b.word)).slice(0, MOST_WORDS);
  }

  private count(word: string, documents: number): void {
    const entry = this.known.get(word);
    if (entry !== undefined) entry.documents += documents;
    else if (isCompared(word)) this.learn(word, documents);
  }

  private learn(word: string, documents: number): void {
    const bucket = (this.buckets[lengthOf(word)] ??= { words: [], letters: new Int32Array(4) });
    const place = bucket.words.push(word) - 1;
    if (place === bucket.letters.length) {
      const letters = new Int32Array(2 * place);
      letters.set(bucket.letters);
      bucket.letters = letters;
    }
    bucket.letters[place] = letterSet(word);
    this.known.set(word, { documents, place });
  }

  /** Puts the last word of the bucket in the place of a word. */
  private forget(word: string, { place }: KnownWord): void {
    this.known.delete(word);
    const bucket = this.buckets[lengthOf(word)];
    const last = bucket?.words.pop();
    const moved = last === undefined ? undefined : this.known.get(last);
    if (bucket === undefined || last === undefined || moved === undefined) return;
    bucket.words[place] = last;
    bucket.letters[place] = bucket.letters[bucket.words.length] ?? 0;
    moved.place = place;
  }
}

/** How alike two different words are, see {@link Spellings.similar}; undefined where they are the same or too far apart. */
export function compareSpellings(word: string, other: string): SimilarWord | undefined {
  const [lengthOfWord, lengthOfOther] = [readCharacters(word, first), readCharacters(other, second)];
  const typos = mostTypos(lengthOfWord, lengthOfOther);
  const distance = distances[typos - 1]?.between(first, lengthOfWord, second, lengthOfOther) ?? Infinity;
  if (distance === 0 || distance > typos) return undefined;
  return { word: other, distance, similarity: 1 - distance / Math.max(lengthOfWord, lengthOfOther) };
}

/** Whether a word can be found by another spelling: 3 and more characters, a letter among them. */
export function isCompared(word: string): boolean {
  return hasLetter(word) && lengthOf(word) >= SHORTEST;
}

/** Characters (code points) of a word. */
export function lengthOf(word: string): number {
  return readCharacters(word, first);
}

/** The letters of a word as a set of 32 bits (code point modulo 32), as a signed integer. */
export function letterSet(word: string): number {
  let letters = 0;
  for (let i = 0; i < word.length; i++) {
    const character = word.codePointAt(i) ?? 0;
    if (character > 0xffff) i++;
    letters |= 1 << (character & 31);
  }
  return letters;
}

const first = new Uint32Array(LONGEST);
const second = new Uint32Array(LONGEST);

/** Puts the code points of a word, at most 64, into an array; gives how many they are. */
function readCharacters(word: string, characters: Uint32Array): number {
  let length = 0;
  for (let i = 0; i < word.length && length < characters.length; i++) {
    const character = word.codePointAt(i) ?? 0;
    if (character > 0xffff) i++;
    characters[length++] = character;
  }
  return length;
}

function mostTypos(length: number, other: number): 1 | 2 {
  return Math.max(length, other) >= SHORTEST_OF_TWO_TYPOS ? 2 : 1;
}

function hasLetter(word: string): boolean {
  return /\p{L}/u.test(word);
}

function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return (((fours + (fours >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

function compareStrings(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function parseList(bytes: Uint8Array): unknown[] {
  try {
    const list: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
    if (Array.isArray(list)) return list;
  } catch {
    // as any other that is no list
  }
  throw damaged();
}

function damaged(): KeywordIndexError {
  return new KeywordIndexError('the bytes of the words of a collection are damaged');
}
