import { type BothInstallations, startBoth } from './installations';
import { makeKey, makeTokens } from './keys-under-test';
import { sendRaw, wire } from './raw-http';
import { bodyOf, problemOf, type Reply, type RestClient } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(240_000);

const ROLES = ['admin', 'developer', 'researcher', 'analyst'] as const;
type Role = (typeof ROLES)[number];

/** Who may do what, and by which routes; written by hand and not taken from the product. */
const TABLE: readonly { readonly permission: string; readonly roles: readonly Role[] | 'everyone'; readonly routes: readonly string[] }[] = [
  {
    permission: 'public',
    roles: 'everyone',
    routes: [
      'GET /health', 'GET /health/live', 'GET /health/ready', 'GET /ready',
      'GET /docs', 'GET /redoc', 'GET /openapi.json', 'GET /docs/assets/docs.html',
      'POST /v1/auth/refresh', 'POST /v1/auth/revoke',
    ],
  },
  {
    permission: 'compute',
    roles: ['admin', 'developer', 'researcher', 'analyst'],
    routes: [
      'POST /v1/encode', 'POST /v1/decode', 'POST /v1/similarity',
      'POST /v1/vectors/bind', 'POST /v1/vectors/bundle', 'POST /v1/vectors/permute', 'POST /v1/vectors/unbind',
      'POST /v1/vectors/similarity', 'POST /v1/vectors/cleanup',
      'POST /v1/nlp/embeddings', 'POST /v1/embeddings',
      'POST /v1/analogies/solve', 'POST /v1/analogies/explain', 'POST /v1/analogies/structured', 'POST /v1/lexicon/neighbours',
      'POST /v1/search', 'GET /v1/info',
    ],
  },
  {
    permission: 'search:read',
    roles: ['admin', 'developer', 'researcher', 'analyst'],
    routes: [
      'GET /v1/collections', 'GET /v1/collections/{name}',
      'GET /v1/collections/{name}/documents', 'GET /v1/collections/{name}/documents/{id}',
      'GET /v1/analogies/records', 'GET /v1/analogies/records/{name}',
    ],
  },
  {
    permission: 'search:write',
    roles: ['admin', 'developer'],
    routes: [
      'PUT /v1/collections/{name}', 'DELETE /v1/collections/{name}',
      'PUT /v1/collections/{name}/documents', 'DELETE /v1/collections/{name}/documents/{id}',
      'PUT /v1/analogies/records/{name}', 'DELETE /v1/analogies/records/{name}',
    ],
  },
  {
    permission: 'self',
    roles: ['admin', 'developer', 'researcher', 'analyst'],
    routes: ['POST /v1/auth/token', 'GET /v1/privacy/export', 'DELETE /v1/privacy/data'],
  },
  {
    permission: 'admin',
    roles: ['admin'],
    routes: ['GET /v1/keys', 'POST /v1/keys', 'DELETE /v1/keys/{id}', 'GET /v1/audit', 'GET /v1/audit/verification', 'GET /v1/flags'],
  },
];

/** Routes that are served and stand in no document: the document itself and the pages that show it. */
const UNDOCUMENTED = ['GET /docs', 'GET /redoc', 'GET /openapi.json', 'GET /docs/assets/docs.html'];

/** Each route with who may call it. */
const ROUTES = TABLE.flatMap(({ permission, roles, routes }) => routes.map((route) => ({ route, permission, roles })));

/** What takes a key and no token, since one token does not beget another. */
const FOR_KEYS_ALONE = 'POST /v1/auth/token';

/** Ways to say who one is, which count the same but for that. */
const WAYS = ['X-API-Key', 'Bearer key', 'Bearer token'] as const;
type Way = (typeof WAYS)[number];

type Headers = Readonly<Record<string, string>>;

let both: BothInstallations;
/** Headers of a caller of each role, by installation. */
const callers = new Map<string, Readonly<Record<Role, Readonly<Record<Way, Headers>>>>>();

beforeAll(async () => {
  both = await startBoth();
  for (const name of ['standalone', 'onNats'] as const) {
    const { rest } = both[name];
    const headers = await Promise.all(ROLES.map(async (role) => [role, await headersOf(rest, role)] as const));
    callers.set(name, Object.fromEntries(headers) as Record<Role, Record<Way, Headers>>);
  }
});

