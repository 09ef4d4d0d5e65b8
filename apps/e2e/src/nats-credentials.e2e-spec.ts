import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthorityUnderTest, type CertifiedKey } from './certificates-under-test';
import { eventually } from './eventually';
import { type NatsCredentials, NatsServerUnderTest } from './nats-server-under-test';
import { freePort } from './ports';
import { ProcessUnderTest } from './process-under-test';
import { RestClient } from './rest-client';
import { atTheEnd, endEverything } from './teardown';

jest.setTimeout(120_000);

afterEach(endEverything);

const plain: NatsCredentials = { user: 'sigmalang', password: 'hunter2-secret' };
const awkward: NatsCredentials = { user: 'sigma lang', password: 'secret@1:2/3%41?#é' };

/** A gateway and a decoder, and the REST API of the one. */
async function startPair(natsUrl: string, more: Readonly<Record<string, string>> = {}): Promise<{ rest: RestClient; processes: ProcessUnderTest[] }> {
  const env = { NATS_URL: natsUrl, ...more };
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
  await eventually(() => Promise.resolve(refused.log), (log) => log.some(({ msg }) => msg === 'ready'));
});


/** What a server has, and with what a process comes. */
interface Access {
  readonly rules: string;
  /** Where the process looks for the server; without TLS unless said. */
  readonly url?: (nats: NatsServerUnderTest) => string;
  readonly env: Readonly<Record<string, string>>;
}

const token = 'token-secret';
const nkey = { seed: 'SUAAGQCCIVHGEIV4FTIGVFVQEJ2CYTQKHLGKPPRI7RDNJDVDDSRQT7K3XQ', publicKey: 'UD277NUAGIVOJJB4PKGCFLGB2GYFJAY42UAOXGRM77EP3Y6YECGT5K4N' }; // of these tests alone, as the next
const otherNkey = { seed: 'SUANR5F7YBROOPHZRFUW6RTCIO3DZRITJDHBOGHGLWH72LWUHRHX6Z7NQY', publicKey: 'UCQJV5IMIO4XMLZJ2GIMUSS2QVO6MQFITHSAMWA3CHAN7LH73JEUQPKV' };
const authority = new AuthorityUnderTest();
const stranger = new AuthorityUnderTest();
afterAll(() => { for (const each of [authority, stranger]) each.remove(); });

const overTls = (nats: NatsServerUnderTest): string => nats.tlsUrl();

function tlsRules({ cert, key }: CertifiedKey, more = ''): string {
  return `tls { cert_file: "${cert}", key_file: "${key}"${more} }`;
}

const byToken = `authorization { token: "${token}" }`;
const byNkey = `authorization { users: [{ nkey: ${nkey.publicKey} }] }`;
const byAddress = tlsRules(authority.certify('IP:127.0.0.1'));
const byName = tlsRules(authority.certify('DNS:localhost'));
const mutual = tlsRules(authority.certify('IP:127.0.0.1'), `, ca_file: "${authority.cert}", verify: true`);
const trusting = { NATS_TLS_CA: authority.cert };
const shown = ({ cert, key }: CertifiedKey) => ({ NATS_TLS_CERT: cert, NATS_TLS_KEY: key });

async function secretFile(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sigmalang-e2e-secrets-'));
  atTheEnd(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'file'), `${content}\n`);
  return join(folder, 'file');
}

it.each<[what: string, access: Access]>([
  ['a token', { rules: byToken, env: { NATS_TOKEN: token } }],
  ['an nkey', { rules: byNkey, env: { NATS_NKEY_SEED: nkey.seed } }],
  ['TLS, by the address in its certificate', { rules: byAddress, url: overTls, env: trusting }],
  ['TLS, by the name in its certificate', { rules: byName, url: (nats) => nats.tlsUrl('localhost'), env: trusting }],
  ['TLS, which the setting of the authority alone asks for', { rules: byAddress, env: trusting }],
  ['TLS with certificates of both, and a token', { rules: `${mutual}\n${byToken}`, url: overTls, env: { ...trusting, ...shown(authority.certify('DNS:client')), NATS_TOKEN: token } }],
])('processes talk over a NATS server that wants %s, and log no secret', async (_what, { rules, url = ({ url: plainUrl }) => plainUrl, env }) => {
  const nats = await NatsServerUnderTest.start({ rules });
  const { rest, processes } = await startPair(url(nats), env);
  expect((await rest.get('/v1/info')).body).toMatchObject(decoderIsReady);
  for (const { output, errorOutput } of processes) {
    for (const secret of [token, nkey.seed]) expect(output.join() + errorOutput).not.toContain(secret);
  }
});

