import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Installation, startOnNats, startStandalone } from './installations';
import { sendRaw, wire } from './raw-http';
import { bodyOf, problemOf } from './rest-client';
import { atTheEnd, endEverything } from './teardown';
import { ADMIN_KEY } from './test-key';

jest.setTimeout(300_000);

const MIB = 1_048_576;

/** A route that takes a body. */
interface BodyRoute {
  readonly method: string;
  readonly path: string;
  /** A request that it answers, as the document gives it. */
  readonly example: object;
}

interface Operation {
  readonly requestBody?: { readonly content: Record<string, { readonly examples?: { readonly example: { readonly value: object } } }> };
}

let standalone: Installation;
let onNats: Installation;
/** What contains the folder of the standalone's data, and nothing else. */
let surroundings: string;
let routes: readonly BodyRoute[];

beforeAll(async () => {
  surroundings = await mkdtemp(join(tmpdir(), 'sigmalang-e2e-attacks-'));
  atTheEnd(() => rm(surroundings, { recursive: true, force: true }));
  [standalone, onNats] = await Promise.all([startStandalone({ DATA_DIR: join(surroundings, 'data') }), startOnNats()]);
  const { paths } = bodyOf(await standalone.rest.get('/openapi.json')) as { paths: Record<string, Record<string, Operation>> };
  routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { requestBody }]) => {
      const example = requestBody?.content['application/json']?.examples?.example.value ?? {};
      return requestBody ? [{ method: method.toUpperCase(), path: path.replace(/\{\w+\}/g, 'hostile'), example }] : [];
    }),
  );
});

afterAll(endEverything);

/** Sends the same to every route of both installations that takes a body, and gives what each answers. */
async function toEachRoute(bodyOfRoute: (route: BodyRoute) => string): Promise<{ route: string; status: number; code: string }[]> {
  const answers: { route: string; status: number; code: string }[] = [];
  for (const { name, rest } of [standalone, onNats]) {
    for (const route of routes) {
      const reply = await rest.post(route.path, bodyOfRoute(route), { method: route.method });
      answers.push({ route: `${name}: ${route.method} ${route.path}`, status: reply.status, code: problemOf(reply).code });
    }
  }
  return answers;
}

