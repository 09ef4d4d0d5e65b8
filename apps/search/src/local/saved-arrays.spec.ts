import fc from 'fast-check';
import { loadArrays, type SavedArray, saveArrays } from './saved-arrays';

const arrays: fc.Arbitrary<SavedArray> = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint32Array({ maxLength: 20 }), fc.float64Array({ maxLength: 20, noNaN: true }));

describe('saved arrays', () => {
  it('are loaded as they were, with what was said of them, wherever the bytes begin', () => {
    fc.assert(
      fc.property(fc.array(arrays, { maxLength: 6 }), fc.string(), fc.nat(9), (list, about, offset) => {
        const bytes = Buffer.concat([Buffer.alloc(offset), ...saveArrays({ about }, list)]);
        expect(loadArrays(bytes.subarray(offset))).toEqual({ about: { about }, arrays: list });
      }),
      { seed: 12 },
    );
  });

  it('are refused where they end too early', () => {
    const bytes = Buffer.concat(saveArrays([], [Uint32Array.of(1, 2, 3), Float64Array.of(4)]));
    for (let length = 0; length < bytes.length; length++) expect(() => loadArrays(bytes.subarray(0, length))).toThrow();
  });
});
