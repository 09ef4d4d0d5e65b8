import type { DecodeResponse, RestEncodeResponse } from '@sigmalang/contracts';
import { type BothInstallations, type Installation, startBoth } from './installations';
import { bodyOf, problemOf, type Reply } from './rest-client';
import { endEverything } from './teardown';
import { japaneseText, ordinaryText, rareText } from './texts';

jest.setTimeout(300_000);

const MOST_CHARACTERS = 100_000;

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth({ REQUEST_TIMEOUT_MS: '240000' });
});

afterAll(endEverything);

async function roundTrip({ rest }: Installation, text: string): Promise<Reply> {
  const encoded = await rest.post('/v1/encode', { text });
  const [result] = (bodyOf(encoded) as RestEncodeResponse).results;
  const decoded = await rest.post('/v1/decode', { vectors: result?.vectors });
  const [whole] = (bodyOf(decoded) as DecodeResponse).results;
  expect(whole?.text === text).toBe(true);
  expect(whole).toMatchObject({ exact: true, confidence: 1, bitErrors: 0 });
  return encoded;
}

// One installation after the other: both at once would measure how they share the processors.
it('100,000 equal letters come back, and take less than 20 times as long as 100,000 characters of ordinary text', async () => {
  const encoded: string[] = [];
  for (const installation of both.each) {
    await installation.rest.post('/v1/encode', { text: ordinaryText(2_000) });
    const ordinary = await roundTrip(installation, ordinaryText(MOST_CHARACTERS));
    const equal = await roundTrip(installation, 'a'.repeat(MOST_CHARACTERS));
    expect(equal.ms / ordinary.ms).toBeLessThan(20);
    encoded.push(ordinary.text + equal.text);
  }
  expect(encoded[0] === encoded[1]).toBe(true);
});

it('100,000 Japanese characters come back', async () => {
  const text = japaneseText(MOST_CHARACTERS);
  const { results } = await both.encode({ text });
  const [whole] = await both.decode({ vectors: results[0]?.vectors });
  expect(whole?.text === text).toBe(true);
  expect(whole).toMatchObject({ exact: true, confidence: 1, bitErrors: 0 });
});

it('a text of more than 2,048 vectors is refused with the limit and the way out', async () => {
  const problem = problemOf(await both.post('/v1/encode', { text: rareText(MOST_CHARACTERS) }));
  expect(problem).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  expect(problem.detail).toMatch(/2048.*in parts/);
});
