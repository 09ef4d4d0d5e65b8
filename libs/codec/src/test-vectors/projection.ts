import {
  type Hypervector,
  SeededGenerator,
  SignProjection,
  activeKernels,
  sliceVector,
  toBase64,
  toBitString,
} from '@sigmalang/vector';

const [INPUT, BITS] = [40, 2048];

/** An embedding of 40 numbers, multiples of 1/64, so that each is exact in decimal and in 32 bits. */
function embedding(): Float32Array {
  const generator = new SeededGenerator('test-vectors:embedding');
  return Float32Array.from({ length: INPUT }, () => Math.round(64 * generator.nextGaussian()) / 64);
}

/** The first `bits` bits of the projected test embedding. */
export function projectedBits(bits: number): Hypervector {
  return sliceVector(new SignProjection(INPUT, BITS).project(embedding()), 0, bits);
}

/** Two lists of floats, and the inner product that the order of its additions gives. */
function roundedProduct(length: number): object {
  const generator = new SeededGenerator(`test-vectors:product:${length}`);
  const floats = (): Float32Array => Float32Array.from({ length }, () => generator.nextGaussian());
  const [a, b, products] = [floats(), floats(), new Float32Array(1)];
  activeKernels.dotFloat32ToMany(a, b, products);
  return { a: Array.from(a), b: Array.from(b), product: products[0] };
}

/** The embedding, some directions and the bits. */
export function projection(): object {
  const projected = new SignProjection(INPUT, BITS);
  // The product with a unit vector is one coordinate of each direction.
  const signsOfCoordinate = (i: number): string =>
    toBitString(projected.project(Float32Array.from({ length: INPUT }, (_, k) => Number(k === i)))).slice(0, 64);
  return {
    about: 'section 8 of docs/sigma-vector.md; written by npm run test-vectors',
    inputDimensions: INPUT,
    bits: BITS,
    embedding: Array.from(embedding()),
    projected: toBase64(projectedBits(BITS)),
    products: [3, 16, 40, 100].map(roundedProduct),
    coordinateSigns: [0, 1, 15, 16, 39].map((coordinate) => ({ coordinate, bits: signsOfCoordinate(coordinate) })),
  };
}
