import { connect, type NatsConnection } from 'nats';
import { type NatsInstallation, startOnNats } from './installations';
import { fromWhom } from './nats-identity';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

const SUBJECT = 'encoder.v1.encode';

let installation: NatsInstallation;
let client: NatsConnection;

beforeAll(async () => {
  installation = await startOnNats();
  client = await connect({ servers: installation.nats.url });
});

afterAll(async () => {
  await client.close();
  await endEverything();
});

async function ask(payload: Uint8Array | string, subject = SUBJECT): Promise<unknown> {
  const { data } = await client.request(subject, payload, { timeout: 20_000, headers: fromWhom() });
  return JSON.parse(Buffer.from(data).toString()) as unknown;
}

const envelope = (data: unknown): string => JSON.stringify({ id: 'call-7', pattern: SUBJECT, data });

it("answers a client that speaks Nest's envelope", async () => {
  const reply = await ask(envelope({ text: 'hello world' }));
  expect(reply).toEqual({
    id: 'call-7',
    isDisposed: true,
    response: {
      model: expect.any(String) as unknown,
      results: [expect.objectContaining({ tokens: 2, bytesIn: 11 })],
    },
  });
});

it('says over NATS what it says over REST', async () => {
  const overRest = await installation.rest.post('/v1/encode', { text: 'hello world' });
  expect(await ask(envelope({ text: 'hello world' }))).toMatchObject({ response: overRest.body });
});

it.each([
  ['no bytes', ''],
  ['no JSON', 'hello'],
  ['half of a JSON document', '{"id":"1","data":'],
  ['null', 'null'],
  ['a number', '7'],
  ['a list', '[1,2]'],
  ['no data', '{"id":"1","pattern":"encoder.v1.encode"}'],
  ['null for data', envelope(null)],
  ['a text for data', envelope('text')],
  ['a list for data', envelope([])],
  ['a wrong type', envelope({ text: 1 })],
  ['an unknown field', envelope({ text: 'a', more: 1 })],
  ['__proto__', '{"id":"1","pattern":"encoder.v1.encode","data":{"text":"a","__proto__":{"dimensions":4096}}}'],
  ['100,001 characters', envelope({ text: 'x'.repeat(100_001) })],
  ['half of a character', envelope({ text: '\ud800' })],
  ['200,000 levels of lists', `{"id":"1","data":{"texts":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`],
  ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
  ['a text that is not UTF-8', Buffer.concat([Buffer.from('{"id":"1","data":{"text":"a'), Buffer.of(0xc3), Buffer.from('"}}')])],
])('a message of %s is answered with INVALID_REQUEST, and the next one is answered', async (_what, payload) => {
  expect(await ask(payload)).toEqual({
    id: expect.any(String) as unknown,
    isDisposed: true,
    err: expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringMatching(/\S/) as unknown }) as unknown,
  });
  expect(await ask(envelope({ text: 'hello world' }))).toHaveProperty('response.results');
});

it('a message that wants no answer leaves the service alive', async () => {
  client.publish(SUBJECT, 'hello');
  client.publish(SUBJECT, envelope({ text: 'a' }), { headers: fromWhom() });
  await client.flush();
  expect(await ask(envelope({ text: 'hello world' }))).toHaveProperty('response.results');
});

it.each(['encoder', 'decoder', 'nlp', 'analogy', 'search'])('%s says that it is there', async (service) => {
  expect(await ask(JSON.stringify({ id: '1', data: {} }), `${service}.v1.ping`)).toMatchObject({
    response: { service, ready: true },
  });
});
