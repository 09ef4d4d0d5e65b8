import { openRequest, withRequest } from '@sigmalang/runtime';
import fastify, { type FastifyInstance } from 'fastify';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChangesInFlight, trackChanges } from './changes-in-flight';

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

  beforeAll(async () => {
    app = fastify();
    app.addHook('onRequest', (request, _reply, done) => {
      const subject = request.headers['x-subject'];
      request.caller = typeof subject === 'string' ? { kind: 'known', identity: { subject, role: 'developer', owner: subject } } : { kind: 'anonymous' };
      done();
    });
    trackChanges(app, changes);
    app.put('/change', { config: { permission: 'search:write' } }, () => answered.promise);
    app.put('/never', { config: { permission: 'search:write' } }, () => new Promise(() => undefined));
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

  it('counts no longer what its caller did not wait for', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const begun = Promise.withResolvers<undefined>();
    const ended = Promise.withResolvers<undefined>();
    const begin = jest.spyOn(changes, 'begin').mockImplementationOnce((owner) => {
      const end = changes.begin(owner);
      begun.resolve(undefined);
      return () => {
        end();
        ended.resolve(undefined);
      };
    });
    const { port } = app.server.address() as AddressInfo;
    const caller = request({ port, host: '127.0.0.1', method: 'PUT', path: '/never', headers: { 'x-subject': 'ann' } });
    caller.on('error', () => undefined);
    caller.end();
    await begun.promise;
    expect(await stateOf(changes.drained('ann'))).toBe('waiting');
    caller.destroy();
    await ended.promise;
    expect(await stateOf(changes.drained('ann'))).toBe('done');
    begin.mockRestore();
  });
});
