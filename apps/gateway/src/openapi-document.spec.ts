import * as contracts from '@sigmalang/contracts';
import { toRequest } from '@sigmalang/runtime';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { version } from '@sigmalang/package';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGateway } from './gateway-under-test';
import { createOpenApiDocument } from './openapi-document';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

type Schema = Record<string, unknown>;

/** Limits that are neither the default ones nor equal to one another. */
const IN_FORCE = { textCharacters: 1_234, textsPerCall: 77, vectorsPerCall: 555 };

const byDefault = { ...contracts.limits };
const bodyLimits = new Map<string, number | undefined>();
let app: NestFastifyApplication;
let document: OpenAPIObject;

beforeAll(async () => {
  contracts.configureLimits(IN_FORCE);
  app = await startGateway({
    env: { MAX_BODY_BYTES: '11111', MAX_VECTOR_BODY_BYTES: '22222' },
    onRoute: ({ method, url, bodyLimit }) => {
      if (method !== 'HEAD') bodyLimits.set(`${String(method)} ${url}`, bodyLimit);
    },
  });
  document = await createOpenApiDocument(app);
}, 60_000);

afterAll(async () => {
  contracts.configureLimits(byDefault);
  await app.close();
});


function schemaOf(name: string): Schema {
  const schema = document.components?.schemas?.[name];
  if (!schema) throw new Error(`There is no schema ${name}`);
  return schema as Schema;
}

/** The schema at a path such as `BindRequest.operands.items`. */
function schemaAt(path: string): unknown {
  const [name = '', field = '', ...rest] = path.split('.');
  const property = (schemaOf(name).properties as Record<string, unknown>)[field];
  return rest.reduce((schema, key) => (schema as Schema)[key], property);
}

/** Every object within a value, with its path. */
function* objectsIn(value: unknown, path = ''): Generator<[path: string, Schema]> {
  if (typeof value !== 'object' || value === null) return;
  yield [path, value as Schema];
  for (const [key, item] of Object.entries(value)) yield* objectsIn(item, path === '' ? key : `${path}.${key}`);
}

/** The schemas of a request, with all that they refer to. */
function withReferences(name: string, seen = new Map<string, Schema>()): Map<string, Schema> {
  if (seen.has(name)) return seen;
  const schema = schemaOf(name);
  seen.set(name, schema);
  for (const [, { $ref }] of objectsIn(schema)) {
    if (typeof $ref === 'string') withReferences($ref.slice('#/components/schemas/'.length), seen);
  }
  return seen;
}

const ROUTES: readonly [path: string, request: string, response: string | readonly string[]][] = [
  ['/v1/keys', 'CreateKeyRequest', 'CreateKeyResponse'],
  ['/v1/auth/refresh', 'RefreshTokenRequest', 'TokenResponse'],
  ['/v1/auth/revoke', 'RefreshTokenRequest', 'RevokeTokenResponse'],
  ['/v1/encode', 'RestEncodeRequest', 'RestEncodeResponse'],
  ['/v1/decode', 'RestDecodeRequest', 'DecodeResponse'],
  ['/v1/similarity', 'RestSimilarityRequest', 'SimilarityResponse'],
  ['/v1/vectors/bind', 'BindRequest', 'HypervectorResponse'],
  ['/v1/vectors/bundle', 'BundleRequest', 'HypervectorResponse'],
  ['/v1/vectors/permute', 'PermuteRequest', 'HypervectorResponse'],
  ['/v1/vectors/unbind', 'UnbindRequest', 'HypervectorResponse'],
  ['/v1/vectors/similarity', 'CompareRequest', 'CompareResponse'],
  ['/v1/vectors/cleanup', 'CleanupRequest', 'CleanupResponse'],
  ['/v1/nlp/embeddings', 'EmbeddingsRequest', 'EmbeddingsResponse'],
  ['/v1/analogies/structured', 'StructuredAnalogyRequest', 'StructuredAnalogyResponse'],
  ['/v1/embeddings', 'OpenAiEmbeddingsRequest', 'OpenAiEmbeddingsResponse'],
  ['/v1/analogies/solve', 'RestSolveAnalogyRequest', ['SolvedAnalogy', 'SolveAnalogiesResponse']],
  ['/v1/analogies/explain', 'ExplainAnalogyRequest', 'ExplainAnalogyResponse'],
  ['/v1/lexicon/neighbours', 'NeighboursRequest', 'NeighboursResponse'],
  ['/v1/search', 'RestSearchRequest', 'SearchResponse'],
];

