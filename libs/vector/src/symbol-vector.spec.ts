import { similarity } from './algebra';
import { hash64 } from './hash64';
import { tailMask } from './hypervector';
import { toBytes } from './packing';
import { SYMBOL_SCHEME_VERSION, symbolVector } from './symbol-vector';

describe('symbolVector', () => {
  it('depends on symbol, dimensions and seed alone', () => {
    const first = symbolVector('cat', 10_000);
    symbolVector('dog', 4096, 9);
    expect(symbolVector('cat', 10_000)).toEqual(first);
    expect(symbolVector('cat', 10_000, 1)).not.toEqual(first);
  });

  it('keeps the vectors of version 1 of the scheme', () => {
    expect(SYMBOL_SCHEME_VERSION).toBe(1);
    expect(hash64(Buffer.from(toBytes(symbolVector('sigmalang', 10_000))).toString('hex'))).toMatchInlineSnapshot(`
[
  1419923713,
  3488907305,
]
`);
  });

  it.each([1024, 1030, 4096, 10_000, 65_536])('makes nearly orthogonal vectors of %i dimensions', (dimensions) => {
    const vectors = Array.from({ length: 12 }, (_, i) => symbolVector(`s${i}`, dimensions));
    for (const [i, a] of vectors.entries()) {
      expect((a.words.at(-1) ?? 0) & ~tailMask(dimensions)).toBe(0);
      for (const b of vectors.slice(i + 1)) expect(Math.abs(similarity(a, b))).toBeLessThan(4.5 / Math.sqrt(dimensions));
    }
  });

  it('makes the vector of fewer dimensions a prefix of the one of more', () => {
    expect([...symbolVector('cat', 1024).words]).toEqual([...symbolVector('cat', 2048).words.subarray(0, 32)]);
  });
});
