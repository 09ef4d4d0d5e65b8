import { type Hypervector, complement, hammingDistance, hypervector, wordCount, zeroVector } from '@sigmalang/vector';

/** What arrived of one sequence segment. */
export interface Observation {
  /** One or more copies of the segment. */
  readonly copies: readonly Hypervector[];
  /** Ones at the bits that are not erased. */
  readonly readable: Hypervector;
  /** Number of readable bits. */
  readonly readableBits: number;
  /** The bits that more copies have than not; zero where that is not known. */
  readonly bits: Hypervector;
  /** Ones at the bits that are known: readable, and without a tie of the copies. */
  readonly known: Hypervector;
  /** Number of known bits. */
  readonly knownBits: number;
}

/** The observation of copies of a segment (at least one, all of one size) of which the ones of `erased` mark unknown bits. */
export function observe(
  copies: readonly [Hypervector, ...Hypervector[]],
  erased: Hypervector = zeroVector(copies[0].dimensions),
): Observation {
  const [{ dimensions }] = copies;
  const readable = complement(erased);
  if (copies.length === 1) return observeOne(copies[0], readable);
  const bits = new Uint32Array(wordCount(dimensions));
  const known = new Uint32Array(wordCount(dimensions));
  for (let w = 0; w < bits.length; w++) {
    const [most, half] = majorityOfWords(copies.map(({ words }) => words[w] ?? 0));
    known[w] = (readable.words[w] ?? 0) & ~half;
    bits[w] = most & (known[w] ?? 0);
  }
  return {
    copies,
    readable,
    readableBits: onesOf(readable),
    bits: hypervector(bits, dimensions),
    known: hypervector(known, dimensions),
    knownBits: onesOf({ dimensions, words: known }),
  };
}

function observeOne(copy: Hypervector, readable: Hypervector): Observation {
  const words = copy.words.map((word, w) => word & (readable.words[w] ?? 0));
  const readableBits = onesOf(readable);
  const bits = { dimensions: copy.dimensions, words };
  return { copies: [copy], readable, readableBits, bits, known: readable, knownBits: readableBits };
}

/** Number of known bits in which a segment differs from what was observed. */
export function bitErrorsOf(segment: Hypervector, { bits, known }: Observation): number {
  const words = segment.words.map((word, w) => word & (known.words[w] ?? 0));
  return hammingDistance({ dimensions: segment.dimensions, words }, bits);
}

/** The bits that are set in more than half of some words, and those that are set in exactly half. */
function majorityOfWords(words: readonly number[]): [most: number, half: number] {
  let [most, half] = [0, 0];
  for (let b = 0; b < 32; b++) {
    const twice = 2 * words.reduce((sum, word) => sum + ((word >>> b) & 1), 0);
    if (twice > words.length) most |= 1 << b;
    else if (twice === words.length) half |= 1 << b;
  }
  return [most, half];
}

function onesOf(vector: Hypervector): number {
  return hammingDistance(vector, zeroVector(vector.dimensions));
}
