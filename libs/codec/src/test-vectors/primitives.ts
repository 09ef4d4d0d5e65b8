import { type Hypervector, SeededGenerator, hash64, symbolVector, tieVector } from '@sigmalang/vector';

/** A word of 32 bits as 8 hexadecimal digits, the highest first. */
export function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}

/** The first words of a vector, and its last one, which has the tail. */
export function wordsOf({ dimensions, words }: Hypervector): { dimensions: number; first: string[]; last: string } {
  return { dimensions, first: Array.from(words.subarray(0, 4), hex), last: hex(words[words.length - 1] ?? 0) };
}

const HASHED: readonly (readonly [text: string, seed: number])[] = [
  ['', 0],
  ['', 1],
  ['a', 0],
  ['a', -1],
  ['Σ', 0],
  ['exactly 15 byte', 0],
  ['exactly 16 bytes', 0],
  ['exactly 17 bytes.', 0],
  ['sigmalang:position:0', 1],
  ['sigmalang:position:1531', 1],
  ['sigmalang:majority-tie', 1],
  ['naïve 日本語 😀', 7],
];

/** Hashes, generators and symbol vectors. */
export function primitives(): object {
  return {
    about: 'sections 3 and 4 of docs/sigma-vector.md; written by npm run test-vectors; words are 8 hexadecimal digits, the highest first',
    hash64: HASHED.map(([text, seed]) => {
      const [low, high] = hash64(text, seed);
      return { text, seed, low: hex(low), high: hex(high) };
    }),
    generators: [
      ['test', 0],
      ['test', 1],
      ['', -5],
      ['sigmalang:projection:40', 0],
    ].map(([label = '', seed = 0]) => generatorOutputs(String(label), Number(seed))),
    symbolVectors: [
      { symbol: 'king', seed: 0, dimensions: 10_000 },
      { symbol: 'king', seed: 1, dimensions: 10_000 },
      { symbol: 'Größe 😀', seed: 0, dimensions: 4112 },
      { symbol: 'king', seed: 0, dimensions: 1025 },
    ].map(({ symbol, seed, dimensions }) => ({ symbol, seed, ...wordsOf(symbolVector(symbol, dimensions, seed)) })),
    tieVectors: [0, 1].map((seed) => ({ seed, ...wordsOf(tieVector(10_000, seed)) })),
  };
}

function generatorOutputs(label: string, seed: number): object {
  const made = <Value>(count: number, next: (generator: SeededGenerator) => Value): Value[] => {
    const generator = new SeededGenerator(label, seed);
    return Array.from({ length: count }, () => next(generator));
  };
  return {
    label,
    seed,
    words: made(8, (generator) => hex(generator.nextUint32())),
    uniform: made(4, (generator) => generator.nextUniform()),
    gaussian: made(5, (generator) => generator.nextGaussian()),
  };
}
