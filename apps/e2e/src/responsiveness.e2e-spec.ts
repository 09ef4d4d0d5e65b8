import type { DecodeResponse, RestEncodeResponse } from '@sigmalang/contracts';
import { type BothInstallations, type Installation, startBoth } from './installations';
import { bodyOf, RestClient } from './rest-client';
import { endEverything } from './teardown';
import { japaneseText } from './texts';

jest.setTimeout(300_000);

/** Answers that a port gives at the very least while the large text is worked on: it takes seconds, an answer milliseconds. */
const FEWEST_ANSWERS = 20;

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth({ REQUEST_TIMEOUT_MS: '240000' });
});

afterAll(endEverything);

async function encode({ rest }: Installation, text: string): Promise<object[]> {
  const { results } = bodyOf(await rest.post('/v1/encode', { text })) as RestEncodeResponse;
  return results[0]?.vectors ?? [];
}

async function decode({ rest }: Installation, vectors: object[]): Promise<object | undefined> {
  const { results } = bodyOf(await rest.post('/v1/decode', { vectors })) as DecodeResponse;
  return results[0];
}

describe.each(['standalone', 'onNats'] as const)('while %s encodes and decodes 100,000 Japanese characters, which come back,', (name) => {
  const text = japaneseText(100_000);

  it('every port keeps answering that its process lives', async () => {
    const installation = both[name];
    const statuses = new Map<string, number[]>();
    let isDone = false;
    const watch = async (client: RestClient): Promise<void> => {
      const seen: number[] = [];
      statuses.set(client.origin, seen);
      while (!isDone) {
        seen.push((await client.get('/health/live')).status);
        await new Promise((wake) => setTimeout(wake, 20));
      }
    };
    const ports = [installation.rest, ...installation.processes.map(({ managementOrigin }) => new RestClient(managementOrigin))];
    const watching = ports.map(watch);
    const decoded = await decode(installation, await encode(installation, text)).finally(() => (isDone = true));
    await Promise.all(watching);
    expect(decoded).toMatchObject({ text, exact: true, confidence: 1, bitErrors: 0 });
    expect(statuses.size).toBe(ports.length);
    for (const seen of statuses.values()) {
      expect(seen.length).toBeGreaterThan(FEWEST_ANSWERS);
      expect(new Set(seen)).toEqual(new Set([200]));
    }
  });

  it('small requests of others are answered before', async () => {
    const installation = both[name];
    const order: string[] = [];
    const large = decode(installation, await encode(installation, text)).then(() => order.push('large'));
    for (const word of ['one', 'two', 'three']) {
      expect(await decode(installation, await encode(installation, word))).toMatchObject({ text: word, exact: true });
      order.push(word);
    }
    await large;
    expect(order).toEqual(['one', 'two', 'three', 'large']);
  });
});
