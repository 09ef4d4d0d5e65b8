import { type Hypervector, checkDimensions } from './hypervector';
import { fromBits } from './packing';
import { SeededGenerator } from './seeded-generator';
import { activeKernels, allocateRoom } from './vector-kernels';
import { VectorError } from './vector-error';

const MAX_INPUT_DIMENSIONS = 8192;

/**
 * Makes `row` a unit vector orthogonal to the orthonormal `previous` rows by Gram-Schmidt, four of them at a time. Gaussian rows are
 * far from dependent, so one pass in double precision leaves products below 1e-10.
 */
function orthonormalize(row: Float64Array, previous: readonly Float64Array[]): void {
  for (let p = 0; p < previous.length; p += 4) {
    const [a = ZERO_ROW, b = ZERO_ROW, c = ZERO_ROW, d = ZERO_ROW] = previous.slice(p, p + 4);
    removeComponents(row, a, b, c, d);
  }
  let squares = 0;
  for (const value of row) squares += value * value;
  const scale = 1 / Math.sqrt(squares);
  for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) * scale;
}

const ZERO_ROW = new Float64Array(MAX_INPUT_DIMENSIONS);

/** Takes from `row` its components along four orthonormal rows (or zero rows). */
function removeComponents(row: Float64Array, a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array): void {
  let [alongA, alongB, alongC, alongD] = [0, 0, 0, 0];
  for (let i = 0; i < row.length; i++) {
    const value = row[i] ?? 0;
    alongA += value * (a[i] ?? 0);
    alongB += value * (b[i] ?? 0);
    alongC += value * (c[i] ?? 0);
    alongD += value * (d[i] ?? 0);
  }
  for (let i = 0; i < row.length; i++) {
    const along = alongA * (a[i] ?? 0) + alongB * (b[i] ?? 0) + alongC * (c[i] ?? 0) + alongD * (d[i] ?? 0);
    row[i] = (row[i] ?? 0) - along;
  }
}

/**
 * Turns a real vector into bits whose Hamming distance tells the angle: bit k is the sign bit (1 for negative) of the product with
 * direction k. Directions are seeded Gaussian rows made orthogonal in batches of at most as many as the input has dimensions, which
 * lowers the variance of the estimated angle (super-bit LSH, Ji et al. 2012).
 */
export class SignProjection {
  readonly inputDimensions: number;
  readonly bits: number;
  readonly #directions: Float32Array;

  /** Takes `inputDimensions` (1 to 8,192) and the number of bits (1,024 to 65,536); throws `VectorError` `range` or `dimensions`. */
  constructor(inputDimensions: number, bits: number, { seed = 0 }: { seed?: number } = {}) {
    if (!Number.isInteger(inputDimensions) || inputDimensions < 1 || inputDimensions > MAX_INPUT_DIMENSIONS) {
      throw new VectorError('range', `an embedding has 1 to ${MAX_INPUT_DIMENSIONS} dimensions, not ${inputDimensions}`);
    }
    this.inputDimensions = inputDimensions;
    this.bits = checkDimensions(bits);
    const { buffer, byteOffset } = allocateRoom(4 * inputDimensions * bits);
    this.#directions = new Float32Array(buffer, byteOffset, inputDimensions * bits);
    const generator = new SeededGenerator(`sigmalang:projection:${inputDimensions}`, seed);
    let batch: Float64Array[] = [];
    for (let bit = 0; bit < bits; bit++) {
      if (batch.length === inputDimensions) batch = [];
      const row = Float64Array.from({ length: inputDimensions }, () => generator.nextGaussian());
      orthonormalize(row, batch);
      batch.push(row);
      this.#directions.set(row, bit * inputDimensions);
    }
  }

  /** The sign bits of an embedding; a product of zero, so every bit of the zero vector, gives 0. Throws `VectorError` `length` or `range` (not finite). */
  project(embedding: Float32Array): Hypervector {
    if (embedding.length !== this.inputDimensions) {
      throw new VectorError('length', `expected an embedding of ${this.inputDimensions} numbers, found ${embedding.length}`);
    }
    if (!embedding.every(Number.isFinite)) throw new VectorError('range', 'an embedding must be finite');
    const products = new Float32Array(this.bits);
    activeKernels.dotFloat32ToMany(embedding, this.#directions, products);
    return fromBits(this.bits, (bit) => ((products[bit] ?? 0) < 0 ? 1 : 0));
  }
}

/** The cosine estimated from the Hamming distance of two sign projections of `bits` bits: cos(pi h / bits), Charikar 2002. */
export function cosineFromHamming(hamming: number, bits: number): number {
  return Math.cos((Math.PI * hamming) / bits);
}
