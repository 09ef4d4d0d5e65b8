import fc from 'fast-check';
import {
  fromBase64,
  fromBipolar,
  fromBits,
  fromBitString,
  fromBytes,
  toBase64,
  toBipolar,
  toBitString,
  toBytes,
} from './packing';
import { bind } from './algebra';
import { symbolVector } from './symbol-vector';

const refusal = (reason: string): Error => expect.objectContaining({ name: 'VectorError', reason }) as Error;

describe('packing', () => {
  it('gives back the vector from bytes, base64, bits and bipolar numbers', () => {
    const dimensionsOf = fc.constantFrom(1024, 1025, 1030, 1031, 4096, 10_000, 65_536);
    fc.assert(
      fc.property(dimensionsOf, fc.integer({ min: 0 }), (dimensions, name) => {
        const vector = symbolVector(String(name), dimensions);
        expect(fromBytes(toBytes(vector), dimensions)).toEqual(vector);
        expect(fromBase64(toBase64(vector), dimensions)).toEqual(vector);
        expect(fromBitString(toBitString(vector))).toEqual(vector);
        expect(fromBipolar(toBipolar(vector))).toEqual(vector);
      }),
      { seed: 3, numRuns: 30 },
    );
  });

  it('puts dimension 0 in the least significant bit of the first byte and gives -1 for a bit of 1', () => {
    const vector = fromBits(1030, (i) => Number(i === 0 || i === 9 || i === 1029));
    const bytes = toBytes(vector);
    expect(bytes).toHaveLength(129);
    expect([bytes[0], bytes[1], bytes[128]]).toEqual([1, 2, 1 << 5]);
    expect(toBitString(vector).slice(0, 10)).toBe('1000000001');
    expect(toBipolar(vector).slice(0, 3)).toEqual([-1, 1, 1]);
  });

  it('makes XOR of bits the product of bipolar numbers', () => {
    const [a, b] = [symbolVector('a', 1024), symbolVector('b', 1024)];
    const [x, y] = [toBipolar(a), toBipolar(b)];
    expect(toBipolar(bind(a, b))).toEqual(x.map((value, i) => value * (y[i] ?? 0)));
  });

  it.each([
    ['too few bytes', () => fromBytes(new Uint8Array(128), 1030), 'length'],
    ['too many bytes', () => fromBytes(new Uint8Array(130), 1030), 'length'],
    ['spare bits that are set', () => fromBytes(new Uint8Array(129).fill(0xff), 1030), 'spare-bits'],
    ['unsupported dimensions', () => fromBytes(new Uint8Array(1), 8), 'dimensions'],
    ['base64 with a foreign character', () => fromBase64('A'.repeat(170) + '*=', 1024), 'base64'],
    ['base64 without padding', () => fromBase64('A'.repeat(171), 1024), 'base64'],
    ['base64 with spare bits', () => fromBase64('A'.repeat(170) + 'B=', 1024), 'base64'],
    ['url-safe base64', () => fromBase64('-'.repeat(171) + '=', 1024), 'base64'],
    ['base64 of another length', () => fromBase64('AAAA', 1024), 'length'],
    ['a digit of 2', () => fromBitString('01'.repeat(512).replace('1', '2')), 'digit'],
    ['too few digits', () => fromBitString('01'), 'dimensions'],
    ['a zero among bipolar numbers', () => fromBipolar([...new Array<number>(1023).fill(1), 0]), 'bipolar'],
    ['NaN among bipolar numbers', () => fromBipolar([...new Array<number>(1023).fill(1), Number.NaN]), 'bipolar'],
    ['too many bipolar numbers', () => fromBipolar(new Array<number>(65_537).fill(1)), 'dimensions'],
  ])('refuses %s', (_, action, reason) => {
    expect(action).toThrow(refusal(reason));
  });
});
