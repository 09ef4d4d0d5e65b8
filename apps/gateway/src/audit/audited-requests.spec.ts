import { PERMISSIONS, type RoutePermission, ServiceError } from '@sigmalang/contracts';
import { openRequest } from '@sigmalang/runtime';
import type { AuditActor, NewAuditEntry } from '@sigmalang/storage';
import fastify, { type FastifyInstance } from 'fastify';
import type { Caller } from '../front-door';
import type { AuditScope } from './audit.config';
import type { AuditLog } from './audit-log';
import { actorOf, auditRequests, scopeOf } from './audited-requests';

const ann = { subject: 'ann', role: 'developer', owner: 'ann' } as const;
const KNOWN: Caller = { kind: 'known', identity: ann, keyId: 'k1' };

const ROUTES: readonly [method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, permission: RoutePermission][] = [
  ['PUT', '/v1/collections/:name', 'search:write'],
  ['DELETE', '/v1/collections/:name/documents/:id', 'search:write'],
  ['GET', '/v1/collections/:name', 'search:read'],
  ['POST', '/v1/encode', 'compute'],
  ['DELETE', '/v1/keys/:id', 'admin'],
  ['POST', '/v1/auth/refresh', 'public'],
  ['GET', '/health', 'public'],
];

/** Routes that answer, or fail with a code that the request names; who asks is who `state` says. */
async function serve(scope: AuditScope) {
  const state: { caller: Caller | undefined; entries: NewAuditEntry[]; gate: Promise<undefined>; isFull: boolean; done: number } = { caller: KNOWN, entries: [], gate: Promise.resolve(undefined), isFull: false, done: 0 };
  const log = {
    write: (entry: NewAuditEntry) => {
      state.entries.push(entry);
      return state.gate;
    },
    refusal: () => (state.isFull ? new ServiceError('UNAVAILABLE', 'full') : undefined),
  };
  const app = fastify();
  app.setErrorHandler((error, request, reply) => {
    request.outcome = { code: error instanceof ServiceError ? error.code : 'INTERNAL' };
    return reply.status(500).send('');
  });
  app.addHook('onRequest', (request, _reply, done) => {
    request.outcome = { code: 'OK' };
    request.opened = openRequest(1_000, 'r1');
    if (state.caller) request.caller = state.caller;
    done(state.caller?.kind === 'refused' ? state.caller.error : undefined);
  });
  auditRequests(app, log as unknown as AuditLog, scope);
  for (const [method, url, permission] of ROUTES) {
    app.route({
      method,
      url,
      config: { permission },
      handler: (request, reply) => {
        state.done++;
        const { code } = request.query as { code?: 'NOT_FOUND' };
        if (code) throw new ServiceError(code, 'as asked');
        void reply.send('done');
      },
    });
  }
  await app.ready();
  return { app, state };
}

let app: FastifyInstance;
let state: Awaited<ReturnType<typeof serve>>['state'];
const ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string) => app.inject({ method, url });

beforeEach(async () => { ({ app, state } = await serve('changes')); });
afterEach(() => app.close());

describe('which requests are audited', () => {
  it.each<[AuditScope, string[]]>([
    ['security', ['DELETE /v1/keys/:id', 'POST /v1/auth/refresh']],
    ['changes', ['PUT /v1/collections/:name', 'DELETE /v1/collections/:name/documents/:id', 'DELETE /v1/keys/:id', 'POST /v1/auth/refresh']],
    ['all', ROUTES.slice(0, -1).map(([method, url]) => `${method} ${url}`)],
  ])('with the scope %s', async (scope, actions) => {
    const other = await serve(scope);
    for (const [method, url] of ROUTES) await other.app.inject({ method, url: url.replace(':name', 'news').replace(':id', 'x') });
    expect(other.state.entries.map(({ action }) => action)).toEqual(actions);
    await other.app.close();
  });

  it('is decided for every permission', () => {
    const scopes = Object.keys(PERMISSIONS).map((permission) => [permission, scopeOf('/v1/x', permission as RoutePermission)]);
    expect(Object.fromEntries(scopes)).toEqual({
      compute: 'all', 'search:read': 'all', 'search:write': 'changes', 'patterns:read': 'all', 'patterns:write': 'changes', jobs: 'changes', stream: 'changes', self: 'security', admin: 'security',
    });
  });

  it.each<[string, Caller | undefined, string, string[]]>([
    ['whose credentials are refused', { kind: 'refused', error: new ServiceError('UNAUTHENTICATED', 'x') }, '/v1/encode', ['UNAUTHENTICATED']],
    ['with a key in its URL', { kind: 'refused', error: new ServiceError('INVALID_REQUEST', 'x') }, '/health', ['INVALID_REQUEST']],
    ['that is forbidden', KNOWN, '/v1/encode?code=FORBIDDEN', ['FORBIDDEN']],
    ['without credentials', { kind: 'anonymous' }, '/v1/encode?code=UNAUTHENTICATED', ['UNAUTHENTICATED']],
    ['of which nobody can tell now whom it is from', { kind: 'refused', error: new ServiceError('UNAVAILABLE', 'x') }, '/v1/encode', []],
    ['that comes too often', KNOWN, '/v1/auth/refresh?code=RATE_LIMITED', []],
    ['that was shed before anybody asked who it is', undefined, '/v1/auth/refresh', []],
    ['that fails otherwise', KNOWN, '/v1/encode?code=NOT_FOUND', []],
    ['of something that fails', KNOWN, '/v1/auth/refresh?code=NOT_FOUND', ['NOT_FOUND']],
  ])('as one %s', async (_what, caller, url, codes) => {
    state.caller = caller;
    await ask(url.startsWith('/health') ? 'GET' : 'POST', url);
    expect(state.entries.map(({ code }) => code)).toEqual(codes);
  });
});

