import fc from 'fast-check';
import { toBitString } from './packing';
import { type Span, maskOfSpans } from './spans';

/** The mask as it is defined: bit by bit. */
function bitByBit(spans: readonly Span[], dimensions: number): string {
  return Array.from({ length: dimensions }, (_bit, i) =>
    spans.some(({ start, length }) => i >= start && i < start + length) ? '1' : '0',
  ).join('');
}

describe('maskOfSpans', () => {
  it.each<[what: string, spans: Span[]]>([
    ['no span', []],
    ['one dimension', [{ start: 0, length: 1 }]],
    ['the last dimension', [{ start: 1_039, length: 1 }]],
    ['all dimensions', [{ start: 0, length: 1_040 }]],
    ['one whole word', [{ start: 32, length: 32 }]],
    ['the ends of two words', [{ start: 63, length: 2 }]],
    ['spans that touch', [{ start: 10, length: 30 }, { start: 40, length: 30 }]],
    ['spans that overlap', [{ start: 40, length: 100 }, { start: 10, length: 60 }]],
    ['a span within another', [{ start: 0, length: 1_000 }, { start: 500, length: 3 }]],
    ['the same span twice', [{ start: 5, length: 7 }, { start: 5, length: 7 }]],
  ])('marks %s', (_what, spans) => {
    expect(toBitString(maskOfSpans(spans, 1_040))).toBe(bitByBit(spans, 1_040));
  });

  it('marks what any of the spans covers, whichever they are and in whatever order', () => {
    const dimensions = 1_030;
    const span = fc
      .tuple(fc.nat(dimensions - 1), fc.nat(dimensions - 1))
      .map(([start, more]) => ({ start, length: 1 + (more % (dimensions - start)) }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
        const mask = maskOfSpans(spans, dimensions);
        expect(toBitString(mask)).toBe(bitByBit(spans, dimensions));
        expect(maskOfSpans(spans.toReversed(), dimensions)).toEqual(mask);
      }),
      { seed: 45, numRuns: 200 },
    );
  });

  it.each<[what: string, span: Span]>([
    ['ends past the vector', { start: 1_000, length: 41 }],
    ['starts past the vector', { start: 1_040, length: 1 }],
    ['starts before it', { start: -1, length: 2 }],
    ['is empty', { start: 5, length: 0 }],
    ['starts at half a dimension', { start: 0.5, length: 1 }],
    ['has half a dimension', { start: 0, length: 1.5 }],
    ['starts nowhere', { start: NaN, length: 1 }],
    ['has no end', { start: 0, length: Infinity }],
  ])('refuses a span that %s, saying which', (_what, span) => {
    const refusal = expect.objectContaining({ name: 'VectorError', reason: 'range' }) as Error;
    const spans = [{ start: 0, length: 1 }, span];
    expect(() => maskOfSpans(spans, 1_040)).toThrow(refusal);
    expect(() => maskOfSpans(spans, 1_040)).toThrow('span 1,');
  });

  it('refuses dimensions that no vector has', () => {
    expect(() => maskOfSpans([], 1_023)).toThrow(expect.objectContaining({ reason: 'dimensions' }) as Error);
  });
});
