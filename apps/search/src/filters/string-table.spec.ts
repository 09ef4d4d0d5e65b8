import fc from 'fast-check';
import { GrowingArray } from './growing-array';
import { compareBytes, StringTable } from './string-table';

const byCodePoints = (a: string, b: string): number => {
  const [left, right] = [Array.from(a, (c) => c.codePointAt(0) ?? 0), Array.from(b, (c) => c.codePointAt(0) ?? 0)];
  const at = left.findIndex((value, i) => value !== right[i]);
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1);
};

describe('a table of strings', () => {
  it('numbers strings in the order of their first coming, whatever they are, and finds them again after it was saved', () => {
    const strings = fc.array(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 300 });
    fc.assert(
      fc.property(strings, fc.string({ unit: 'grapheme', maxLength: 6 }), (all, other) => {
        const distinct = [...new Set(all)];
        const table = new StringTable();
        expect(all.map((text) => table.add(text))).toEqual(all.map((text) => distinct.indexOf(text)));
        const { bytes, ends } = table.parts;
        const again = new StringTable(new GrowingArray(Uint8Array, bytes.slice()), new GrowingArray(Uint32Array, ends.slice()));
        for (const each of [table, again]) {
          expect(each.size).toBe(distinct.length);
          for (const text of [...all, other]) expect(each.find(text)).toBe(distinct.includes(text) ? distinct.indexOf(text) : undefined);
          expect(distinct.map((_text, code) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(each.utf8(code)))).toEqual(distinct);
        }
        expect(again.add('\u{10ffff}new')).toBe(distinct.length);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('holds many', () => {
    const table = new StringTable();
    for (let i = 0; i < 20_000; i++) expect(table.add(`value ${i}`)).toBe(i);
    for (let i = 0; i < 20_000; i += 7) expect(table.find(`value ${i}`)).toBe(i);
    expect(table.find('value 20000')).toBeUndefined();
  });

  it('has bytes that are ordered as the code points are', () => {
    const text = fc.string({ unit: 'binary', maxLength: 4 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const encode = (each: string): Uint8Array => new TextEncoder().encode(each);
        expect(Math.sign(compareBytes(encode(a), encode(b)))).toBe(Math.sign(byCodePoints(a, b)));
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