describe('an entry', () => {
  const salt = expect.stringMatching(/^[0-9a-f]{32}$/) as string;
  const actor = { subject: 'ann', role: 'developer', keyId: 'k1', address: '127.0.0.1', requestId: 'r1', salt };

  it('says who did what to what, and nothing of what was said beside', async () => {
    await ask('PUT', '/v1/collections/news?code=NOT_FOUND');
    const [entry] = state.entries;
    expect(entry).toEqual({ at: expect.any(Date) as Date, action: 'PUT /v1/collections/:name', status: 500, code: 'NOT_FOUND', actor, resource: { owner: 'ann', name: 'news', salt } });
    expect(entry?.resource).not.toMatchObject({ salt: (entry?.actor as AuditActor).salt });
  });

  it.each([
    ['of a document says not which', 'DELETE', '/v1/collections/news/documents/secret', { owner: 'ann', name: 'news', salt }],
    ['of a key says which', 'DELETE', '/v1/keys/7c9e6679-7425-40de-944b-e07fc1f90ae7', { owner: 'ann', id: '7c9e6679-7425-40de-944b-e07fc1f90ae7', salt }],
    ['says no id that can be none', 'DELETE', '/v1/keys/anything', { owner: 'ann', salt }],
    ['says no name that can be none', 'PUT', '/v1/collections/Any%00%20text', { owner: 'ann', salt }],
  ] as const)('%s', async (_what, method, url, resource) => {
    await ask(method, url);
    expect(state.entries.map((entry) => entry.resource)).toEqual([resource]);
  });

  it('says from which address a request came, and no word that a proxy passes on', async () => {
    const proxied = fastify({ trustProxy: '10.0.0.1' });
    const said: unknown[] = [];
    proxied.get('/', (request) => {
      said.push(actorOf(Object.assign(request, { caller: KNOWN, opened: openRequest(1_000) })).address);
      return 'done';
    });
    for (const forwarded of ['198.51.100.7', 'any text that somebody wrote']) await proxied.inject({ url: '/', remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': forwarded } });
    expect(said).toEqual(['198.51.100.7', '10.0.0.1']);
    await proxied.close();
  });

  it('says of somebody unknown only where the request came from', async () => {
    state.caller = { kind: 'refused', error: new ServiceError('UNAUTHENTICATED', 'x') };
    await ask('PUT', '/v1/collections/news');
    expect(state.entries).toMatchObject([{ actor: { address: '127.0.0.1', requestId: 'r1' }, resource: undefined }]);
    expect(Object.keys(state.entries[0]?.actor ?? {})).not.toContain('subject');
  });
});

describe('the reply', () => {
  it('to a change waits until the entry is written', async () => {
    const gate = Promise.withResolvers<undefined>();
    state.gate = gate.promise;
    let isAnswered = false;
    const reply = ask('PUT', '/v1/collections/news').then(() => { isAnswered = true; });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([state.entries.length, isAnswered]).toEqual([1, false]);
    gate.resolve(undefined);
    await reply;
  });

  it('to who is refused, or only asks, waits for nothing', async () => {
    state.gate = new Promise(() => undefined);
    await ask('POST', '/v1/encode?code=FORBIDDEN');
    const all = await serve('all');
    all.state.gate = state.gate;
    await all.app.inject({ method: 'POST', url: '/v1/encode' });
    expect([state.entries.length, all.state.entries.length]).toEqual([1, 1]);
    await all.app.close();
  });

  it('to a change is a refusal, before anything is changed, while no entry can be taken', async () => {
    state.isFull = true;
    expect((await ask('PUT', '/v1/collections/news')).statusCode).toBe(500);
    expect(state.done).toBe(0);
    expect((await ask('POST', '/v1/encode')).statusCode).toBe(200);
  });
});