/** The text of an example with something put into each of its objects, a text for each. */
function poisoned(example: object, poison: string): string[] {
  const text = JSON.stringify(example);
  return [...text.matchAll(/\{/g)].map(({ index }) => {
    const [before, after] = [text.slice(0, index + 1), text.slice(index + 1)];
    return `${before}${poison}${after.startsWith('}') ? '' : ','}${after}`;
  });
}

const POISONS = [
  '"__proto__":{"polluted":"yes"}',
  '"__proto__":null',
  '"\\u005f\\u005fproto\\u005f\\u005f":{"polluted":"yes"}',
  '"constructor":{"prototype":{"polluted":"yes"}}',
  '"constructor":{"prototype":{"toString":"yes","isAdmin":true}}',
];

it('finds the routes that take a body', () => {
  expect(routes.length).toBeGreaterThanOrEqual(19);
});

it.each(POISONS)('the key %s is refused in every object of every body, and changes nothing', async (poison) => {
  const before = (await standalone.rest.get('/v1/info')).text;
  for (const { rest } of [standalone, onNats]) {
    for (const { method, path, example } of routes) {
      for (const body of poisoned(example, poison)) {
        const problem = problemOf(await rest.post(path, body, { method }));
        expect({ path, body, status: problem.status, code: problem.code }).toEqual({ path, body, status: 400, code: 'INVALID_REQUEST' });
      }
    }
  }
  const after = await standalone.rest.get('/v1/info');
  expect(after.text).toBe(before);
  expect(after.text).not.toContain('polluted');
});

it.each(['toString', 'valueOf', 'hasOwnProperty', 'constructor', 'prototype', '__defineGetter__', '__lookupSetter__'])(
  'the field %s, which every object has, is a field like others that no request has',
  async (field) => {
    const answers = await toEachRoute(({ example }) => JSON.stringify({ ...example, [field]: 1 }));
    expect(answers.filter(({ status, code }) => status !== 400 || code !== 'INVALID_REQUEST')).toEqual([]);
  },
);

it.each<[what: string, body: string]>([
  ['1 MiB of opening brackets', '['.repeat(MIB)],
  ['1 MiB of opened objects', '{"a":'.repeat(MIB / 5)],
  ['500,000 lists in one another', '['.repeat(MIB / 2) + ']'.repeat(MIB / 2)],
  ['objects and lists in turn', '[{"a":'.repeat(80_000) + '1' + '}]'.repeat(80_000)],
  ['a list of 500,000 numbers', `[${'0,'.repeat(MIB / 2 - 2)}0]`],
  ['a list of 300,000 objects', `[${'{},'.repeat(300_000)}{}]`],
  ['100,000 fields', `{${Array.from({ length: 60_000 }, (_, i) => `"f${i}":1`).join()}}`],
  ['a field of 1 MB', `{"${'a'.repeat(MIB - 100)}":1}`],
  ['a number of 1,000,000 digits', `{"text":${'9'.repeat(1_000_000)}}`],
  ['a number past all others', '{"text":1e400,"dimensions":-1e999}'],
  ['the same field twice', '{"nope":1,"nope":2}'],
  ['escapes that are none', '{"nope":"\\u12"}'],
  ['a text that does not end', `{"nope":"${'a'.repeat(MIB - 100)}`],
])('%s is refused by every route that takes a body', async (_what, body) => {
  const answers = await toEachRoute(() => body);
  expect(answers.filter(({ status }) => status !== 400)).toEqual([]);
  for (const { rest } of [standalone, onNats]) expect((await rest.post('/v1/encode', { text: 'still here' })).status).toBe(200);
});

describe('a name', () => {
  const NAMES = [
    '..', '.', '../..', '..%2f..%2f..%2fescaped', '%2e%2e%2f%2e%2e%2fescaped', '..%5c..%5cescaped', '%2fetc%2fpasswd', '%2ftmp%2fescaped',
    '%00', 'a%00.json', 'a%2fb', 'a%5cb', '..%252fescaped', '%c0%ae%c0%ae%2fescaped', 'CON', 'nul', 'A', 'a%0a', 'a%20', ' ', '-', '_',
    '%EF%BC%8E%EF%BC%8E%EF%BC%8Fescaped', 'a%E2%80%AEb', 'a'.repeat(64), '*', '?', '%3f', '%23', '~', '$HOME', '%24%7bjndi:ldap%7d', ';', '|',
    '..;', 'a:b', '__proto__', 'constructor',
  ];
  const ROUTES = [
    ['PUT', '/v1/analogies/records/', '', '{"pairs":[{"role":"a","filler":"b"}]}'],
    ['GET', '/v1/analogies/records/', '', ''],
    ['DELETE', '/v1/analogies/records/', '', ''],
    ['PUT', '/v1/collections/', '', '{}'],
    ['GET', '/v1/collections/', '', ''],
    ['DELETE', '/v1/collections/', '', ''],
    ['GET', '/v1/collections/', '/documents', ''],
    ['PUT', '/v1/collections/', '/documents', '{"documents":[{"id":"a","text":"a"}]}'],
    ['DELETE', '/v1/collections/kept/documents/', '', ''],
    ['GET', '/v1/collections/kept/documents/', '', ''],
    ['DELETE', '/v1/keys/', '', ''],
  ] as const;

  beforeAll(async () => {
    for (const { rest } of [standalone, onNats]) bodyOf(await rest.post('/v1/collections/kept', {}, { method: 'PUT' }));
  });

  it.each(ROUTES)('that leads elsewhere is refused or not found by %s %s…%s, and leaves nothing behind', async (method, before, after, body) => {
    const refusals: object[] = [];
    for (const { name: installation, rest } of [standalone, onNats]) {
      for (const name of NAMES) {
        const headers = ['Host: a', 'Connection: close', `X-API-Key: ${ADMIN_KEY}`, 'Content-Type: application/json', `Content-Length: ${body.length}`];
        const { statuses, text } = await sendRaw(rest.origin, wire(`${method} ${before}${name}${after} HTTP/1.1`, headers, body));
        const isRefused = statuses.length === 1 && [400, 404].includes(statuses[0] ?? 0);
        if (!isRefused) refusals.push({ installation, name, statuses });
        expect(text).not.toMatch(/root:|ENOENT|EACCES|node_modules/);
      }
    }
    const isProper = (name: string): boolean => /^[a-z0-9][a-z0-9_-]{0,62}$/.test(name);
    expect(refusals.filter(({ name }: { name?: string }) => !isProper(name ?? ''))).toEqual([]);
    expect(await readdir(surroundings)).toEqual(['data']);
  });

  it('of a document may have any characters, and leads nowhere', async () => {
    for (const { rest } of [standalone, onNats]) {
      const ids = ['../../escaped', '/etc/passwd', '..\\escaped', 'a/b', '*', "'; drop table documents; --", '${jndi:ldap://a}', '<script>'];
      const documents = ids.map((id) => ({ id, text: 'a text' }));
      bodyOf(await rest.post('/v1/collections/kept/documents', { documents }, { method: 'PUT' }));
      for (const id of ids) {
        const reply = await rest.get(`/v1/collections/kept/documents/${encodeURIComponent(id)}`);
        expect(reply.body).toMatchObject({ id, text: 'a text' });
      }
    }
    expect(await readdir(surroundings)).toEqual(['data']);
  });
});
