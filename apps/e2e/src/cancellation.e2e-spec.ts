import { METRICS, type RestEncodeResponse } from '@sigmalang/contracts';
import { eventually } from './eventually';
import { type BothInstallations, type Installation, startBoth } from './installations';
import { growth, type Metrics, metricsOf } from './metrics';
import { bodyOf } from './rest-client';
import { endEverything } from './teardown';
import { ADMIN_KEY } from './test-key';
import { rareText } from './texts';

jest.setTimeout(240_000);

/** A text of nearly as many vectors as a call may carry, which takes seconds to encode or decode. */
const TEXT = rareText(45_000);
const MOST_ITEMS_A_TURN = 16;

let both: BothInstallations;
let vectors: object[];

beforeAll(async () => {
  both = await startBoth({ CACHE_ENABLED: 'false', REQUEST_TIMEOUT_MS: '120000' });
  const { results } = bodyOf(await both.standalone.rest.post('/v1/encode', { text: TEXT })) as RestEncodeResponse;
  vectors = results[0]?.vectors ?? [];
});

afterAll(endEverything);

/** What the processes of an installation count together. */
async function metricsOfAll({ processes }: Installation): Promise<Metrics> {
  const sums = new Map<string, number>();
  for (const reading of await Promise.all(processes.map(metricsOf))) {
    for (const [sample, value] of reading) sums.set(sample, (sums.get(sample) ?? 0) + value);
  }
  return sums;
}

const idle = (metrics: Metrics): boolean => metrics.get(METRICS.requestsInProgress) === 0;
const turns = `${METRICS.workerTaskDuration}_count`;

describe.each(['standalone', 'onNats'] as const)('a caller of the installation %s that leaves', (name) => {
  it.each([
    ['encode', 'encoder.v1.encode', 'prove', () => ({ text: TEXT })],
    ['decode', 'decoder.v1.decode', 'decode', () => ({ vectors })],
  ])('in the middle of a large %s stops the work, which counts as cancelled and not as failed', async (route, contract, task, request) => {
    const installation = both[name];
    const before = await eventually(() => metricsOfAll(installation), idle);
    const caller = new AbortController();
    const call = fetch(`${installation.rest.origin}/v1/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY },
      body: JSON.stringify(request()),
      signal: caller.signal,
    });
    const label = `{task="codec.${task}"}`;
    await eventually(() => metricsOfAll(installation), (metrics) => (growth(turns, before, metrics)[label] ?? 0) > 1);
    caller.abort();
    await expect(call).rejects.toThrow('aborted');

    const after = await eventually(() => metricsOfAll(installation), idle);
    // Chunks are embedded while they are proved; what the encoder asked of nlp had its answer, or ended with it.
    const requests = Object.entries(growth(METRICS.requests, before, after)).filter(([sample]) => !sample.includes('nlp.v1'));
    expect(Object.fromEntries(requests)).toEqual({
      [`{contract="POST /v1/${route}",code="CANCELLED"}`]: 1,
      [`{contract="${contract}",code="CANCELLED"}`]: 1,
    });

    expect(growth(METRICS.errors, before, after)).toEqual({});
    expect(growth(turns, before, after)[label]).toBeLessThan(vectors.length / MOST_ITEMS_A_TURN);

    expect((await installation.rest.post('/v1/encode', { text: 'a' })).status).toBe(200);
    expect((await installation.rest.post('/v1/decode', { vectors: [{ data: 'zqMB' }] })).status).toBe(400);
    const later = await eventually(() => metricsOfAll(installation), idle);
    expect(growth(turns, after, later)).toEqual(
      Object.fromEntries(['split', 'prove'].map((one) => [`{task="codec.${one}"}`, 1])),
    );
  });

  it('after it was answered, on a connection that it keeps or closes, cancels nothing', async () => {
    const { rest } = both[name];
    const before = await eventually(() => metricsOfAll(both[name]), idle);
    for (const connection of ['keep-alive', 'keep-alive', 'close']) {
      expect((await rest.post('/v1/encode', { text: 'a' }, { headers: { connection } })).status).toBe(200);
    }
    const after = await eventually(() => metricsOfAll(both[name]), idle);
    expect(growth(METRICS.requests, before, after)).toMatchObject({ '{contract="POST /v1/encode",code="OK"}': 3 });
    expect(Object.keys(growth(METRICS.requests, before, after)).join()).not.toContain('CANCELLED');
  });
});
