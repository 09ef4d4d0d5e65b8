import { type BothInstallations, startBoth } from './installations';
import { bodyOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

interface Media {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: object }>>;
}

interface Operation {
  readonly summary?: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

let both: BothInstallations;
let document: OpenApi;
/** Whose answers tell of a key or a token, and are other ones each time. */
const MADE_FOR_CALLER = ['/v1/auth/refresh', '/v1/auth/revoke', '/v1/auth/token', '/v1/keys'];

/** The POST routes that compute. */
let posts: (readonly [path: string, operation: Operation])[];

beforeAll(async () => {
  both = await startBoth();
  document = bodyOf(await both.get('/openapi.json')) as OpenApi;
  posts = Object.entries(document.paths).flatMap(([path, { post }]) => (post && !MADE_FOR_CALLER.includes(path) ? [[path, post] as const] : []));
});

afterAll(endEverything);

function resolved(schema: Schema | undefined): Schema {
  const name = schema?.$ref?.replace('#/components/schemas/', '');
  const found = name === undefined ? schema : document.components.schemas[name];
  if (!found) throw new Error(`there is no schema ${name ?? ''}`);
  return found;
}

/** The schemas of which a value must fit one. */
function alternativesOf(schema: Schema | undefined): Schema[] {
  const found = resolved(schema);
  return found.oneOf?.map(resolved) ?? [found];
}

/** What a value has that its schema does not know, or lacks that its schema requires. */
function misfits(value: unknown, given: Schema | undefined, at: string): string[] {
  const [schema, ...others] = alternativesOf(given);
  if (!schema) return [`${at} fits nothing`];
  if (others.length > 0) {
    const each = [schema, ...others].map((alternative) => misfits(value, alternative, at));
    return each.find(({ length }) => length === 0) ?? each.flat();
  }
  const { items } = schema;
  if (Array.isArray(value)) return value.slice(0, 3).flatMap((item, i) => (items ? misfits(item, items, `${at}[${i}]`) : []));
  if (typeof value !== 'object' || value === null || !schema.properties) return [];
  const { properties, required = [] } = schema;
  const unknown = Object.keys(value).filter((key) => !(key in properties));
  const missing = required.filter((key) => !(key in value));
  const within = Object.entries(value).flatMap(([key, item]) =>
    properties[key] ? misfits(item, properties[key], `${at}.${key}`) : [],
  );
  return [...unknown.map((key) => `${at}.${key} is unknown`), ...missing.map((key) => `${at}.${key} is missing`), ...within];
}

it('is OpenAPI 3.1 and has every POST route of the API', () => {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  const operations = ['bind', 'bundle', 'permute', 'unbind', 'similarity', 'cleanup'].map((name) => `/v1/vectors/${name}`);
  const core = ['/v1/encode', '/v1/decode', '/v1/similarity', '/v1/nlp/embeddings', '/v1/embeddings'];
  const words = ['/v1/analogies/solve', '/v1/analogies/explain', '/v1/analogies/structured', '/v1/lexicon/neighbours', '/v1/search'];
  const served = Object.entries(document.paths).flatMap(([path, { post }]) => (post ? [path] : []));
  expect(served.toSorted()).toEqual([...core, ...operations, ...words, ...MADE_FOR_CALLER].toSorted());
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/v1/info', '/health', '/health/live', '/health/ready', '/ready']));
});

it('every POST route has a summary, a schema with fields for its request and its reply, and problem documents for its failures', () => {
  for (const [path, { summary, requestBody, responses }] of posts) {
    expect(`${path}: ${summary ?? ''}`).toMatch(/: \S/);
    for (const media of [requestBody?.content['application/json'], responses['200']?.content?.['application/json']]) {
      for (const schema of alternativesOf(media?.schema)) expect(Object.keys(schema.properties ?? {})).not.toEqual([]);
    }
    for (const status of ['400', '413', '415', '503', '504']) {
      expect(resolved(responses[status]?.content?.['application/problem+json']?.schema).properties).toHaveProperty('requestId');
    }
  }
});

it('every reference leads to a schema, and every field of a schema has a type and a description', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
  expect(references.length).toBeGreaterThan(20);
  expect(references.filter((name) => name === undefined || !(name in document.components.schemas))).toEqual([]);
  const requestNames = Object.keys(document.components.schemas).filter((name) => name.endsWith('Request'));
  expect(requestNames.length).toBeGreaterThan(8);
  for (const name of requestNames) {
    const { properties = {}, additionalProperties } = document.components.schemas[name] ?? {};
    expect(additionalProperties).toBe(false);
    for (const [field, schema] of Object.entries(properties)) {
      const keys = Object.keys(schema);
      expect([`${name}.${field}`, ...keys]).toContain('description');
      expect(keys.filter((key) => ['type', 'oneOf', '$ref', 'allOf'].includes(key))).not.toEqual([]);
    }
  }
});

