import { eventually } from './eventually';
import { type NatsCredentials, NatsServerUnderTest } from './nats-server-under-test';
import { freePort } from './ports';
import { ProcessUnderTest } from './process-under-test';
import { RestClient } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

afterEach(endEverything);

const plain: NatsCredentials = { user: 'sigmalang', password: 'hunter2-secret' };
const awkward: NatsCredentials = { user: 'sigma lang', password: 'secret@1:2/3%41?#é' };

/** A gateway and a decoder, and the REST API of the one. */
async function startPair(natsUrl: string): Promise<{ rest: RestClient; processes: ProcessUnderTest[] }> {
  const env = { NATS_URL: natsUrl };
  const processes = await Promise.all(['gateway', 'decoder'].map((app) => ProcessUnderTest.start(app, { env })));
  return { rest: new RestClient(processes[0]?.origin ?? ''), processes };
}

const decoderIsReady = { services: expect.arrayContaining([{ name: 'decoder', ready: true }]) as unknown };

it.each([
  ['plain ones', plain],
  ['ones with every awkward character', awkward],
])('processes talk over a NATS server that wants a user and a password, %s, and log neither', async (_what, credentials) => {
  const nats = await NatsServerUnderTest.start(credentials);
  const { rest, processes } = await startPair(nats.urlFor(credentials));
  expect((await rest.get('/v1/info')).body).toMatchObject(decoderIsReady);
  expect((await rest.get('/health/ready')).status).toBe(200);
  for (const { output, errorOutput } of processes) expect(output.join() + errorOutput).not.toContain('secret');
});

it('of several servers one with a user and a password is enough, and holds for all', async () => {
  const nats = await NatsServerUnderTest.start(plain);
  const away = `nats://127.0.0.1:${await freePort()}`;
  const { rest } = await startPair(`${away}, ${nats.url}, ${nats.urlFor(plain)}`);
  expect((await rest.get('/v1/info')).body).toMatchObject(decoderIsReady);
});

const other: NatsCredentials = { user: plain.user, password: 'another-secret' };

it.each<[what: string, urlOf: (nats: NatsServerUnderTest) => string, later: NatsCredentials | undefined]>([
  ['another password', (nats) => nats.urlFor(other), other],
  ['no user', (nats) => nats.url, undefined],
])('a process with %s is not ready, does not log it, and is when the server lets it in', async (_what, urlOf, later) => {
  const nats = await NatsServerUnderTest.start(plain);
  const refused = ProcessUnderTest.spawn('decoder', { env: { NATS_URL: urlOf(nats), METRICS_PORT: '0' } });
  await eventually(() => Promise.resolve(refused.log), (log) => log.some(({ msg }) => msg === 'management is listening'));
  const management = new RestClient(refused.managementOrigin);
  for (let look = 0; look < 5; look++) {
    expect(await management.get('/health/ready')).toMatchObject({ status: 503, body: { error: { nats: { status: 'down' } } } });
    await new Promise((wake) => setTimeout(wake, 100));
  }
  expect(refused.output.join() + refused.errorOutput).not.toContain('secret');

  await nats.kill();
  await nats.start(later);
  await eventually(() => management.get('/health/ready'), ({ status }) => status === 200);
  expect(refused.log.map(({ msg }) => msg)).toContain('ready');
});