const recordName = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]{0,62}$' };
const name = { name: 'name', in: 'path', required: true, schema: recordName };
const limit = { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 100, default: 50 } };
const listCursor = { type: 'string', pattern: '^([A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}/)?[a-z0-9][a-z0-9_-]{0,62}$' };
const cursor = { name: 'cursor', in: 'query', required: false, schema: listCursor };
const documentId = { type: 'string', minLength: 1, maxLength: 256 };
const id = { name: 'id', in: 'path', required: true, schema: documentId };
const idCursor = { ...cursor, schema: documentId };
const uuid = { type: 'string', format: 'uuid' };
const keyId = { name: 'id', in: 'path', required: true, schema: uuid };
const uuidCursor = { ...cursor, schema: uuid };
const text = { type: 'string', maxLength: IN_FORCE.textCharacters };
const texts = { type: 'array', items: text, minItems: 1, maxItems: IN_FORCE.textsPerCall };
const vectorData = [{ type: 'string' }, { type: 'array', items: { type: 'integer', enum: [1, -1] }, maxItems: 65_536 }];
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('the routes', () => {
  it('of the whole gateway take bodies of the size of vectors where they carry some or documents, and no others', () => {
    const ordinary = undefined;
    expect(Object.fromEntries(bodyLimits)).toEqual({
      'POST /v1/encode': ordinary,
      'POST /v1/decode': 22_222,
      'POST /v1/similarity': ordinary,
      'POST /v1/vectors/bind': 22_222,
      'POST /v1/vectors/bundle': 22_222,
      'POST /v1/vectors/permute': 22_222,
      'POST /v1/vectors/unbind': 22_222,
      'POST /v1/vectors/similarity': 22_222,
      'POST /v1/vectors/cleanup': 22_222,
      'POST /v1/nlp/embeddings': ordinary,
      'POST /v1/embeddings': ordinary,
      'POST /v1/analogies/solve': ordinary,
      'POST /v1/analogies/explain': ordinary,
      'POST /v1/lexicon/neighbours': ordinary,
      'POST /v1/analogies/structured': ordinary,
      'GET /v1/analogies/records': ordinary,
      'PUT /v1/analogies/records/:name': ordinary,
      'GET /v1/analogies/records/:name': ordinary,
      'DELETE /v1/analogies/records/:name': ordinary,
      'POST /v1/search': ordinary,
      'GET /v1/collections': ordinary,
      'PUT /v1/collections/:name': ordinary,
      'GET /v1/collections/:name': ordinary,
      'DELETE /v1/collections/:name': ordinary,
      'PUT /v1/collections/:name/documents': 22_222,
      'GET /v1/collections/:name/documents': ordinary,
      'GET /v1/collections/:name/documents/:id': ordinary,
      'DELETE /v1/collections/:name/documents/:id': ordinary,
      'POST /v1/keys': ordinary,
      'GET /v1/keys': ordinary,
      'DELETE /v1/keys/:id': ordinary,
      'POST /v1/auth/token': ordinary,
      'POST /v1/auth/refresh': ordinary,
      'POST /v1/auth/revoke': ordinary,
      'GET /v1/info': ordinary,
      'GET /health': ordinary,
      'GET /health/live': ordinary,
      'GET /health/ready': ordinary,
      'GET /ready': ordinary,
    });
    expect(app.getHttpAdapter().getInstance().initialConfig.bodyLimit).toBe(11_111);
  });

  it('are all in the document', () => {
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual([...bodyLimits.keys()].map((route) => route.replace(/:(\w+)/g, '{$1}')).sort());
    const posts = documented.filter((route) => route.startsWith('POST '));
    expect(posts).toEqual([...ROUTES.map(([path]) => path), '/v1/auth/token'].map((path) => `POST ${path}`).sort());
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1.0 of this version', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'ΣLANG', version } });
  });

  it.each(ROUTES)('of POST %s has its request, its response and its problems', (path, request, response) => {
    const operation = document.paths[path]?.post;
    const schema = typeof response === 'string' ? reference(response) : { oneOf: response.map(reference) };
    const problem = { content: { 'application/problem+json': { schema: reference('Problem') } } };
    expect(operation?.summary).toMatch(/^[A-Z]\w+ /);
    expect(operation?.requestBody).toMatchObject({ required: true, content: { 'application/json': { schema: reference(request) } } });
    expect(operation?.responses).toMatchObject({
      200: { content: { 'application/json': { schema } } },
      ...Object.fromEntries([400, 401, 413, 415, 422, 429, 503, 504].map((status) => [status, problem])),
    });
  });

  it.each<[method: 'get' | 'put' | 'post' | 'delete', path: string, parameters: object[]]>([
    ['get', '/v1/keys', [limit, uuidCursor]],
    ['delete', '/v1/keys/{id}', [keyId]],
    ['post', '/v1/auth/token', []],
    ['get', '/v1/analogies/records', [limit, cursor]],
    ['get', '/v1/analogies/records/{name}', [name]],
    ['put', '/v1/analogies/records/{name}', [name]],
    ['delete', '/v1/analogies/records/{name}', [name]],
    ['get', '/v1/collections', [limit, cursor]],
    ['put', '/v1/collections/{name}', [name]],
    ['get', '/v1/collections/{name}', [name]],
    ['delete', '/v1/collections/{name}', [name]],
    ['put', '/v1/collections/{name}/documents', [name]],
    ['get', '/v1/collections/{name}/documents', [limit, idCursor, name]],
    ['get', '/v1/collections/{name}/documents/{id}', [name, id]],
    ['delete', '/v1/collections/{name}/documents/{id}', [name, id]],
  ])('of %s %s has what the URL says, and a body only where one is sent', (method, path, parameters) => {
    const operation = document.paths[path]?.[method];
    const isInUrl = (each: object): boolean => 'in' in each && each.in !== 'header';
    expect(operation?.parameters?.filter(isInUrl)).toEqual(parameters.map((each) => ({ ...each, description: expect.stringMatching(/^\S.*\.$/) as unknown })));
    expect(operation?.requestBody !== undefined).toBe(method === 'put');
    expect(Object.keys(operation?.responses ?? {}).includes('415')).toBe(method === 'put');
    expect(JSON.stringify(operation)).not.toContain('x-url');
  });

  it.each<[path: string, method: 'get' | 'post' | 'put', headers: string[] | undefined]>([
    ['/v1/encode', 'post', ['ETag', 'X-Cache']],
    ['/v1/analogies/structured', 'post', ['ETag', 'X-Cache']],
    ['/v1/collections/{name}', 'get', ['ETag']],
    ['/v1/search', 'post', undefined],
    ['/v1/collections/{name}', 'put', undefined],
  ])('of %s (%s) says whether its reply may be kept', (path, method, headers) => {
    const operation = document.paths[path]?.[method];
    const [ok, unchanged] = ['200', '304'].map((status) => operation?.responses[status] as { headers?: object } | undefined);
    const named = ({ headers: each = {} }: { headers?: object } = {}): string[] => Object.keys(each).filter((name) => name === 'ETag' || name === 'X-Cache');
    expect([named(ok), unchanged && named(unchanged)]).toEqual([headers ?? [], headers]);
    expect(JSON.stringify(operation?.parameters ?? []).includes('If-None-Match')).toBe(headers !== undefined);
  });

  it('refers to nothing that it does not hold', () => {
    const references = [...objectsIn(document)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : []));
    expect(references.length).toBeGreaterThan(ROUTES.length);
    const isHeld = (reference: string): boolean => {
      const [, , kind = '', name = ''] = reference.split('/');
      return name in ((document.components as Record<string, object>)[kind] ?? {});
    };
    expect(references.filter((each) => !isHeld(each))).toEqual([]);
  });

  it('gives each example as a request that its route takes', () => {
    for (const [path, request] of ROUTES) {
      const body = document.paths[path]?.post?.requestBody as { content: Record<string, { examples?: { example: { value: object } } }> };
      const example = body.content['application/json']?.examples?.example.value;
      const requestClass = contracts[request as keyof typeof contracts] as contracts.MessageClass<object>;
      if (path === '/v1/decode') expect(example).toBeUndefined();
      else expect(toRequest(requestClass, example)).toMatchObject(example ?? { example: 'none' });
    }
  });

  it('is the one in docs/openapi.json, under the default limits', async () => {
    contracts.configureLimits(byDefault);
    const now: unknown = JSON.parse(JSON.stringify(await createOpenApiDocument(app)));
    contracts.configureLimits(IN_FORCE);
    expect(now).toEqual(JSON.parse(readFileSync(join(__dirname, '../../../docs/openapi.json'), 'utf8')));
  });
});