afterAll(endEverything);

async function headersOf(rest: RestClient, role: Role): Promise<Record<Way, Headers>> {
  const { key } = await makeKey(rest, { role, subject: `the-${role}` });
  const { accessToken } = await makeTokens(rest.as(key));
  return { 'X-API-Key': { 'x-api-key': key }, 'Bearer key': { authorization: `Bearer ${key}` }, 'Bearer token': { authorization: `Bearer ${accessToken}` } };
}

/**
 * Asks a route for something that no caller gets, however much is permitted: its body has a field that no request has, and what its
 * path names is not there. So a call that passes the front door changes nothing.
 */
function knock(rest: RestClient, route: string, headers: Headers, method?: string): Promise<Reply> {
  const [own = '', path = ''] = route.split(' ');
  const url = path.replace('{name}', 'nothing').replace('{id}', '00000000-0000-4000-8000-000000000000');
  if (own === 'POST' || own === 'PUT') return rest.post(url, { nope: 1 }, { method: method ?? own, headers });
  return rest.get(url, { method: method ?? own, headers });
}

describe.each(['standalone', 'onNats'] as const)('at the installation %s', (name) => {
  const rest = (): RestClient => both[name].rest.as(null);
  const headersFor = (role: Role, way: Way): Headers => {
    const headers = callers.get(name)?.[role][way];
    if (!headers) throw new Error(`nobody is ${role} by ${way}`);
    return headers;
  };

  it('every route stands in the table, and no other', async () => {
    const { paths } = bodyOf(await rest().get('/openapi.json')) as { paths: Record<string, object> };
    const served = Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
    expect([...served, ...UNDOCUMENTED].sort()).toEqual(ROUTES.map(({ route }) => route).sort());
  });

  describe.each(ROUTES)('$route, which needs $permission,', ({ route, permission, roles }) => {
    it.each(ROLES.flatMap((role) => WAYS.map((way) => [role, way] as const)))('lets %s by %s in or not as the table says', async (role, way) => {
      const reply = await knock(rest(), route, headersFor(role, way));
      if (route === FOR_KEYS_ALONE && way === 'Bearer token') {
        expect(problemOf(reply)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
        return;
      }
      if (roles === 'everyone' || roles.includes(role)) {
        expect([200, 400, 404, 503]).toContain(reply.status); // 503: /health/ready of what is not ready
        return;
      }
      expect(problemOf(reply)).toMatchObject({ status: 403, code: 'FORBIDDEN', detail: expect.stringContaining(permission) as unknown });
      expect(reply.text).not.toContain('nope');
    });

    it('asks nobody who does not say who it is unless it is public', async () => {
      const reply = await knock(rest(), route, {});
      if (roles === 'everyone') {
        expect([200, 400]).toContain(reply.status);
        return;
      }
      expect(problemOf(reply)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
    });

    it('takes a key that nobody has for none', async () => {
      const reply = await knock(rest(), route, { 'x-api-key': `sk_${'A'.repeat(43)}` });
      if (roles === 'everyone') {
        expect([200, 400]).toContain(reply.status);
        return;
      }
      expect(problemOf(reply)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    });
  });

  const readable = ROUTES.filter(({ route, roles }) => route.startsWith('GET ') && roles !== 'everyone');

  it.each(readable)('HEAD of $route needs what GET needs', async ({ route, roles }) => {
    expect((await knock(rest(), route, {}, 'HEAD')).status).toBe(401);
    for (const role of ROLES) {
      const { status } = await knock(rest(), route, headersFor(role, 'X-API-Key'), 'HEAD');
      if (roles.includes(role)) expect([200, 404]).toContain(status);
      else expect(status).toBe(403);
    }
  });

  it.each(['/V1/KEYS', '//v1/keys', '/v1//keys', '/v1/keys/', '/v1/%6beys', '/v1/keys%2f', '/v1/./keys', '/v1/x/../keys', '/v1/keys;a=b', '/v1/keys%00', '/v1/keys?'])(
    'GET %s is no way around the permission of /v1/keys',
    async (path) => {
      const { statuses } = await sendRaw(rest().origin, wire(`GET ${path} HTTP/1.1`, ['host: a', 'connection: close']));
      expect(statuses).toHaveLength(1);
      expect([400, 401, 404]).toContain(statuses[0]);
    },
  );
});
