import type { EncodedVector } from '@sigmalang/contracts';
import { type BothInstallations, startBoth } from './installations';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

const related: readonly (readonly [one: string, other: string, unrelated: string])[] = [
  ['A man is playing a guitar', 'Someone plays an instrument on stage', 'The stock market fell sharply on Monday'],
  ['The cat sleeps on the sofa', 'A kitten is napping on the couch', 'Parliament passed the tax law'],
  ['The doctor treated the patient', 'A nurse helped the sick man in hospital', 'The goalkeeper saved the penalty'],
  ['It will rain heavily tomorrow', 'The forecast is for storms and showers', 'She compiled the program without errors'],
];

async function vectorOf(text: string, options: object = {}): Promise<EncodedVector> {
  const { results } = await both.encode({ text, ...options });
  return results[0]?.vectors[0] as EncodedVector;
}

async function score(a: unknown, b: unknown): Promise<number> {
  const reply = await both.similarity({ a, b });
  expect(reply.score).toBeGreaterThanOrEqual(-1);
  expect(reply.score).toBeLessThanOrEqual(1);
  return reply.score ?? NaN;
}

it.each(related)('"%s" is nearer to "%s" than to "%s": as texts, as a text and a vector, as vectors', async (one, other, unrelated) => {
  const [oneVector, otherVector, unrelatedVector] = [await vectorOf(one), await vectorOf(other), await vectorOf(unrelated)];
  expect(await score(one, other)).toBeGreaterThan((await score(one, unrelated)) + 0.1);
  expect(await score(one, otherVector)).toBeGreaterThan((await score(one, unrelatedVector)) + 0.05);
  expect(await score(oneVector, otherVector)).toBeGreaterThan((await score(oneVector, unrelatedVector)) + 0.05);
});

it.each(related)('the score of the vectors of "%s" and "%s" estimates that of the texts', async (one, other) => {
  const ofTexts = await score(one, other);
  const [a, b] = [await vectorOf(one), await vectorOf(other)];
  // The angle is estimated from 2,048 bits: its standard error is at most π / (2 · √2048) = 0.035.
  expect(Math.abs((await score(a, b)) - ofTexts)).toBeLessThan(0.15);
  expect(await score(a, b)).toBe(await score(b, a));
  expect(await score(one, b)).toBe(await score(a, b));
});

it('says how it compared and by which model', async () => {
  const { model } = await both.encode({ text: 'a' });
  const vector = await vectorOf('guitar');
  expect(await both.similarity({ a: 'guitar', b: 'violin' })).toEqual({ score: expect.any(Number) as unknown, model, metric: 'cosine' });
  expect(await both.similarity({ a: vector, b: 'violin' })).toEqual({ score: expect.any(Number) as unknown, model, metric: 'hamming' });
});

it.each(['base64', 'bits', 'bipolar'])('a vector compares the same in %s, and is equal to itself', async (output) => {
  const vector = await vectorOf('A man is playing a guitar', { output });
  expect(await score(vector, vector)).toBe(1);
  expect(await score('A man is playing a guitar', vector)).toBe(1);
});

it('a text is equal to itself', async () => {
  expect(await score('A man is playing a guitar', 'A man is playing a guitar')).toBeCloseTo(1, 5);
});

it.each(['', ' \n\t'])('a text without content (%j) is like nothing, whichever side it is on', async (empty) => {
  const vector = await vectorOf(empty);
  expect(vector.header.semanticEmpty).toBe(true);
  const other = await vectorOf('guitar');
  for (const side of [empty, vector]) {
    for (const against of ['guitar', other, empty, vector]) {
      expect(await score(side, against)).toBe(0);
      expect(await score(against, side)).toBe(0);
    }
  }
});

it('a matrix compares each text with each: symmetric, 1 on its diagonal, 0 for texts without content', async () => {
  const texts = [...related.flat(), ''];
  const { matrix = [], metric } = await both.similarity({ texts });
  expect(metric).toBe('cosine');
  expect(matrix).toHaveLength(texts.length);
  const empty = texts.length - 1;
  for (const [i, row] of matrix.entries()) {
    expect(row).toHaveLength(texts.length);
    for (const [j, value] of row.entries()) {
      expect(value).toBe(matrix[j]?.[i]);
      if (i === empty || j === empty) expect(value).toBe(0);
      else if (i === j) expect(value).toBeCloseTo(1, 5);
      else expect(Math.abs(value)).toBeLessThan(1);
    }
  }
  expect(matrix[0]?.[1]).toBeCloseTo(await score(texts[0], texts[1]), 5);
});

it('a matrix of 256 texts is answered', async () => {
  const texts = Array.from({ length: 256 }, (_text, i) => `sentence ${i} about guitars`);
  expect(await both.similarity({ texts })).toHaveProperty('matrix.length', 256);
});