describe('the schemas', () => {
  it('allow no field that they do not name', () => {
    const open = Object.entries(document.components?.schemas ?? {}).filter(([, schema]) => (schema as Schema).additionalProperties !== false);
    expect(open.map(([name]) => name)).toEqual([]);
  });

  it.each<[path: string, schema: object]>([
    ['RestEncodeRequest.text', text],
    ['RestEncodeRequest.texts', texts],
    ['RestEncodeRequest.dimensions', { type: 'integer', minimum: 4_096, maximum: 65_536, multipleOf: 16, default: 10_000 }],
    ['CreateKeyRequest.name', { type: 'string', minLength: 1, maxLength: 100 }],
    ['CreateKeyRequest.role', { type: 'string', enum: contracts.ROLES }],
    ['CreateKeyRequest.subject', { type: 'string', pattern: contracts.CALLERS_SUBJECT.source }],
    ['CreateKeyRequest.expiresAt', { type: 'string', format: 'date-time' }],
    ['RefreshTokenRequest.refreshToken', { type: 'string', pattern: contracts.REFRESH_TOKEN.source }],
    ['RestEncodeRequest.output', { type: 'string', enum: ['base64', 'bits', 'bipolar'], default: 'base64' }],
    ['RestEncodeRequest.include', { type: 'array', uniqueItems: true, items: { type: 'string', enum: ['embedding'] } }],
    ['RestDecodeRequest.vectors', { type: 'array', minItems: 1, maxItems: IN_FORCE.vectorsPerCall, items: reference('RestNoisySigmaVector') }],
    ['RestDecodeRequest.items', { type: 'array', minItems: 1, maxItems: IN_FORCE.textsPerCall, items: reference('RestDecodeItem') }],
    ['RestDecodeItem.vectors', { type: 'array', minItems: 1, maxItems: IN_FORCE.vectorsPerCall, items: reference('RestNoisySigmaVector') }],
    ['RestNoisySigmaVector.copies', { type: 'array', maxItems: 15 }],
    ['ErasedSpan.start', { type: 'integer', minimum: 0, maximum: 65_535 }],
    ['ErasedSpan.length', { type: 'integer', minimum: 1, maximum: 65_536 }],
    ['BundleRequest.operands', { type: 'array', minItems: 1, maxItems: IN_FORCE.vectorsPerCall, items: reference('HypervectorOperand') }],
    ['CleanupRequest.symbols', { type: 'array', minItems: 1, maxItems: IN_FORCE.vectorsPerCall, uniqueItems: true }],
    ['CleanupRequest.symbols.items', { type: 'string', minLength: 1, maxLength: 256 }],
    ['CleanupRequest.topK', { type: 'integer', minimum: 1, maximum: 100, default: 5 }],
    ['PermuteRequest.shift', { type: 'integer', minimum: -65_536, maximum: 65_536, default: 1 }],
    ['RecordPairsRequest.pairs', { type: 'array', minItems: 1, maxItems: 64, items: reference('RolePair') }],
    ['RecordOperand.name', recordName],
    ['OpenAiEmbeddingsRequest.dimensions', { type: 'integer', minimum: 1 }],
    ['RestSolveAnalogyRequest.query', { type: 'string', maxLength: 1_056 }],
    ['RestSolveAnalogyRequest.questions', { type: 'array', minItems: 1, maxItems: IN_FORCE.textsPerCall, items: reference('AnalogyItem') }],
    ['RestSolveAnalogyRequest.method', { enum: ['relation', 'add', 'mul'], default: 'relation' }],
    ['RestSolveAnalogyRequest.threshold', { type: 'number', minimum: 0, maximum: 1, default: 0 }],
    ['RestSolveAnalogyRequest.candidates', { type: 'array', minItems: 1, maxItems: 1_000, uniqueItems: true }],
    ['RestSolveAnalogyRequest.candidates.items', { type: 'string', minLength: 1, maxLength: 256 }],
    ['ExplainAnalogyRequest.depth', { type: 'integer', minimum: 1, maximum: 3, default: 2 }],
    ['NeighboursRequest.threshold', { type: 'number', minimum: -1, maximum: 1, default: -1 }],
    ['SolvedAnalogy.answer', { type: ['string', 'null'] }],
    ['PairRelation.name', { type: ['string', 'null'] }],
    ['SigmaVectorHeader.tokens', { type: 'integer', minimum: 0 }],
    ['RestSearchRequest.query', { type: 'string', minLength: 1, maxLength: IN_FORCE.textCharacters, pattern: '\\S' }],
    ['RestSearchRequest.collection', recordName],
    ['RestSearchRequest.corpus', { type: 'array', minItems: 1, maxItems: 256, items: { oneOf: [text, reference('NewDocument')] } }],
    ['RestSearchRequest.mode', { enum: ['hybrid', 'semantic', 'keyword', 'exact', 'fuzzy'], default: 'hybrid' }],
    ['RestSearchRequest.topK', { type: 'integer', minimum: 1, maximum: 100, default: 10 }],
    ['RestSearchRequest.filter', { allOf: [reference('Filter')] }],
    ['Filter.key', { type: 'string', minLength: 1 }],
    ['Filter.equals', { type: ['string', 'number', 'boolean', 'null'] }],
    ['Filter.in', { type: 'array', minItems: 1, maxItems: 256, items: { type: ['string', 'number', 'boolean', 'null'] } }],
    ['Filter.range', { allOf: [reference('FilterRange')] }],
    ['Filter.exists', { type: 'boolean' }],
    ['Filter.and', { type: 'array', minItems: 1, maxItems: 256, items: reference('Filter') }],
    ['Filter.or', { type: 'array', minItems: 1, maxItems: 256, items: reference('Filter') }],
    ['Filter.not', { allOf: [reference('Filter')] }],
    ['FilterRange.gte', { type: ['number', 'string'] }],
    ['DocumentsRequest.documents', { type: 'array', minItems: 1, maxItems: 1_000, items: reference('NewDocument') }],
    ['NewDocument.id', documentId],
    ['NewDocument.text', text],
    ['NewDocument.metadata', { type: 'object', additionalProperties: true, maxProperties: 64 }],
    ['DocumentResponse.metadata', { type: 'object', additionalProperties: true }],
    ['CollectionSettings.description', { type: 'string', maxLength: 1_000 }],
    ['CollectionResponse.description', { type: ['string', 'null'] }],
    ['SearchPlan.engine', { enum: ['sqlite', 'pgvector', 'corpus'] }],
    ['RestEncodeResult.ratio', { type: ['number', 'null'] }],
  ])('say the rules of %s', (path, schema) => {
    expect(schemaAt(path)).toMatchObject(schema);
  });

  it.each(['BindRequest.operands', 'RestSimilarityRequest.texts'])('say that %s needs two items, of which one is refused', (path) => {
    const limit = path.startsWith('Bind') ? IN_FORCE.vectorsPerCall : IN_FORCE.textsPerCall;
    expect(schemaAt(path)).toMatchObject({ type: 'array', minItems: 2, maxItems: limit });
  });

  it.each<[path: string, oneOf: object[]]>([
    ['RestSimilarityRequest.a', [text, reference('RestSigmaVector')]],
    ['RestSimilarityRequest.b', [text, reference('RestSigmaVector')]],
    ['EmbeddingsRequest.input', [text, texts]],
    ['OpenAiEmbeddingsRequest.input', [text, texts]],
    ['RestSigmaVector.data', vectorData],
    ['RestNoisySigmaVector.data', vectorData],
    ['RestNoisySigmaVector.copies.items', vectorData],
    ['RestNoisySigmaVector.erased', [{ type: 'string' }, { type: 'array', items: reference('ErasedSpan'), maxItems: 1_024 }]],
  ])('say that %s is one of two things', (path, oneOf) => {
    const schema = schemaAt(path) as Schema;
    expect(schema.oneOf).toEqual(oneOf);
    expect(schema).not.toHaveProperty('type');
  });

  it('ask for no number in a request that need not be whole, but for thresholds and weights', () => {
    const requests = new Map(ROUTES.flatMap(([, request]) => [...withReferences(request)]));
    const numbers = [...requests].flatMap(([name, schema]) =>
      [...objectsIn(schema, name)].flatMap(([path, { type }]) => (type === 'number' ? [path] : [])),
    );
    expect(numbers).toEqual([
      'RestSolveAnalogyRequest.properties.threshold',
      'NeighboursRequest.properties.threshold',
      'RestSearchRequest.properties.threshold',
      'FusionWeights.properties.keyword',
      'FusionWeights.properties.semantic',
    ]);
  });

  it.each<[name: string, required: string[]]>([
    ['RestEncodeResult', ['vectors', 'tokens', 'bytesIn', 'bytesOut', 'ratio']],
    ['SimilarityResponse', ['model', 'metric']],
    ['Problem', ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId']],
    ['RestSigmaVector', ['data']],
    ['RestNoisySigmaVector', ['data']],
    ['ErasedSpan', ['start', 'length']],
    ['CleanupRequest', ['vector', 'symbols']],
    ['ExplainAnalogyRequest', ['a', 'b', 'c', 'd']],
    ['RestSearchRequest', ['query']],
    ['NewDocument', ['text']],
    ['SearchResult', ['id', 'text', 'score', 'metadata', 'highlights']],
    ['SolvedAnalogy', ['answer', 'confidence', 'solutions', 'ties', 'method', 'unknown', 'readAs']],
  ])('of %s require what is always there, and no more', (name, required) => {
    expect(schemaOf(name).required).toEqual(required);
  });

  it.each(['RestEncodeRequest', 'RestDecodeRequest', 'RestSimilarityRequest', 'RestSolveAnalogyRequest', 'NeighboursRequest', 'Filter'])('of %s require none of the fields that exclude one another', (name) => {
    expect(schemaOf(name).required ?? []).toEqual([]);
  });

  it('describe every field', () => {
    const fields = Object.entries(document.components?.schemas ?? {}).flatMap(([name, schema]) =>
      Object.entries((schema as { properties: Record<string, Schema> }).properties).map(([field, property]) => ({ field: `${name}.${field}`, property })),
    );
    const silent = fields.filter(({ property }) => typeof property.description !== 'string' || !/^\S.*\.$/.test(property.description));
    expect(silent.map(({ field }) => field)).toEqual([]);
  });
});
