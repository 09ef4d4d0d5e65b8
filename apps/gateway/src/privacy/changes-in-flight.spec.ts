import { type Bus, openRequest, withRequest } from '@sigmalang/runtime';
import fastify, { type FastifyInstance } from 'fastify';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startGateway } from '../gateway-under-test';
import { ChangesInFlight, trackChanges } from './changes-in-flight';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

const stateOf = async (work: Promise<void>): Promise<string> => Promise.race([work.then(() => 'done', () => 'failed'), new Promise<string>((resolve) => setTimeout(resolve, 30, 'waiting'))]);

describe('what is written for an owner', () => {
  it('is waited for until the last of it has ended, and nobody else’s', async () => {
    const changes = new ChangesInFlight();
    const [first, second, other] = [changes.begin('ann'), changes.begin('ann'), changes.begin('bob')];
    const drained = changes.drained('ann');
    first();
    first();
    expect(await stateOf(drained)).toBe('waiting');
    second();
    expect(await stateOf(drained)).toBe('done');
    expect(await stateOf(changes.drained('ann'))).toBe('done');
    expect(await stateOf(changes.drained('bob'))).toBe('waiting');
    other();
  });

  it('is waited for by whoever writes it too, and not what is begun after', async () => {
    const changes = new ChangesInFlight();
    const end = changes.begin('ann', 'admin');
    const drained = ['ann', 'admin'].map((person) => changes.drained(person));
    changes.begin('ann');
    expect(await Promise.all(drained.map(stateOf))).toEqual(['waiting', 'waiting']);
    end();
    expect(await Promise.all(drained.map(stateOf))).toEqual(['done', 'done']);
  });

  it.each<[string, number, AbortSignal | undefined, string]>([
    ['when the time of the request is over', 10, undefined, 'TIMEOUT'],
    ['when the caller is gone', 60_000, AbortSignal.abort(), 'CANCELLED'],
  ])('is not waited for any more %s', async (_what, timeoutMs, signal, code) => {
    const changes = new ChangesInFlight();
    changes.begin('ann');
    await expect(withRequest(openRequest(timeoutMs, undefined, undefined, signal), () => changes.drained('ann'))).rejects.toMatchObject({ code });
  });
});

describe('a gateway', () => {
  let app: FastifyInstance;
  const changes = new ChangesInFlight();
  const answered = Promise.withResolvers<string>();
  let working: Promise<unknown> = answered.promise;

  beforeAll(async () => {
    app = fastify();
    app.addHook('onRequest', (request, _reply, done) => {
      const subject = request.headers['x-subject'];
      request.caller = typeof subject === 'string' ? { kind: 'known', identity: { subject, role: 'developer', owner: subject } } : { kind: 'anonymous' };
      done();
    });
    trackChanges(app, changes);
    app.addHook('onRequest', async ({ headers, raw }) => {
      if (headers['x-slow']) await new Promise((resolve) => raw.socket.once('close', resolve));
    });
    app.put('/change', { config: { permission: 'search:write' } }, () => working);
    app.get('/read', { config: { permission: 'search:read' } }, () => answered.promise);
    await app.ready();
  });

  afterAll(() => app.close());

  it('counts the requests that write until they are answered', async () => {
    const ask = (method: 'PUT' | 'GET', url: string, subject?: string) => app.inject({ method, url, headers: subject === undefined ? {} : { 'x-subject': subject } });
    const asked = [ask('PUT', '/change', 'ann'), ask('GET', '/read', 'bob'), ask('PUT', '/change')];
    await new Promise((resolve) => setTimeout(resolve, 30));
    const drained = changes.drained('ann');
    expect([await stateOf(drained), await stateOf(changes.drained('bob'))]).toEqual(['waiting', 'done']);
    answered.resolve('done');
    await Promise.all(asked);
    expect(await stateOf(drained)).toBe('done');
  });
  it.each<[string, string, object]>([
    ['while it is worked on', 'ann', { 'content-length': 2 }],
    ['before it has sent all', 'bob', { 'content-length': 5_000 }],
    ['at once, before anybody listens', 'cid', { 'content-length': 5_000, 'x-slow': 'yes' }],
  ])('ends the change of a caller who leaves %s', async (_what, subject, headers) => {
    const left = Promise.withResolvers<string>();
    working = left.promise;
    await app.listen({ host: '127.0.0.1', port: 0 }).catch(() => undefined); // it listens from the first time on
    const sent = request({ port: (app.server.address() as AddressInfo).port, host: '127.0.0.1', path: '/change', method: 'PUT', headers: { 'content-type': 'application/json', 'x-subject': subject, ...headers } });
    sent.on('error', () => undefined);
    sent.write('{}');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const drained = changes.drained(subject);
    expect(await stateOf(drained)).toBe('waiting');
    sent.destroy();
    if (subject === 'ann') expect(await stateOf(drained)).toBe('waiting');
    left.resolve('done');
    await drained;
  });
});

it('is known of every write that the gateway of the installation takes', async () => {
  const kept = Promise.withResolvers<object>();
  const app = await startGateway({ bus: { call: () => kept.promise } as unknown as Bus });
  const put = app.inject({ method: 'PUT', url: '/v1/collections/a', payload: {} }).then(({ statusCode }) => statusCode);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const drained = app.get(ChangesInFlight, { strict: false }).drained('local');
  expect(await stateOf(drained)).toBe('waiting');
  kept.resolve({});
  expect(await put).toBe(200);
  expect(await stateOf(drained)).toBe('done');
  await app.close();
});
