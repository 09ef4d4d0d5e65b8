import { type Hypervector, bitAt, fromBits, symbolVector, zeroVector } from '@sigmalang/vector';
import { bitErrorsOf, observe } from './observation';

const BITS = 1030;
const copies = ['a', 'b', 'c', 'd'].map((symbol) => symbolVector(symbol, BITS));
const [a = zeroVector(BITS), b = a, c = a, d = a] = copies;
const erased = fromBits(BITS, (bit) => Number(bit % 7 === 0));

/** What is to be known of a bit, from the copies one by one. */
function expectedAt(bit: number, of: readonly Hypervector[], isErased: boolean): { bit: number; isKnown: boolean } {
  const ones = of.reduce((sum, copy) => sum + bitAt(copy, bit), 0);
  const isKnown = !isErased && 2 * ones !== of.length;
  return { bit: Number(isKnown && 2 * ones > of.length), isKnown };
}

describe('observe', () => {
  it.each([
    ['one copy', [a]],
    ['two copies', [a, b]],
    ['three copies', [a, b, c]],
    ['four copies', [a, b, c, d]],
  ] as const)('takes of %s the majority, where there is one and nothing is erased', (_what, of) => {
    const [first, ...others] = of;
    const observation = observe([first, ...others], erased);
    let known = 0;
    for (let bit = 0; bit < BITS; bit++) {
      const expected = expectedAt(bit, of, bit % 7 === 0);
      expect([bitAt(observation.bits, bit), bitAt(observation.known, bit)]).toEqual([expected.bit, Number(expected.isKnown)]);
      known += Number(expected.isKnown);
    }
    expect(observation.knownBits).toBe(known);
    expect(observation.readableBits).toBe(BITS - Math.ceil(BITS / 7));
  });

  it('knows all bits of one copy of which none is erased', () => {
    expect(observe([a])).toMatchObject({ bits: a, knownBits: BITS, readableBits: BITS });
  });
});

describe('bitErrorsOf', () => {
  it('counts the known bits that differ', () => {
    const other = fromBits(BITS, (bit) => bitAt(a, bit) ^ Number(bit === 1 || bit === 7 || bit === 500));
    expect(bitErrorsOf(other, observe([a]))).toBe(3);
    expect(bitErrorsOf(other, observe([a], erased))).toBe(2);
  });
});
