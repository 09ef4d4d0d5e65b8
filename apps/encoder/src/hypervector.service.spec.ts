import fc from 'fast-check';
import { type HypervectorOperand, ServiceError } from '@sigmalang/contracts';
import { bitAt, fromBase64, fromBits, symbolVector, toBase64, toBitString } from '@sigmalang/vector';
import { HypervectorService } from './hypervector.service';

const service = new HypervectorService();
const dimensions = 1_024;

function dataOf(symbol: string, size = dimensions): string {
  return toBase64(symbolVector(symbol, size));
}

const symbols = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 3, maxLength: 3 });

describe('an operand', () => {
  it.each<[operation: string, of: (...operands: [HypervectorOperand, HypervectorOperand]) => unknown]>([
    ['bind', (a, b) => service.bind({ operands: [a, b], dimensions })],
    ['bundle', (a, b) => service.bundle({ operands: [a, b], dimensions })],
    ['permute', (a) => service.permute({ vector: a, shift: 3, dimensions })],
    ['unbind', (a, b) => service.unbind({ vector: a, key: b, dimensions })],
    ['compare', (a, b) => service.compare({ a, b, dimensions })],
    ['cleanup', (a) => service.cleanup({ vector: a, symbols: ['king', 'queen'], dimensions })],
  ])('of %s means the same by its name and by its bits', async (_operation, of) => {
    const byName = await of({ symbol: 'king' }, { symbol: 'queen' });
    expect(await of({ data: dataOf('king') }, { data: dataOf('queen') })).toEqual(byName);
    expect(await of({ data: dataOf('king') }, { symbol: 'queen' })).toEqual(byName);
  });

  const good = { symbol: 'good' };
  const bad = { data: '%%%' };

  it.each<[field: string, of: () => unknown]>([
    ['operands[1].data', () => service.bind({ operands: [good, bad] })],
    ['operands[2].data', () => service.bundle({ operands: [good, good, bad] })],
    ['vector.data', () => service.permute({ vector: bad })],
    ['vector.data', () => service.unbind({ vector: bad, key: good })],
    ['key.data', () => service.unbind({ vector: good, key: bad })],
    ['a.data', () => service.compare({ a: bad, b: good })],
    ['b.data', () => service.compare({ a: good, b: bad })],
    ['vector.data', () => service.cleanup({ vector: bad, symbols: ['good'] })],
  ])('whose bits cannot be read is refused as %s', async (field, of) => {
    const failure: unknown = await new Promise((resolve) => { resolve(of()); }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field, rule: 'base64' }] });
  });

  it.each([
    ['no base64', '%%%', 'base64'],
    ['base64 without padding', dataOf('king').replace(/=+$/, ''), 'base64'],
    ['the bits of a vector of another size', dataOf('king', 10_000), 'length'],
    ['nothing', '', 'length'],
  ])('that is %s is refused', (_what, data, rule) => {
    const permute = () => service.permute({ vector: { data }, dimensions });
    expect(permute).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST', errors: [expect.objectContaining({ field: 'vector.data', rule })] }) as Error);
  });

  it('whose spare bits are not zero is refused', () => {
    const permute = () => service.permute({ vector: { data: Buffer.alloc(129, 255).toString('base64') }, dimensions: 1_025 });
    expect(permute).toThrow(expect.objectContaining({ errors: [expect.objectContaining({ field: 'vector.data', rule: 'spare-bits' })] }) as Error);
  });

  it('is of 10,000 dimensions unless the request says otherwise', async () => {
    const operands = [{ symbol: 'king' }, { symbol: 'queen' }];
    expect(await service.bind({ operands })).toEqual(await service.bind({ operands, dimensions: 10_000 }));
    expect(service.permute({ vector: { symbol: 'king' }, shift: 0 })).toEqual({ data: dataOf('king', 10_000), dimensions: 10_000 });
    expect(service.permute({ vector: { symbol: 'king' }, shift: 0, dimensions })).toEqual({ data: dataOf('king'), dimensions });
  });
});