it('states the limits in force', () => {
  const { schemas } = document.components;
  expect(schemas.RestEncodeRequest?.properties).toMatchObject({
    text: { type: 'string', maxLength: 100_000 },
    texts: { type: 'array', minItems: 1, maxItems: 256, items: { type: 'string', maxLength: 100_000 } },
    dimensions: { type: 'integer', minimum: 4_096, maximum: 65_536, multipleOf: 16, default: 10_000 },
    output: { enum: ['base64', 'bits', 'bipolar'], default: 'base64' },
  });
  expect(schemas.RestDecodeRequest?.properties).toMatchObject({ vectors: { type: 'array', minItems: 1, maxItems: 2_048 } });
  expect(schemas.EmbeddingsRequest?.required).toEqual(['input']);
  expect(schemas.RestSolveAnalogyRequest?.properties).toMatchObject({
    query: { type: 'string', maxLength: 1_056 },
    questions: { type: 'array', minItems: 1, maxItems: 256 },
    method: { enum: ['relation', 'add', 'mul'], default: 'relation' },
    candidates: { type: 'array', minItems: 1, maxItems: 1_000, uniqueItems: true, items: { type: 'string', minLength: 1, maxLength: 256 } },
  });
  expect(schemas.CleanupRequest?.properties).toMatchObject({ topK: { type: 'integer', minimum: 1, maximum: 100, default: 5 } });
});

it('states the limits that were set', async () => {
  const changed = await startBoth({ MAX_TEXT_CHARACTERS: '77', MAX_TEXTS: '3' });
  const { components } = bodyOf(await changed.get('/openapi.json')) as OpenApi;
  expect(components.schemas.RestEncodeRequest?.properties).toMatchObject({ text: { maxLength: 77 }, texts: { maxItems: 3 } });
});

it('the examples are answered, and the answers fit their schemas', async () => {
  const withExamples = posts.filter(([, { requestBody }]) => requestBody?.content['application/json']?.examples);
  expect(withExamples.length).toBeGreaterThanOrEqual(posts.length - 1);
  for (const [path, { requestBody, responses }] of withExamples) {
    const media = requestBody?.content['application/json'];
    for (const { value } of Object.values(media?.examples ?? {})) {
      expect(misfits(value, media?.schema, 'request')).toEqual([]);
      const reply = bodyOf(await both.post(path, value));
      expect(misfits(reply, responses['200']?.content?.['application/json']?.schema, path)).toEqual([]);
    }
  }
});

it('keys and tokens are made, used and revoked as the schemas say', async () => {
  const { rest } = both.standalone;
  const schemaOf = (method: 'get' | 'post' | 'delete', path: string): Schema | undefined =>
    document.paths[path]?.[method]?.responses['200']?.content?.['application/json']?.schema;
  const made = bodyOf(await rest.post('/v1/keys', { name: 'documented', role: 'analyst' })) as { id: string };
  expect(misfits(made, schemaOf('post', '/v1/keys'), 'key')).toEqual([]);
  expect(misfits(bodyOf(await rest.get('/v1/keys')), schemaOf('get', '/v1/keys'), 'keys')).toEqual([]);
  const tokens = bodyOf(await rest.get('/v1/auth/token', { method: 'POST' })) as { refreshToken: string };
  expect(misfits(tokens, schemaOf('post', '/v1/auth/token'), 'token')).toEqual([]);
  const rotated = bodyOf(await rest.post('/v1/auth/refresh', { refreshToken: tokens.refreshToken })) as { refreshToken: string };
  expect(misfits(rotated, schemaOf('post', '/v1/auth/refresh'), 'refresh')).toEqual([]);
  expect(misfits(bodyOf(await rest.post('/v1/auth/revoke', { refreshToken: rotated.refreshToken })), schemaOf('post', '/v1/auth/revoke'), 'revoke')).toEqual([]);
  expect(misfits(bodyOf(await rest.get(`/v1/keys/${made.id}`, { method: 'DELETE' })), schemaOf('delete', '/v1/keys/{id}'), 'removed key')).toEqual([]);
});

