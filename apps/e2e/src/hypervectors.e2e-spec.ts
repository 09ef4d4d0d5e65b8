import type { CleanupResponse, CompareResponse, HypervectorOperand, HypervectorResponse } from '@sigmalang/contracts';
import { type BothInstallations, startBoth } from './installations';
import { bodyOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

const DIMENSIONS = 10_000;
/** Five standard deviations of the similarity of unrelated vectors: 5 / √dimensions. */
const CHANCE = 5 / Math.sqrt(DIMENSIONS);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

const [king, queen, jack, ace]: HypervectorOperand[] = ['king', 'queen', 'jack', 'ace'].map((symbol) => ({ symbol }));

async function make(operation: string, request: object): Promise<HypervectorOperand> {
  const { data, dimensions } = bodyOf(await both.post(`/v1/vectors/${operation}`, request)) as HypervectorResponse;
  expect(dimensions).toBe((request as { dimensions?: number }).dimensions ?? DIMENSIONS);
  expect(Buffer.from(data, 'base64')).toHaveLength(Math.ceil(dimensions / 8));
  return { data };
}

async function compare(a: object | undefined, b: object | undefined, options: object = {}): Promise<CompareResponse> {
  return bodyOf(await both.post('/v1/vectors/similarity', { a, b, ...options })) as CompareResponse;
}

it('names are equal to themselves, and no nearer to one another than chance', async () => {
  expect(await compare(king, king)).toEqual({ score: 1, distance: 0, dimensions: DIMENSIONS });
  for (const other of [queen, jack, ace, { symbol: 'King' }, { symbol: 'king ' }]) {
    const { score, distance } = await compare(king, other);
    expect(Math.abs(score)).toBeLessThan(CHANCE);
    expect(score).toBeCloseTo(1 - (2 * distance) / DIMENSIONS, 12);
  }
});

it('binding is its own inverse, forgets the order, and hides its operands', async () => {
  const bound = await make('bind', { operands: [king, queen] });
  expect(await make('bind', { operands: [queen, king] })).toEqual(bound);
  expect(await compare(await make('bind', { operands: [bound, queen] }), king)).toMatchObject({ score: 1 });
  expect(Math.abs((await compare(bound, king)).score)).toBeLessThan(CHANCE);
});

it('unbinding takes a factor out', async () => {
  const bound = await make('bind', { operands: [king, queen, jack] });
  const rest = await make('unbind', { vector: bound, key: jack });
  expect(rest).toEqual(await make('bind', { operands: [king, queen] }));
});

it('binding keeps distances', async () => {
  const [a, b] = [await make('bind', { operands: [king, ace] }), await make('bind', { operands: [queen, ace] })];
  expect(await compare(a, b)).toEqual(await compare(king, queen));
});

it('a bundle of three is nearer to each of its members than to anything else, as near as theory says', async () => {
  const bundle = await make('bundle', { operands: [king, queen, jack] });
  for (const member of [king, queen, jack]) {
    expect(Math.abs((await compare(bundle, member)).score - 0.5)).toBeLessThan(CHANCE);
  }
  expect(Math.abs((await compare(bundle, ace)).score)).toBeLessThan(CHANCE);
});

it('a bundle does not depend on the order of its members, even where bits are tied', async () => {
  const bundle = await make('bundle', { operands: [king, queen, jack, ace] });
  expect(await make('bundle', { operands: [ace, jack, queen, king] })).toEqual(bundle);
});

it.each([
  [1, -1],
  [4_321, -4_321],
  [-7, 7],
  [65_536, -65_536],
])('rotating by %i and by %i gives the vector back', async (shift, back) => {
  const rotated = await make('permute', { vector: king, shift });
  expect(Math.abs((await compare(rotated, king)).score)).toBeLessThan(CHANCE);
  expect(await compare(await make('permute', { vector: rotated, shift: back }), king)).toMatchObject({ score: 1 });
});

it('rotating all the way round, or not at all, changes nothing; by default it moves by one place', async () => {
  for (const shift of [0, DIMENSIONS, -DIMENSIONS]) {
    expect(await compare(await make('permute', { vector: king, shift }), king)).toMatchObject({ score: 1 });
  }
  expect(await make('permute', { vector: king })).toEqual(await make('permute', { vector: king, shift: 1 }));
});

it('rotation distributes over binding', async () => {
  const outside = await make('permute', { vector: await make('bind', { operands: [king, queen] }), shift: 9 });
  const rotated = [await make('permute', { vector: king, shift: 9 }), await make('permute', { vector: queen, shift: 9 })];
  expect(await make('bind', { operands: rotated })).toEqual(outside);
});

it('a record of bound roles gives its fillers back by clean-up', async () => {
  const roles = ['name', 'capital', 'currency'];
  const fillers = ['mexico', 'mexico city', 'peso'];
  const pairs = [];
  for (const [i, role] of roles.entries()) pairs.push(await make('bind', { operands: [{ symbol: role }, { symbol: fillers[i] }] }));
  const record = await make('bundle', { operands: pairs });
  const noisy = await make('unbind', { vector: record, key: { symbol: 'currency' } });
  const symbols = ['dollar', 'euro', ...fillers, ...roles];
  const { results } = bodyOf(await both.post('/v1/vectors/cleanup', { vector: noisy, symbols, topK: 3 })) as CleanupResponse;
  expect(results.map(({ symbol }) => symbol)[0]).toBe('peso');
  expect(results).toHaveLength(3);
  expect(results[0]?.similarity).toBeGreaterThan(0.4);
  expect(Math.abs(results[1]?.similarity ?? 1)).toBeLessThan(CHANCE);
});

it('clean-up answers no more names than there are, best first', async () => {
  const reply = await both.post('/v1/vectors/cleanup', { vector: king, symbols: ['a', 'king', 'b'] });
  const { results } = bodyOf(reply) as CleanupResponse;
  expect(results.map(({ symbol }) => symbol).toSorted()).toEqual(['a', 'b', 'king']);
  expect(results[0]).toEqual({ symbol: 'king', similarity: 1 });
  expect(results).toEqual(results.toSorted((a, b) => b.similarity - a.similarity));
});

it.each([1_024, 1_025, 4_097, 65_536])('the algebra holds with %i dimensions', async (dimensions) => {
  const bound = await make('bind', { operands: [king, queen], dimensions });
  expect(await compare(await make('unbind', { vector: bound, key: queen, dimensions }), king, { dimensions })).toMatchObject({ score: 1 });
  const rotated = await make('permute', { vector: king, shift: 700, dimensions });
  expect(await compare(await make('permute', { vector: rotated, shift: -700, dimensions }), king, { dimensions })).toMatchObject({ score: 1 });
});

it('2,048 operands are bundled', async () => {
  const operands = Array.from({ length: 2_048 }, (_operand, i) => ({ symbol: `symbol ${i}` }));
  const bundle = await make('bundle', { operands });
  // A member of n is 2/(πn) of the way: √(2 / (π · 2048)) = 0.0176, with a standard error of 0.01.
  const scores = [];
  for (const operand of operands.slice(0, 40)) scores.push((await compare(bundle, operand)).score);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  expect(Math.abs(mean - 0.0176)).toBeLessThan(5 * (0.01 / Math.sqrt(40)));
});