describe('the algebra', () => {
  it('takes each factor out of a product of three again, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(symbols, async ([first = '', second = '', third = '']) => {
        const [a, b, c] = [{ symbol: first }, { symbol: second }, { symbol: third }];
        const product = await service.bind({ operands: [a, b, c], dimensions });
        expect(await service.bind({ operands: [c, a, b], dimensions })).toEqual(product);
        const rest = service.unbind({ vector: { data: product.data }, key: b, dimensions });
        expect(rest).toEqual(await service.bind({ operands: [a, c], dimensions }));
        expect(service.unbind({ vector: { data: rest.data }, key: c, dimensions }).data).toBe(dataOf(first));
      }),
      { seed: 43, numRuns: 50 },
    );
  });

  it('keeps distances when both sides are bound with the same vector or moved by the same shift', async () => {
    await fc.assert(
      fc.asyncProperty(symbols, fc.integer({ min: -65_536, max: 65_536 }), async ([a = '', b = '', key = ''], shift) => {
        const before = service.compare({ a: { symbol: a }, b: { symbol: b }, dimensions });
        const [boundA, boundB] = await Promise.all([a, b].map((symbol) => service.bind({ operands: [{ symbol }, { symbol: key }], dimensions })));
        const [movedA, movedB] = [a, b].map((symbol) => service.permute({ vector: { symbol }, shift, dimensions }));
        expect(service.compare({ a: { data: boundA?.data ?? '' }, b: { data: boundB?.data ?? '' }, dimensions })).toEqual(before);
        expect(service.compare({ a: { data: movedA?.data ?? '' }, b: { data: movedB?.data ?? '' }, dimensions })).toEqual(before);
      }),
      { seed: 44, numRuns: 50 },
    );
  });

  it.each([
    [undefined, 1],
    [1, 1],
    [5, 5],
    [-1, 1_023],
    [1_025, 1],
    [0, 0],
  ])('moves each bit up by a shift of %s, wrapping round to place %i', (shift, place) => {
    const data = toBase64(fromBits(dimensions, (i) => Number(i === 0)));
    const moved = service.permute({ vector: { data }, dimensions, ...(shift !== undefined && { shift }) });
    expect(toBitString(fromBase64(moved.data, dimensions)).indexOf('1')).toBe(place);
  });

  it('bundles three vectors into one that is half alike to each and unlike any other', async () => {
    const { data } = await service.bundle({ operands: ['a', 'b', 'c'].map((symbol) => ({ symbol })) });
    const scores = ['a', 'b', 'c', 'd'].map((symbol) => service.compare({ a: { data }, b: { symbol } }).score);
    for (const [i, score] of scores.entries()) expect(Math.abs(score - (i < 3 ? 0.5 : 0))).toBeLessThan(0.05);
  });

  it('bundles one vector into itself', async () => {
    expect(await service.bundle({ operands: [{ symbol: 'a' }] })).toEqual({ data: dataOf('a', 10_000), dimensions: 10_000 });
  });

  it.each([
    ['equal vectors', 0, 1],
    ['vectors that differ in a quarter', 256, 0.5],
    ['vectors that differ in half', 512, 0],
    ['opposite vectors', 1_024, -1],
  ])('compares %s', (_what, distance, score) => {
    const [a, b] = [0, distance].map((ones) => ({ data: toBase64(fromBits(dimensions, (i) => Number(i < ones))) }));
    if (!a || !b) throw new Error('two operands expected');
    expect(service.compare({ a, b, dimensions })).toEqual({ score, distance, dimensions });
  });
});

describe('cleanup', () => {
  const names = ['ace', 'king', 'queen', 'jack', 'ten', 'nine', 'eight'];

  it('finds the name of a noisy vector first, and five names unless told', async () => {
    const king = symbolVector('king', 10_000);
    const noisy = fromBits(10_000, (i) => bitAt(king, i) ^ Number(i % 5 === 0));
    const { results } = await service.cleanup({ vector: { data: toBase64(noisy) }, symbols: names });
    expect(results).toHaveLength(5);
    expect(results[0]).toEqual({ symbol: 'king', similarity: 0.6 });
    const similarities = results.map(({ similarity }) => similarity);
    expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
  });

  it.each([
    [1, 1],
    [3, 3],
    [7, 7],
    [100, 7],
  ])('asked for the nearest %i of seven names gives %i', async (topK, count) => {
    const { results } = await service.cleanup({ vector: { symbol: 'ten' }, symbols: names, topK, dimensions });
    expect(results).toHaveLength(count);
    expect(results[0]).toEqual({ symbol: 'ten', similarity: 1 });
  });
});