it('the examples of collections are taken one after the other, and the answers fit their schemas', async () => {
  const path = '/v1/collections/examples';
  const collection = '/v1/collections/{name}';
  const documents = `${collection}/documents`;
  const ask = async (method: 'get' | 'put' | 'delete', route: string, url: string): Promise<unknown> => {
    const { requestBody, responses } = document.paths[route]?.[method] ?? { responses: {} };
    const example = requestBody?.content['application/json']?.examples?.example?.value;
    const { rest } = both.standalone;
    const body = bodyOf(await (example ? rest.post(url, example, { method: 'PUT' }) : rest.get(url, { method: method.toUpperCase() })));
    expect(misfits(body, responses['200']?.content?.['application/json']?.schema, `${method} ${route}`)).toEqual([]);
    return body;
  };
  await ask('put', collection, path);
  const { ids } = (await ask('put', documents, `${path}/documents`)) as { ids: string[] };
  expect(ids).toHaveLength(2);
  await ask('get', collection, path);
  await ask('get', '/v1/collections', '/v1/collections');
  await ask('get', documents, `${path}/documents`);
  for (const id of ids) for (const method of ['get', 'delete'] as const) await ask(method, `${documents}/{id}`, `${path}/documents/${encodeURIComponent(id)}`);
  await ask('delete', collection, path);
});

it('an explained search is answered as the schema says', async () => {
  const schema = document.paths['/v1/search']?.post?.responses['200']?.content?.['application/json']?.schema;
  for (const mode of ['hybrid', 'semantic', 'keyword', 'exact', 'fuzzy']) {
    const request = { query: 'cats', corpus: ['Cats sleep.', { text: 'A dog barks.', metadata: { year: 2024 } }], mode, explain: true };
    expect(misfits(bodyOf(await both.post('/v1/search', request)), schema, mode)).toEqual([]);
  }
});

it('a list of analogies and analogies of unknown words are answered as the schemas say too', async () => {
  const schema = document.paths['/v1/analogies/solve']?.post?.responses['200']?.content?.['application/json']?.schema;
  const unknown = { a: 'qqqxzv', b: 'queen', c: "man's", candidates: ['woman', 'qqqxzw'] };
  for (const request of [unknown, { questions: [{ query: 'king:queen::man:?' }, { query: 'qqqxzv:queen::man:?' }] }]) {
    expect(misfits(bodyOf(await both.post('/v1/analogies/solve', request)), schema, 'solve')).toEqual([]);
  }
  const explained = document.paths['/v1/analogies/explain']?.post?.responses['200']?.content?.['application/json']?.schema;
  for (const d of ['woman', 'banana', 'qqqxzv']) {
    const reply = await both.post('/v1/analogies/explain', { a: 'king', b: 'queen', c: 'man', d, depth: 3 });
    expect(misfits(bodyOf(reply), explained, 'explain')).toEqual([]);
  }
});

it('answers of /v1/info, of /v1/decode and of failures fit their schemas', async () => {
  const info = document.paths['/v1/info']?.get?.responses['200']?.content?.['application/json']?.schema;
  expect(misfits(bodyOf(await both.get('/v1/info')), info, 'info')).toEqual([]);
  const { results } = await both.encode({ text: 'a' });
  const decode = document.paths['/v1/decode']?.post?.responses;
  const decoded = await both.post('/v1/decode', { vectors: results[0]?.vectors });
  expect(misfits(bodyOf(decoded), decode?.['200']?.content?.['application/json']?.schema, 'decode')).toEqual([]);
  const refused = await both.post('/v1/decode', { vectors: 1 });
  expect(misfits(refused.body, decode?.['400']?.content?.['application/problem+json']?.schema, 'problem')).toEqual([]);
});

it.each(['/docs', '/redoc'])('%s is a page, and all that it needs comes from this server', async (path) => {
  const page = await both.get(path);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  const needed = [...page.text.matchAll(/\b(?:src|href|spec-url)=["']?([^"' >]+)/g)].map(([, address]) => address ?? '');
  expect(needed.filter((address) => /\.(js|css)$/.test(address))).not.toEqual([]);
  for (const address of needed) {
    expect(address).not.toMatch(/^(https?:)?\/\//);
    const asset = await both.get(new URL(address, `http://server${path}`).pathname);
    expect(asset.status).toBe(200);
    expect(asset.text.length).toBeGreaterThan(50);
  }
});

it('the page /docs shows the document of this server', async () => {
  const scripts = [...(await both.get('/docs')).text.matchAll(/src=["']?([^"' >]+)/g)].map(([, address]) => address ?? '');
  const texts = await Promise.all(scripts.map(async (address) => (await both.get(new URL(address, 'http://server/docs').pathname)).text));
  expect(texts.filter((text) => text.includes('/openapi.json'))).not.toEqual([]);
});
