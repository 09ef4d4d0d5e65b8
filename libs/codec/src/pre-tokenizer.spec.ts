import fc from 'fast-check';
import { endOfPart, pieces } from './pre-tokenizer';

describe('pieces', () => {
  it('are the whole text, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect([...pieces(text)].join('')).toBe(text);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it.each([
    ["It's a HTTPServer, isn't it?", ["It's", ' a', ' HTTPServer', ',', " isn't", ' it', '?']],
    ['12345 + 6', ['123', '45', ' +', ' ', '6']],
    ['a  b\n\n  c', ['a', ' ', ' b', '\n\n', ' ', ' c']],
    ['<|endoftext|>', ['<|', 'endoftext', '|>']],
    ['', []],
  ])('of %j are %j', (text, expected) => {
    expect([...pieces(text)]).toEqual(expected);
  });
});

describe('endOfPart', () => {
  it('cuts at most 64 bytes on and never within a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const bytes = new TextEncoder().encode(text);
        const parts: string[] = [];
        for (let start = 0; start < bytes.length; ) {
          const end = endOfPart(bytes, start, bytes.length);
          expect(end - start).toBeLessThanOrEqual(64);
          parts.push(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(start, end)));
          start = end;
        }
        expect(parts.join('')).toBe(text);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
