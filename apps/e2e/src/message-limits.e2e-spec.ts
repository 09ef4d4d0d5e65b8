import { type BothInstallations, startBoth } from './installations';
import { problemOf } from './rest-client';
import { endEverything } from './teardown';
import { ordinaryText } from './texts';

jest.setTimeout(120_000);

const MOST_BYTES = 65_536;

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth({ MAX_MESSAGE_BYTES: String(MOST_BYTES) });
});

afterEach(async () => {
  expect((await both.post('/v1/encode', { text: 'still here' })).status).toBe(200);
});

afterAll(endEverything);

it.each([
  ['a reply', { text: ordinaryText(40_000) }, /reply/],
  ['a request', { text: ordinaryText(70_000) }, /request/],
])('%s larger than a message may be is refused with 413 and the limit, in one process as over NATS', async (_what, request, what) => {
  const problem = problemOf(await both.post('/v1/encode', request));
  expect(problem).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE', instance: '/v1/encode' });
  expect(problem.detail).toMatch(what);
  const limit = Number(/at most (\d+)/.exec(problem.detail)?.[1]);
  expect(limit).toBeGreaterThan(MOST_BYTES - 4_096);
  expect(limit).toBeLessThanOrEqual(MOST_BYTES);
});

it('a list whose reply would not fit one message is answered, since it is asked for in groups', async () => {
  const texts = Array.from({ length: 200 }, (_text, i) => `text ${i}`);
  const { results } = await both.encode({ texts, dimensions: 4_096 });
  expect(JSON.stringify(results).length).toBeGreaterThan(MOST_BYTES);
  const decoded = await both.decode({ items: results.map(({ vectors }) => ({ vectors })) });
  expect(decoded.map(({ text }) => text)).toEqual(texts);
});

it('copies and masks are no reason for a message that does not fit', async () => {
  const texts = Array.from({ length: 40 }, (_text, i) => `text ${i}`);
  const { results } = await both.encode({ texts, dimensions: 4_096 });
  const items = results.map(({ vectors }) => ({
    vectors: vectors.map(({ data }) => ({ data, erased: [{ start: 0, length: 1 }], copies: Array.from({ length: 13 }, () => data) })),
  }));
  expect(JSON.stringify(items.slice(0, 32)).length).toBeGreaterThan(4 * MOST_BYTES);
  expect((await both.decode({ items })).map(({ text }) => text)).toEqual(texts);
});
