import { connect } from 'nats';
import { eventually } from './eventually';
import { type BothInstallations, type Installation, startBoth } from './installations';
import { fromWhom } from './nats-identity';
import type { LogLine, ProcessUnderTest } from './process-under-test';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

/** A word that no line of a log may have; its two halves show that no part of it is there either. */
const MARKER = 'Quizzaciously-8431';

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth({ LOG_LEVEL: 'trace' });
  for (const installation of both.each) await askEverythingWithMarker(installation);
  await askOverNats();
  // The log arrives by a pipe of its own, after the answers.
  for (const { front } of both.each) await eventually(() => Promise.resolve(answersOf(front)), ({ length }) => length > requests.length);
});

afterAll(endEverything);

const requests: readonly (readonly [path: string, body: object | string, options?: object])[] = [
  ['/v1/encode', { text: MARKER }],
  ['/v1/encode', { texts: [MARKER, 1] }],
  ['/v1/encode', { text: { [MARKER]: MARKER } }],
  ['/v1/encode', { text: 'a', [MARKER]: MARKER }],
  ['/v1/encode', { text: `${MARKER}\ud800` }],
  ['/v1/encode', { text: 'a', dimensions: MARKER, format: MARKER }],
  ['/v1/encode', `{"text":"${MARKER}`],
  ['/v1/encode', `{"text":"${MARKER}","__proto__":{}}`],
  ['/v1/encode', MARKER, { headers: { 'content-type': `text/${MARKER}` } }],
  ['/v1/encode', { text: MARKER }, { headers: { 'x-request-id': `${MARKER} hostile`, traceparent: MARKER } }],
  ['/v1/encode', `{"text":"${MARKER}${'x'.repeat(200_000)}"}`],
  ['/v1/decode', { vectors: [{ data: MARKER }] }],
  ['/v1/decode', { vectors: [{ data: Buffer.from(MARKER.repeat(20)).toString('base64') }] }],
  ['/v1/decode', { vectors: [{ data: '01', header: { model: MARKER } }] }],
  ['/v1/similarity', { a: MARKER, b: MARKER }],
  ['/v1/similarity', { texts: [MARKER, MARKER] }],
  ['/v1/similarity', { a: MARKER, b: { data: MARKER } }],
  ['/v1/vectors/bind', { operands: [{ symbol: MARKER }, { symbol: 'b' }] }],
  ['/v1/vectors/bind', { operands: [{ data: MARKER }, { symbol: 'b' }] }],
  ['/v1/vectors/bundle', { operands: [{ symbol: MARKER }] }],
  ['/v1/vectors/permute', { vector: { symbol: MARKER } }],
  ['/v1/vectors/unbind', { vector: { symbol: MARKER }, key: { data: MARKER } }],
  ['/v1/vectors/similarity', { a: { symbol: MARKER }, b: { symbol: MARKER } }],
  ['/v1/vectors/cleanup', { vector: { symbol: MARKER }, symbols: [MARKER] }],
  ['/v1/nlp/embeddings', { input: MARKER }],
  ['/v1/nlp/embeddings', { input: MARKER, model: MARKER }],
  ['/v1/embeddings', { input: [MARKER], user: MARKER }],
  ['/v1/embeddings', { input: MARKER, model: MARKER }],
  ['/v1/analogies/solve', { a: MARKER, b: MARKER, c: MARKER }],
  ['/v1/analogies/solve', { query: `${MARKER}:king::queen:?`, candidates: [MARKER] }],
  ['/v1/analogies/solve', { query: MARKER }],
  ['/v1/analogies/solve', { query: 'king:queen::man:?', method: MARKER, candidates: [MARKER, MARKER] }],
  ['/v1/analogies/solve', { questions: [{ query: `${MARKER} is to king as queen is to ?` }, { a: 'king', b: MARKER, c: `${MARKER}s` }] }],
  ['/v1/analogies/solve', { questions: [{ query: MARKER }] }],
  ['/v1/analogies/explain', { a: MARKER, b: MARKER, c: 'king', d: MARKER, depth: 3 }],
  ['/v1/analogies/explain', { a: MARKER, b: MARKER, c: MARKER.repeat(20), d: MARKER }],
  ['/v1/lexicon/neighbours', { word: MARKER }],
  ['/v1/lexicon/neighbours', { words: [MARKER, 'king', `${MARKER}'s`] }],
  ['/v1/lexicon/neighbours', { word: MARKER, threshold: MARKER }],
  ['/v1/collections/marked', { description: MARKER }, { method: 'PUT' }],
  ['/v1/collections/marked', { description: 7, [MARKER]: MARKER }, { method: 'PUT' }],
  ['/v1/collections/marked', { model: MARKER }, { method: 'PUT' }],
  [`/v1/collections/${MARKER}`, {}, { method: 'PUT' }],
  ['/v1/collections/marked/documents', { documents: [{ id: MARKER, text: MARKER, metadata: { [MARKER]: MARKER } }, { text: `${MARKER}s` }] }, { method: 'PUT' }],
  ['/v1/collections/marked/documents', { documents: [{ id: MARKER, text: MARKER }, { id: MARKER, text: MARKER }] }, { method: 'PUT' }],
  ['/v1/collections/marked/documents', { documents: [{ text: MARKER, metadata: { [`${MARKER}.`]: MARKER } }] }, { method: 'PUT' }],
  ['/v1/collections/nowhere/documents', { documents: [{ text: MARKER }] }, { method: 'PUT' }],
  ...['hybrid', 'semantic', 'keyword', 'exact', 'fuzzy'].map(
    (mode) => ['/v1/search', { query: MARKER, collection: 'marked', mode, explain: true, filter: { key: MARKER, equals: MARKER } }] as const,
  ),
  ['/v1/search', { query: MARKER, corpus: [MARKER, { id: MARKER, text: `a ${MARKER}` }] }],
  ['/v1/search', { query: MARKER, collection: 'nowhere' }],
  ['/v1/search', { query: MARKER, collection: MARKER }],
  ['/v1/search', { query: MARKER, collection: 'marked', filter: { key: MARKER, [MARKER]: MARKER } }],
  [`/v1/${MARKER}?q=${MARKER}`, { text: MARKER }],
  [`/v1/encode?q=${MARKER}`, { text: MARKER }],
];

