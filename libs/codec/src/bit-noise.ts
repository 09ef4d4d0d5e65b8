import { type Hypervector, type SeededGenerator, bind, fromBits } from '@sigmalang/vector';

/** A copy of a vector with each bit flipped with probability `rate`, 0 to 1: the channel that decoding is measured on. */
export function flipBits(vector: Hypervector, rate: number, generator: SeededGenerator): Hypervector {
  return bind(vector, fromBits(vector.dimensions, () => Number(generator.nextUniform() < rate)));
}
