import type { RestEncodeResponse } from '@sigmalang/contracts';
import { type BothInstallations, startBoth } from './installations';
import { bodyOf } from './rest-client';
import { endEverything } from './teardown';
import { rareText } from './texts';

jest.setTimeout(300_000);

const MOST_CHARACTERS = 100_000;
const PART_CHARACTERS = 20_000;

let both: BothInstallations;

// No settings: what the refusal of a text advises has to work within the time that a request has by default.
beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

it.each(['standalone', 'NATS'])('100,000 rare characters are too many vectors for one call, and come back in parts (%s)', async (name) => {
  const text = rareText(MOST_CHARACTERS);
  const rest = both.each.find((installation) => installation.name === name)?.rest;
  const refused = await rest?.post('/v1/encode', { text });
  expect(refused?.status).toBe(413);
  expect(refused?.body).toMatchObject({ detail: expect.stringMatching(/4165 vectors or more.* at most 2048.* in parts/) as string });

  const part = rareText(PART_CHARACTERS);
  const encoded = await rest?.post('/v1/encode', { text: part });
  const [result] = (encoded?.body as RestEncodeResponse).results;
  const decoded = await rest?.post('/v1/decode', { vectors: result?.vectors });
  expect(decoded && bodyOf(decoded)).toMatchObject({ results: [{ text: part, exact: true, confidence: 1, bitErrors: 0 }] });
});