async function askEverythingWithMarker({ rest }: Installation): Promise<void> {
  const statuses = new Set<number>();
  for (const [path, body, options] of requests) statuses.add((await rest.post(path, body, options)).status);
  const { body } = await rest.post('/v1/encode', { text: MARKER });
  statuses.add((await rest.post('/v1/decode', { vectors: (body as { results: [{ vectors: object[] }] }).results[0].vectors })).status);
  expect([...statuses].filter((status) => status !== 422).toSorted()).toEqual([200, 400, 404, 415]);
  await rest.get(`/v1/collections/marked/documents?cursor=${MARKER}`);
  for (const method of ['GET', 'DELETE']) await rest.get(`/v1/collections/marked/documents/${MARKER}`, { method });
  await rest.get(`/docs/assets/${MARKER}`);
  await rest.get(`/${MARKER}%zz`);
}

async function askOverNats(): Promise<void> {
  const client = await connect({ servers: both.onNats.nats.url });
  for (const subject of ['encoder.v1.encode', 'analogy.v1.solve', 'search.v1.search']) {
    for (const message of [MARKER, JSON.stringify({ id: MARKER, pattern: MARKER, data: { text: 1, [MARKER]: MARKER } })]) {
      await client.request(subject, message, { timeout: 20_000, headers: fromWhom() });
    }
  }
  await client.close();
}

function answersOf({ log }: ProcessUnderTest): LogLine[] {
  return log.filter(({ msg }) => msg === 'answered');
}

const processNames = ['standalone', 'gateway', 'encoder', 'decoder', 'nlp', 'analogy', 'search'];

function processOf(name: string): ProcessUnderTest {
  const found = both.each.flatMap(({ processes }) => processes).find(({ app }) => app === name);
  if (!found) throw new Error(`${name} is not there`);
  return found;
}

it.each(processNames)('at its most talkative %s logs no part of a text, a name, a body or a path', (name) => {
  const logged = processOf(name);
  expect(logged.output.length).toBeGreaterThan(1);
  for (const part of MARKER.split('-')) {
    expect(logged.output.filter((line) => line.includes(part))).toEqual([]);
    expect(logged.errorOutput).not.toContain(part);
  }
  const inBase64 = Buffer.from(MARKER).toString('base64').slice(0, 12);
  expect(logged.output.filter((line) => line.includes(inBase64))).toEqual([]);
});

it.each(processNames)('%s logs lines of JSON with level, time and name, and nothing on standard error', (name) => {
  const logged = processOf(name);
  for (const line of logged.log) {
    expect(line).toMatchObject({
      level: expect.stringMatching(/^(trace|debug|info|warn|error|fatal)$/) as unknown,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as unknown,
      name,
      msg: expect.any(String) as unknown,
    });
  }
  expect(logged.errorOutput).toBe('');
});

it.each(['standalone', 'gateway'])('%s logs every request with its id and the trace of its caller', async (name) => {
  const front = processOf(name);
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const rest = both.each.find((installation) => installation.front === front)?.rest;
  const headers = { 'x-request-id': `order-of-${name}`, traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  await rest?.post('/v1/encode', { text: 1 }, { headers });
  const mine = (): LogLine[] => front.log.filter(({ requestId }) => requestId === `order-of-${name}`);
  expect(await eventually(() => Promise.resolve(mine()), ({ length }) => length > 0)).toMatchObject([
    { msg: 'answered', route: 'POST /v1/encode', status: 400, code: 'INVALID_REQUEST', traceId },
  ]);
  for (const line of answersOf(front)) {
    expect(`${line.requestId ?? ''} ${line.traceId ?? ''}`).toMatch(/^\S{1,128} [0-9a-f]{32}$/);
  }
});
