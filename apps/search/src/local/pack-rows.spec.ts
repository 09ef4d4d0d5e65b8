import fc from 'fast-check';
import { hasRow } from '../vectors/row-bitmap';
import { packRows } from './pack-rows';

it('a bit for each row is set where its byte is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ max: 1, maxLength: 70 }), (bytes) => {
      const bits = packRows(bytes);
      expect(Array.from(bytes, (_byte, row) => Number(hasRow(bits, row)))).toEqual(Array.from(bytes));
      expect(bits.length).toBe(Math.ceil(bytes.length / 8));
    }),
    { seed: 11 },
  );
});
