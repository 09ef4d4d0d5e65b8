import { SeededGenerator, bitAt, symbolVector } from '@sigmalang/vector';
import { foldBits, foldWeights, unfoldValues } from './digit-folding';
import { WALSH_SIZE } from './walsh-hadamard';

describe.each([3072, 3084, 7952, 63_488, 65_536])('folding %i bits', (bits) => {
  const [observed, position] = [symbolVector('observed', bits), symbolVector('position', bits)];
  const generator = new SeededGenerator('weights');
  const weights = Float64Array.from({ length: bits }, () => generator.nextGaussian());
  const signOf = (j: number): number => 1 - 2 * bitAt(position, j);

  it('sums the signs of the unbound bits by their place modulo 512', () => {
    const expected = new Int16Array(WALSH_SIZE);
    for (let j = 0; j < bits; j++) {
      expected[j % WALSH_SIZE] = (expected[j % WALSH_SIZE] ?? 0) + signOf(j) * (1 - 2 * bitAt(observed, j));
    }
    const bins = new Int16Array(WALSH_SIZE);
    const energy = foldBits(observed, position, bins);
    expect(bins).toEqual(expected);
    expect(energy).toBe(expected.reduce((sum, bin) => sum + bin * bin, 0));
  });

  it('sums weights with the signs of the position', () => {
    const expected = new Float64Array(WALSH_SIZE).fill(1);
    weights.forEach((weight, j) => {
      expected[j % WALSH_SIZE] = (expected[j % WALSH_SIZE] ?? 0) + signOf(j) * weight;
    });
    const bins = new Float64Array(WALSH_SIZE).fill(1);
    foldWeights(weights, position, bins);
    expect(bins).toEqual(expected);
  });

  it('has unfolding as its transpose', () => {
    const values = weights.slice(0, WALSH_SIZE);
    const target = new Float64Array(bits);
    unfoldValues(values, position, target);
    for (let j = 0; j < bits; j += 41) expect(target[j]).toBe(signOf(j) * (values[j % WALSH_SIZE] ?? 0));
  });
});

it.each([
  ['equal', 0, 128],
  ['different', 0xffffffff, -128],
])('counts 65,536 %s bits without overflow', (_, mask, bin) => {
  const vector = symbolVector('same', 65_536);
  const bins = new Int16Array(WALSH_SIZE);
  foldBits({ ...vector, words: vector.words.map((word) => word ^ mask) }, vector, bins);
  expect(bins.every((value) => value === bin)).toBe(true);
});
