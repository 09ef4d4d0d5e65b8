import { hammingDistance } from './algebra';
import { complement, toBitString } from './packing';
import { SeededGenerator } from './seeded-generator';
import { SignProjection, cosineFromHamming } from './sign-projection';

const refusal = (reason: string): Error => expect.objectContaining({ name: 'VectorError', reason }) as Error;

const generator = new SeededGenerator('embeddings');
const embedding = (size: number): Float32Array => Float32Array.from({ length: size }, () => generator.nextGaussian());
const cosine = (a: Float32Array, b: Float32Array): number => {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
/** A vector at a given mixture of another and a new one. */
const near = (a: Float32Array, share: number): Float32Array => {
  const other = embedding(a.length);
  return a.map((value, i) => share * value + (1 - share) * (other[i] ?? 0));
};

describe('SignProjection', () => {
  const projection = new SignProjection(100, 2048);

  it('estimates the cosine from the Hamming distance with less error than independent directions would have', () => {
    let [squaredError, independentVariance] = [0, 0];
    const pairs = 200;
    for (let pair = 0; pair < pairs; pair++) {
      const a = embedding(100);
      const b = near(a, (pair % 10) / 10);
      const angle = Math.acos(cosine(a, b)) / Math.PI;
      const estimate = hammingDistance(projection.project(a), projection.project(b)) / 2048;
      expect(cosineFromHamming(estimate * 2048, 2048)).toBeCloseTo(cosine(a, b), 0);
      squaredError += (estimate - angle) ** 2;
      independentVariance += (angle * (1 - angle)) / 2048;
    }
    expect(squaredError).toBeLessThan(0.75 * independentVariance);
  });

  it('depends on the seed alone, and a shorter projection is a prefix of a longer one', () => {
    const vector = embedding(100);
    expect(new SignProjection(100, 2048).project(vector)).toEqual(projection.project(vector));
    expect(new SignProjection(100, 2048, { seed: 1 }).project(vector)).not.toEqual(projection.project(vector));
    const shorter = new SignProjection(100, 1030).project(vector);
    expect(toBitString(projection.project(vector)).slice(0, 1030)).toBe(toBitString(shorter));
  });

  it('does not depend on the length of the vector, and gives the complement for its opposite', () => {
    const vector = embedding(100);
    expect(projection.project(vector.map((value) => 8 * value))).toEqual(projection.project(vector));
    expect(projection.project(vector.map((value) => -value))).toEqual(complement(projection.project(vector)));
  });

  it('gives only zeros for the zero vector', () => {
    expect(projection.project(new Float32Array(100)).words.every((word) => word === 0)).toBe(true);
  });

  it('sets about half of the bits', () => {
    const ones = toBitString(projection.project(embedding(100))).replaceAll('0', '').length;
    expect(Math.abs(ones - 1024)).toBeLessThan(150);
  });

  it('works for embeddings of a sentence model and for single numbers', () => {
    expect(new SignProjection(384, 1024).project(embedding(384)).dimensions).toBe(1024);
    expect(new SignProjection(1, 1024).project(embedding(1)).dimensions).toBe(1024);
  });

  it.each([
    ['range', () => new SignProjection(0, 1024)],
    ['range', () => new SignProjection(9000, 1024)],
    ['dimensions', () => new SignProjection(100, 10)],
    ['length', () => projection.project(embedding(99))],
    ['range', () => projection.project(embedding(100).fill(Number.NaN))],
  ])('refuses with reason %s', (reason, action) => {
    expect(action).toThrow(refusal(reason));
  });
});

describe('cosineFromHamming', () => {
  it.each([
    [0, 1],
    [1024, 0],
    [2048, -1],
  ])('of %i of 2,048 bits is %i', (distance, expected) => {
    expect(cosineFromHamming(distance, 2048)).toBeCloseTo(expected, 12);
  });
});
