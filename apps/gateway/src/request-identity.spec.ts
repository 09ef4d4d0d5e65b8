import { type Identity, type Permission, PERMISSIONS, type Role } from '@sigmalang/contracts';
import { Bus, type RequestContext } from '@sigmalang/runtime';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startGateway } from './gateway-under-test';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

const LOCAL: Identity = { subject: 'local', role: 'admin', owner: 'local' };

/** What was carried, and from whom. */
const carried: { subject: string; identity: RequestContext['identity'] }[] = [];
const transport = {
  maxMessageBytes: () => 1_000_000,
  request: (subject: string, _payload: Uint8Array, { identity }: { readonly identity?: unknown }): Promise<Uint8Array> => {
    carried.push({ subject, identity: identity as Identity });
    return Promise.resolve(Buffer.from('{"id":"1","response":{},"isDisposed":true}'));
  },
};

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await startGateway({ bus: new Bus(transport, 1_000) });
}, 60_000);

afterAll(() => app.close());

beforeEach(() => { carried.length = 0; });

afterEach(() => { jest.restoreAllMocks(); });

async function codeOf(path: string, body: object, headers: Record<string, string> = {}): Promise<string> {
  const { statusCode, body: text } = await app.inject({ method: 'POST', url: path, payload: body, headers });
  return statusCode === 200 ? 'OK' : (JSON.parse(text) as { code: string }).code;
}

const pairs = [{ role: 'a', filler: 'b' }];
const inCollection = { query: 'a', collection: 'news' };
const inCorpus = { query: 'a', corpus: ['b'] };

it('what the gateway asks of services is from whoever asks the gateway, whatever a header says', async () => {
  const forged = { 'sigma-identity': JSON.stringify({ ...LOCAL, subject: 'ann', owner: 'ann' }) };
  expect(await codeOf('/v1/search', inCollection)).toBe('OK');
  expect(await codeOf('/v1/search', inCorpus, forged)).toBe('OK');
  expect(carried).toEqual([
    { subject: 'search.v1.search', identity: LOCAL },
    { subject: 'search.v1.search', identity: LOCAL },
  ]);
});

const permissions: Record<Permission, readonly Role[]> = PERMISSIONS;

/** Leaves a permission to some roles alone. */
function permit(permission: Permission, roles: readonly Role[]): void {
  jest.replaceProperty(permissions, permission, roles);
}

it.each<[what: string, path: string, body: object, code: string]>([
  ['a search in a collection', '/v1/search', inCollection, 'FORBIDDEN'],
  ['a search in texts of its own', '/v1/search', inCorpus, 'OK'],
  ['an analogy from a kept record', '/v1/analogies/structured', { source: { name: 'usa' }, target: { pairs }, filler: 'b' }, 'FORBIDDEN'],
  ['an analogy to a kept record', '/v1/analogies/structured', { source: { pairs }, target: { name: 'usa' }, filler: 'b' }, 'FORBIDDEN'],
  ['an analogy between records of its own', '/v1/analogies/structured', { source: { pairs }, target: { pairs }, filler: 'b' }, 'OK'],
])('who may compute and not read what is kept asks for %s: %s %j is %s', async (_what, path, body, code) => {
  expect(await codeOf(path, body)).toBe('OK');
  permit('search:read', ['analyst']);
  carried.length = 0;
  expect(await codeOf(path, body)).toBe(code);
  expect(carried).toHaveLength(code === 'OK' ? 1 : 0);
});

it('who may read what is kept and not compute asks for nothing', async () => {
  permit('compute', ['analyst']);
  expect(await codeOf('/v1/search', inCollection)).toBe('FORBIDDEN');
});
