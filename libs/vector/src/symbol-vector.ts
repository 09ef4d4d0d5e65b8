import { type Hypervector, checkDimensions, tailMask, wordCount } from './hypervector';
import { SeededGenerator } from './seeded-generator';

/** Version of the rule that turns a symbol into a vector; it changes whenever any symbol's vector would. */
export const SYMBOL_SCHEME_VERSION = 1;

/**
 * The pseudo-random vector of a symbol: successive words of {@link SeededGenerator} started from the symbol's 64-bit hash, so the
 * vector of fewer dimensions is a prefix of the one of more. `seed` is a 32-bit integer; throws `VectorError` (`dimensions`).
 */
export function symbolVector(symbol: string, dimensions: number, seed = 0): Hypervector {
  const words = new Uint32Array(wordCount(checkDimensions(dimensions)));
  const generator = new SeededGenerator(symbol, seed);
  for (let w = 0; w < words.length; w++) words[w] = generator.nextUint32();
  words[words.length - 1] = (words[words.length - 1] ?? 0) & tailMask(dimensions);
  return { dimensions, words };
}

const TIE_SYMBOL = 'sigmalang:majority-tie';

/** The vector that decides the ties of a majority: pseudo-random, the same for every bundle of one seed and size. */
export function tieVector(dimensions: number, seed = 0): Hypervector {
  return symbolVector(TIE_SYMBOL, dimensions, seed);
}
