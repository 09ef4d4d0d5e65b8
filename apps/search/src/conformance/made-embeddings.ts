import { analyze } from '../text/text-analyzer';

/**
 * An embedding that is made of the text alone: the sum of a vector for each word, of unit length; all zero for a text without words. Texts with the same words have the same embedding,
 * others differ as their words do.
 */
export function embedText(text: string, dimensions: number): Float32Array {
  const sum = new Float64Array(dimensions);
  for (const { stem } of analyze(text)) addWord(sum, stem);
  const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0));
  return Float32Array.from(sum, (value) => (length > 0 ? value / length : 0));
}

/** By Marsaglia's xorshift, from a hash by Fowler, Noll and Vo. */
function addWord(sum: Float64Array, word: string): void {
  let state = 2_166_136_261 ^ sum.length;
  for (let i = 0; i < word.length; i++) state = Math.imul(state ^ word.charCodeAt(i), 16_777_619);
  state = state === 0 ? 1 : state;
  for (let i = 0; i < sum.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    sum[i] = (sum[i] ?? 0) + state / 2 ** 31;
  }
}