it('a token and a seed may stand in files', async () => {
  const nats = await NatsServerUnderTest.start({ rules: byToken });
  expect((await (await startPair(nats.url, { NATS_TOKEN_FILE: await secretFile(token) })).rest.get('/v1/info')).body).toMatchObject(decoderIsReady);
  await nats.kill();
  await nats.start({ rules: byNkey });
  expect((await (await startPair(nats.url, { NATS_NKEY_SEED_FILE: await secretFile(nkey.seed) })).rest.get('/v1/info')).body).toMatchObject(decoderIsReady);
});

it.each<[what: string, access: Access, later: Pick<Access, 'rules'>]>([
  ['another token', { rules: byToken, env: { NATS_TOKEN: 'other-secret' } }, { rules: 'authorization { token: "other-secret" }' }],
  ['no token', { rules: byToken, env: {} }, { rules: '' }],
  ['another nkey', { rules: byNkey, env: { NATS_NKEY_SEED: otherNkey.seed } }, { rules: byNkey.replace(nkey.publicKey, otherNkey.publicKey) }],
  ['no authority that it trusts', { rules: byAddress, url: overTls, env: { NATS_TLS_CA: stranger.cert } }, { rules: tlsRules(stranger.certify('IP:127.0.0.1')) }],
  ['a certificate of another address', { rules: tlsRules(authority.certify('IP:127.0.0.2')), url: overTls, env: trusting }, { rules: byAddress }],
  ['a certificate of a name for an address', { rules: byName, url: overTls, env: trusting }, { rules: byAddress }],
  ['tls:// and a server without TLS', { rules: '', url: overTls, env: trusting }, { rules: byAddress }],
  ['no certificate where it must show one', { rules: mutual, url: overTls, env: trusting }, { rules: byAddress }],
  ['a certificate of a stranger', { rules: mutual, url: overTls, env: { ...trusting, ...shown(stranger.certify('DNS:client')) } }, { rules: byAddress }],
])('a process with %s is not ready, and is when the server and it agree', async (_what, { rules, url = ({ url: plainUrl }) => plainUrl, env }, later) => {
  const nats = await NatsServerUnderTest.start({ rules });
  const refused = ProcessUnderTest.spawn('decoder', { env: { NATS_URL: url(nats), METRICS_PORT: '0', ...env } });
  await eventually(() => Promise.resolve(refused.log), (log) => log.some(({ msg }) => msg === 'management is listening'));
  const management = new RestClient(refused.managementOrigin);
  for (let look = 0; look < 5; look++) {
    expect(await management.get('/health/ready')).toMatchObject({ status: 503, body: { error: { nats: { status: 'down' } } } });
    await new Promise((wake) => setTimeout(wake, 200));
  }
  for (const secret of ['-secret', nkey.seed, otherNkey.seed]) expect(refused.output.join() + refused.errorOutput).not.toContain(secret);
  await nats.kill();
  await nats.start(later);
  await eventually(() => management.get('/health/ready'), ({ status }) => status === 200);
});

it('a process with credentials that contradict one another names all of that, and none of their values', async () => {
  const env = { NATS_TOKEN: token, NATS_NKEY_SEED: nkey.seed, NATS_URL: 'nats://u:password-secret@a, tls://b', NATS_TLS_CERT: authority.cert };
  const faulty = ProcessUnderTest.spawn('gateway', { env });
  expect(await faulty.exitCode()).toBe(1);
  for (const name of ['NATS_TOKEN', 'NATS_NKEY_SEED', 'NATS_URL', 'NATS_TLS_CERT']) expect(faulty.errorOutput).toContain(`- ${name}: `);
  for (const secret of ['-secret', nkey.seed]) expect(faulty.output.join() + faulty.errorOutput).not.toContain(secret);
});
