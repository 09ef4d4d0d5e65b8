import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { serviceOf, type Contract, type MessageClass } from './contract';
import * as contracts from './index';
import { AUDIT_RESPONSES } from './rest/example-audit';
import { INFO } from './rest/example-info';
import { IDENTITY_RESPONSES, KEY } from './rest/example-key';
import { collection, document, found } from './search/example-responses';

const exported: [string, unknown][] = Object.entries(contracts);

function isContract(value: unknown): value is Contract<object, object> {
  return typeof value === 'object' && value !== null && 'subject' in value;
}

function isRequestClass(name: string, value: unknown): value is MessageClass<object> {
  return typeof value === 'function' && name.endsWith('Request');
}

const declared = exported.flatMap(([, value]) => (isContract(value) ? [value] : []));
const requests = exported.flatMap(([name, value]) => (isRequestClass(name, value) ? [{ name, request: value }] : []));

const symbol = { symbol: 'a' };
const vector = { data: 'AAAA' };
const pairs = [{ role: 'currency', filler: 'peso' }];
const documents = [{ text: 'a' }];

const SEARCH_DEFAULTS = { mode: 'hybrid', topK: 10, threshold: 0, highlight: true, explain: false };

/** The smallest request of each class: without any of its fields it is refused. */
const SMALLEST: Readonly<Record<string, object>> = {
  BindRequest: { operands: [symbol, symbol] },
  BundleRequest: { operands: [symbol] },
  CleanupRequest: { vector: symbol, symbols: ['a'] },
  CollectionNameRequest: { name: 'news' },
  CompareRequest: { a: symbol, b: symbol },
  CreateKeyRequest: { name: 'Nightly import', role: 'developer' },
  CreateTokenRequest: {},
  DecodeRequest: { vectors: [vector] },
  DocumentRequest: { name: 'news', id: 'a' },
  DocumentsRequest: { documents },
  EmbedRequest: { texts: ['a'] },
  EmbeddingsRequest: { input: 'a' },
  EncodeRequest: { text: 'a' },
  EraseCollectionsRequest: {},
  EraseRecordsRequest: {},
  ExplainAnalogyRequest: { a: 'a', b: 'b', c: 'c', d: 'd' },
  HypervectorRequest: {},
  KeyRequest: { id: KEY.id },
  ListCollectionsRequest: {},
  ListDocumentsRequest: { name: 'news' },
  ListRecordsRequest: {},
  ModelsRequest: {},
  NeighboursRequest: { word: 'a' },
  OpenAiEmbeddingsRequest: { input: ['a'] },
  PermuteRequest: { vector: symbol },
  PingRequest: {},
  PutCollectionRequest: { name: 'news' },
  PutDocumentsRequest: { name: 'news', documents },
  PutRecordRequest: { name: 'mexico', pairs },
  RecordNameRequest: { name: 'mexico' },
  RecordPairsRequest: { pairs },
  RefreshTokenRequest: { refreshToken: `rt_${'a'.repeat(43)}` },
  RestDecodeRequest: { items: [{ vectors: [vector] }] },
  RestEncodeRequest: { texts: ['a'] },
  RestEraseRequest: { confirm: 'ann' },
  RestExportRequest: {},
  RestListAuditRequest: {},
  RestListCollectionsRequest: {},
  RestListDocumentsRequest: {},
  RestListKeysRequest: {},
  RestListRecordsRequest: {},
  RestSearchRequest: { query: 'a', collection: 'news' },
  RestSimilarityRequest: { a: 'a', b: vector },
  RestSolveAnalogyRequest: { a: 'a', b: 'b', c: 'c' },
  RestVerifyAuditRequest: {},
  SearchRequest: { query: 'a', collection: 'news' },
  SimilarityRequest: { a: 'a', b: vector },
  SolveAnalogiesRequest: { questions: [{ query: 'a:b::c:?' }] },
  StructuredAnalogyRequest: { source: { pairs }, target: { name: 'mexico' }, filler: 'peso' },
  UnbindRequest: { vector: symbol, key: symbol },
};

function examples(): { name: string; request: MessageClass<object>; smallest: object }[] {
  return requests.map(({ name, request }) => ({ name, request, smallest: SMALLEST[name] ?? { missing: name } }));
}

/** Fields with their broken rules, as `field: rule`. */
function faultsOf(request: MessageClass<object>, plain: object): string[] {
  const instance = plainToInstance(request, plain, { exposeDefaultValues: true });
  return validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false }).flatMap(
    ({ property, constraints = {}, children = [] }) =>
      [...Object.keys(constraints), ...(children.length > 0 ? ['children'] : [])].map((rule) => `${property}: ${rule}`),
  );
}

describe('the contracts', () => {
  it('have subjects of their own', () => {
    const subjects = declared.map(({ subject }) => subject);
    expect(subjects.filter((subject, i) => subjects.indexOf(subject) !== i)).toEqual([]);
    expect(subjects).toContain(contracts.encode.subject);
  });

  it('belong to the services that are named, and each service has some', () => {
    expect([...new Set(declared.map(({ subject }) => serviceOf(subject)))].sort()).toEqual([...contracts.SERVICES].sort());
  });

  it('may be asked again without harm, but for those that are named here', () => {
    const onceOnly = declared.filter(({ isIdempotent }) => !isIdempotent).map(({ subject }) => subject);
    expect(onceOnly).toEqual(['search.v1.put-documents']); // which makes ids for documents that have none
  });

  it('have request classes among those that are tested here', () => {
    const tested = new Set(requests.map(({ request }) => request));
    expect(declared.filter(({ request }) => !tested.has(request)).map(({ subject }) => subject)).toEqual([]);
  });
});

describe('every request class', () => {
  it('has its smallest example in this table', () => {
    expect(requests.map(({ name }) => name).sort()).toEqual(Object.keys(SMALLEST).sort());
  });

  it.each(examples())('$name takes its smallest example', ({ request, smallest }) => {
    expect(faultsOf(request, smallest)).toEqual([]);
  });

  it.each(examples())('$name refuses an unknown field', ({ request, smallest }) => {
    expect(faultsOf(request, { ...smallest, dimension: 1 })).toEqual(['dimension: whitelistValidation']);
  });

  it.each(
    examples().flatMap(({ name, request, smallest }) =>
      Object.keys(smallest).map((field) => ({ name, field, request, smallest })),
    ),
  )('$name is refused without $field', ({ field, request, smallest }) => {
    const rest = Object.fromEntries(Object.entries(smallest).filter(([key]) => key !== field));
    expect(faultsOf(request, rest)).toContainEqual(expect.stringMatching(`^${field}: `));
  });

  it.each(
    examples().flatMap(({ name, request, smallest }) =>
      Object.keys(plainToInstance(request, smallest, { exposeDefaultValues: true })).map((field) => ({ name, field, request, smallest })),
    ),
  )('$name refuses null as $field', ({ field, request, smallest }) => {
    expect(faultsOf(request, { ...smallest, [field]: null })).toContainEqual(expect.stringMatching(`^${field}: `));
  });

  it.each([
    ['encode', contracts.EncodeRequest, { format: 'vector', include: [], dimensions: 10_000 }],
    ['similarity', contracts.SimilarityRequest, {}],
    ['embed', contracts.EmbedRequest, { normalize: true }],
    ['bind', contracts.BindRequest, { dimensions: 10_000 }],
    ['permute', contracts.PermuteRequest, { dimensions: 10_000, shift: 1 }],
    ['cleanup', contracts.CleanupRequest, { dimensions: 10_000, topK: 5 }],
    ['explain', contracts.ExplainAnalogyRequest, { depth: 2 }],
    ['neighbours', contracts.NeighboursRequest, { topK: 10, threshold: -1 }],
    ['solve', contracts.SolveAnalogiesRequest, { method: 'relation', topK: 5, threshold: 0 }],
    ['REST solve', contracts.RestSolveAnalogyRequest, { method: 'relation', topK: 5, threshold: 0 }],
    ['structured analogy', contracts.StructuredAnalogyRequest, { method: 'roles', topK: 5, dimensions: 10_000 }],
    ['list of records', contracts.ListRecordsRequest, { limit: 50 }],
    ['REST list of records', contracts.RestListRecordsRequest, { limit: 50 }],
    ['list of collections', contracts.ListCollectionsRequest, { limit: 50 }],
    ['REST list of collections', contracts.RestListCollectionsRequest, { limit: 50 }],
    ['list of documents', contracts.ListDocumentsRequest, { limit: 50 }],
    ['REST list of documents', contracts.RestListDocumentsRequest, { limit: 50 }],
    ['REST list of the audit', contracts.RestListAuditRequest, { limit: 50 }],
    ['REST list of keys', contracts.RestListKeysRequest, { limit: 50 }],
    ['search', contracts.SearchRequest, SEARCH_DEFAULTS],
    ['REST search', contracts.RestSearchRequest, SEARCH_DEFAULTS],
    ['REST encode', contracts.RestEncodeRequest, { format: 'vector', include: [], dimensions: 10_000, output: 'base64' }],
    ['REST embeddings', contracts.EmbeddingsRequest, { normalize: true, encodingFormat: 'float' }],
  ])('%s fills in what was left out', (_name, request, defaults) => {
    expect(JSON.parse(JSON.stringify(plainToInstance<object, object>(request, {}, { exposeDefaultValues: true })))).toEqual(defaults);
  });
});

describe('a field of a request', () => {
  it.each<[string, MessageClass<object>, object, string[]]>([
    ['dimensions under 4,096', contracts.EncodeRequest, { text: 'a', dimensions: 4080 }, ['dimensions: min']],
    ['dimensions over 65,536', contracts.EncodeRequest, { text: 'a', dimensions: 65_552 }, ['dimensions: max']],
    ['dimensions that 16 does not divide', contracts.EncodeRequest, { text: 'a', dimensions: 10_001 }, ['dimensions: isDivisibleBy']],
    ['another format', contracts.EncodeRequest, { text: 'a', format: 'glyphs' }, ['format: isIn']],
    ['something else to include', contracts.EncodeRequest, { text: 'a', include: ['tree'] }, ['include: isIn']],
    ['the same included twice', contracts.EncodeRequest, { text: 'a', include: ['embedding', 'embedding'] }, ['include: unique']],
    ['a text and a list of texts', contracts.EncodeRequest, { text: 'a', texts: ['b'] }, ['texts: notTogetherWith']],
    ['vectors and items', contracts.DecodeRequest, { vectors: [vector], items: [{ vectors: [vector] }] }, ['items: notTogetherWith']],
    ['a side and a list of texts', contracts.SimilarityRequest, { b: 'a', texts: ['a', 'b'] }, ['texts: notTogetherWith']],
    ['one text to compare', contracts.SimilarityRequest, { texts: ['a'] }, ['texts: arrayMinSize']],
    ['one vector to bind', contracts.BindRequest, { operands: [symbol] }, ['operands: arrayMinSize']],
    ['no vector to bundle', contracts.BundleRequest, { operands: [] }, ['operands: atMostVectors']],
    ['an empty symbol', contracts.CompareRequest, { a: { symbol: '' }, b: symbol }, ['a: children']],
    ['a symbol and data at once', contracts.CompareRequest, { a: { symbol: 'a', data: 'AAAA' }, b: symbol }, ['a: children']],
    ['a symbol of 257 characters', contracts.CompareRequest, { a: { symbol: 'a'.repeat(257) }, b: symbol }, ['a: children']],
    ['a text for a list of texts', contracts.EncodeRequest, { texts: 'ab' }, ['texts: atMostTexts']],
    ['a text for a list of texts to embed', contracts.EmbedRequest, { texts: 'ab' }, ['texts: atMostVectors']],
    ['the same name twice', contracts.CleanupRequest, { vector: symbol, symbols: ['a', 'a'] }, ['symbols: unique']],
    ['no neighbour asked for', contracts.CleanupRequest, { vector: symbol, symbols: ['a'], topK: 0 }, ['topK: min']],
    ['101 neighbours', contracts.CleanupRequest, { vector: symbol, symbols: ['a'], topK: 101 }, ['topK: max']],
    ['half a place to shift', contracts.PermuteRequest, { vector: symbol, shift: 0.5 }, ['shift: isInt']],
    ['a shift that is no number', contracts.PermuteRequest, { vector: symbol, shift: Number.NaN }, ['shift: max', 'shift: min', 'shift: isInt']],
    ['a model id of 64 characters', contracts.EmbedRequest, { texts: ['a'], model: 'm'.repeat(64) }, ['model: maxLength']],
    ['a name of 64 characters', contracts.RecordNameRequest, { name: 'n'.repeat(64) }, ['name: recordName']],
    ['a name with a capital', contracts.RecordNameRequest, { name: 'Mexico' }, ['name: recordName']],
    ['a name that leads elsewhere', contracts.RecordNameRequest, { name: '../mexico' }, ['name: recordName']],
    ['a name with a line break behind it', contracts.RecordNameRequest, { name: 'mexico\n' }, ['name: recordName']],
    ['no pairs', contracts.PutRecordRequest, { name: 'a', pairs: [] }, ['pairs: arrayMinSize']],
    ['65 pairs', contracts.PutRecordRequest, { name: 'a', pairs: Array.from({ length: 65 }, (_pair, i) => ({ role: `${i}`, filler: 'a' })) }, ['pairs: arrayMaxSize']],
    ['a role twice', contracts.PutRecordRequest, { name: 'a', pairs: [...pairs, { role: 'currency', filler: 'dollar' }] }, ['pairs: rolesOnce']],
    ['a pair without a filler', contracts.RecordPairsRequest, { pairs: [{ role: 'a' }] }, ['pairs: children']],
    ['name and pairs of a record', contracts.StructuredAnalogyRequest, { source: { name: 'a', pairs }, target: { pairs }, filler: 'a' }, ['source: children']],
    ['neither name nor pairs of a record', contracts.StructuredAnalogyRequest, { source: {}, target: { pairs }, filler: 'a' }, ['source: children']],
    ['another method', contracts.StructuredAnalogyRequest, { source: { pairs }, target: { pairs }, filler: 'a', method: 'guess' }, ['method: isIn']],
    ['101 records to list', contracts.RestListRecordsRequest, { limit: '101' }, ['limit: max']],
    ['a limit that is no number', contracts.RestListRecordsRequest, { limit: 'ten' }, ['limit: max', 'limit: min', 'limit: isInt']],
    ['two limits', contracts.RestListRecordsRequest, { limit: ['1', '2'] }, ['limit: max', 'limit: min', 'limit: isInt']],
    ['a cursor that is no name', contracts.ListRecordsRequest, { cursor: '/' }, ['cursor: listCursor']],
    ['a cursor whose owner is nobody', contracts.ListCollectionsRequest, { cursor: '*/news' }, ['cursor: listCursor']],
    ['a cursor with two owners', contracts.ListRecordsRequest, { cursor: 'ann/bob/usa' }, ['cursor: listCursor']],
    ['a truth value in a string', contracts.EmbedRequest, { texts: ['a'], normalize: 'true' }, ['normalize: isBoolean']],
    ['a number in a string', contracts.EncodeRequest, { text: 'a', dimensions: '10000' }, ['dimensions: isDivisibleBy', 'dimensions: max', 'dimensions: min', 'dimensions: isInt']],
    ['two words of an analogy', contracts.RestSolveAnalogyRequest, { a: 'a', b: 'b' }, ['c: symbol']],
    ['an empty word', contracts.RestSolveAnalogyRequest, { a: 'a', b: '', c: 'c' }, ['b: symbol']],
    ['an analogy with nothing open', contracts.RestSolveAnalogyRequest, { query: 'a:b::c:d' }, ['query: analogyQuery']],
    ['an analogy in one text and in words', contracts.RestSolveAnalogyRequest, { query: 'a:b::c:?', a: 'a', c: 'c' }, ['a: notTogetherWith', 'c: notTogetherWith']],
    ['an analogy in words and a list of some', contracts.RestSolveAnalogyRequest, { a: 'a', questions: [{ query: 'a:b::c:?' }] }, ['a: notTogetherWith']],
    ['an analogy in one text and a list of some', contracts.RestSolveAnalogyRequest, { query: 'a:b::c:?', questions: [{ query: 'a:b::c:?' }] }, ['query: notTogetherWith']],
    ['an analogy in one text and in words, of a list', contracts.SolveAnalogiesRequest, { questions: [{ query: 'a:b::c:?', a: 'a' }] }, ['questions: children']],
    ['no analogy', contracts.SolveAnalogiesRequest, { questions: [] }, ['questions: atMostTexts']],
    ['257 analogies', contracts.SolveAnalogiesRequest, { questions: Array.from({ length: 257 }, () => ({ query: 'a:b::c:?' })) }, ['questions: atMostTexts']],
    ['another method', contracts.RestSolveAnalogyRequest, { query: 'a:b::c:?', method: 'parallelogram' }, ['method: isIn']],
    ['a confidence that none reaches', contracts.RestSolveAnalogyRequest, { query: 'a:b::c:?', threshold: 1.01 }, ['threshold: max']],
    ['a confidence that is no number', contracts.RestSolveAnalogyRequest, { query: 'a:b::c:?', threshold: Number.NaN }, ['threshold: max', 'threshold: min', 'threshold: isNumber']],
    ['no candidate', contracts.RestSolveAnalogyRequest, { query: 'a:b::c:?', candidates: [] }, ['candidates: arrayMinSize']],
    ['1,001 candidates', contracts.RestSolveAnalogyRequest, { query: 'a:b::c:?', candidates: Array.from({ length: 1_001 }, (_word, i) => `w${i}`) }, ['candidates: arrayMaxSize']],
    ['a text for a list of candidates', contracts.RestSolveAnalogyRequest, { query: 'a:b::c:?', candidates: 'ab' }, ['candidates: arrayMaxSize', 'candidates: arrayMinSize', 'candidates: unique']],
    ['a depth of four', contracts.ExplainAnalogyRequest, { a: 'a', b: 'b', c: 'c', d: 'd', depth: 4 }, ['depth: max']],
    ['a word and a list of words', contracts.NeighboursRequest, { word: 'a', words: ['b'] }, ['word: notTogetherWith']],
    ['a cosine that none is below', contracts.NeighboursRequest, { word: 'a', threshold: -1.5 }, ['threshold: min']],
  ])('is refused with %s', (_what, request, plain, faults) => {
    expect(faultsOf(request, plain).sort()).toEqual([...faults].sort());
  });

  it.each<[where: string, MessageClass<object>, object, string]>([
    ['a vector', contracts.UnbindRequest, { vector: [symbol], key: symbol }, 'vector'],
    ['a vector, an empty one,', contracts.PermuteRequest, { vector: [] }, 'vector'],
    ['an operand', contracts.BundleRequest, { operands: [[symbol], [symbol]] }, 'operands'],
    ['a Σ-vector', contracts.DecodeRequest, { vectors: [[vector]] }, 'vectors'],
    ['an item', contracts.DecodeRequest, { items: [[{ vectors: [vector] }]] }, 'items'],
    ['a Σ-vector at the gateway', contracts.RestDecodeRequest, { vectors: [[vector]] }, 'vectors'],
    ['an analogy', contracts.SolveAnalogiesRequest, { questions: [[]] }, 'questions'],
  ])('refuses a list in the place of %s', (_what, request, plain, field) => {
    expect(faultsOf(request, plain)).toContainEqual(expect.stringMatching(`^${field}: `));
  });
});

const header = {
  version: 1,
  dimensions: 10_000,
  semanticBits: 2_048,
  sequenceBits: 7_952,
  tokens: 1,
  chunk: 0,
  chunks: 1,
  model: 'm',
  semanticEmpty: false,
};
const expected = { similarity: 0.5, accuracy: 1, threshold: 0.25, falseAlarm: 0 };
const encoded = { vectors: [{ data: 'AAAA', header }], tokens: 1, bytesIn: 1, bytesOut: 1_314, ratio: 1_314 };
const decoded = { text: 'a', exact: true, confidence: 1, bitErrors: 0 };
const model = { id: 'm', dimensions: 100, words: 5 };
const embedding = { index: 0, embedding: 'AAAA' };
const solution = { answer: 'queen', score: 2.5, confidence: 0.5 };
const unknown = [{ field: 'a', word: 'kign', nearest: ['king'] }];
const readAs = [{ field: 'b', word: 'queens', as: 'queen' }];
const relation = { name: 'male-female', confidence: 0.5 };
const solved = { answer: 'queen', confidence: 0.5, solutions: [solution], ties: ['lady'], relation, method: 'relation', unknown, readAs };
const pair = { ...relation, sentence: 'queen is the female form of king', morphology: '+s', similarity: 0.5, candidates: [relation] };

/** A full example of each response, with every field its class declares. */
const RESPONSES: readonly [MessageClass<object>, object][] = [
  ...IDENTITY_RESPONSES,
  ...AUDIT_RESPONSES,
  [contracts.CollectionResponse, collection],
  [contracts.CleanupResponse, { results: [{ symbol: 'a', similarity: 0.5 }] }],
  [contracts.CompareResponse, { score: 0.5, distance: 2_500, dimensions: 10_000 }],
  [contracts.DecodeResponse, { results: [{ ...decoded, chunks: [decoded] }] }],
  [contracts.DocumentResponse, document],
  [contracts.EmbedResponse, { embeddings: [{ data: 'AAAA', tokens: 1 }], model: 'm', dimensions: 100 }],
  [contracts.EncodeResponse, { results: [{ ...encoded, embedding: 'AAAA' }], model: 'm' }],
  [contracts.ExplainAnalogyResponse, {
    valid: true,
    confidence: 0.5,
    similarity: 0.5,
    relationAB: pair,
    relationCD: pair,
    supportingPairs: [{ a: 'man', b: 'woman', relation: 'male-female', similarity: 0.5 }],
    steps: [{ name: 'cos(b - a, d - c)', value: 0.5, text: 'The offsets are alike' }],
    better: [solution],
    explanation: 'It holds',
    unknown,
    readAs,
  }],
  [contracts.HypervectorResponse, { data: 'AAAA', dimensions: 10_000 }],
  [contracts.ListCollectionsResponse, { collections: [collection], nextCursor: 'news' }],
  [contracts.ListDocumentsResponse, { documents: [document], nextCursor: 'a' }],
  [contracts.ListRecordsResponse, { records: [{ name: 'mexico' }], nextCursor: 'mexico' }],
  [contracts.ModelsResponse, { embeddings: [model] }],
  [contracts.NeighboursResponse, { results: [{ word: 'king', neighbours: [{ word: 'queen', similarity: 0.5 }] }], unknown, readAs }],
  [contracts.PingResponse, { service: 'nlp', ready: true }],
  [contracts.PutDocumentsResponse, { ids: ['a'], seq: 7 }],
  [contracts.SolveAnalogiesResponse, { results: [solved] }],
  [contracts.RecordResponse, { name: 'mexico', pairs, expected }],
  [contracts.SearchResponse, found],
  [contracts.StructuredAnalogyResponse, {
    answer: 'peso',
    role: 'currency',
    similarity: 0.5,
    confidence: 1,
    expected,
    alternatives: [{ answer: 'spanish', similarity: 0, confidence: 0 }],
    method: 'roles',
    reason: 'role-not-in-target',
  }],
  [contracts.SimilarityResponse, { score: 1, matrix: [[1]], model: 'm', metric: 'cosine' }],
  [contracts.EmbeddingsResponse, { data: [embedding], model: 'm', dimensions: 100, usage: { promptTokens: 1, totalTokens: 1 } }],
  [contracts.OpenAiEmbeddingsResponse, {
    object: 'list',
    data: [{ object: 'embedding', ...embedding }],
    model: 'm',
    usage: { prompt_tokens: 1, total_tokens: 1 },
  }],
  [contracts.RestEncodeResponse, { results: [{ ...encoded, embedding: [1] }], model: 'm' }],
  [contracts.FlagsResponse, {
    flags: [{ name: 'a', description: 'b', default: false, on: true, percent: 5, subjects: ['c'], exceptSubjects: ['d'], source: 'file' }],
    unknown: ['e'], fault: 'f',
  }],
  [contracts.InfoResponse, { ...INFO, models: [model] }],
  [contracts.Problem, {
    type: 'urn:sigmalang:problem:conflict',
    title: 'It conflicts',
    status: 409,
    detail: 'That is there already',
    instance: '/v1/encode',
    code: 'CONFLICT',
    requestId: 'a',
    errors: [{ field: 'text', rule: 'text', message: 'text must be a string' }],
  }],
];

/** Where a value holds an object that is of no class, or of a class that declares other fields. */
function undeclared(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown, i) => undeclared(item, `${path}[${i}]`));
  const fields = Object.keys(value);
  const declaredFields = Object.keys(new (value.constructor as new () => object)());
  const own = [...fields, ...declaredFields].filter((field) => !fields.includes(field) || !declaredFields.includes(field));
  return [
    ...own.map((field) => `${path}.${field}`),
    ...Object.entries(value).flatMap(([field, item]) => (field === 'metadata' ? [] : undeclared(item, `${path}.${field}`))), // what a user says
  ];
}

describe('every response class', () => {
  it('has its full example in this table', () => {
    const tested = new Set(RESPONSES.map(([response]) => response));
    expect(declared.filter(({ response }) => !tested.has(response)).map(({ subject }) => subject)).toEqual([]);
    const responses = exported.flatMap(([name, value]) => (name.endsWith('Response') ? [value as MessageClass<object>] : []));
    expect(responses.filter((response) => !tested.has(response)).map(({ name }) => name)).toEqual([]);
  });

  it.each(RESPONSES.map(([response, example]) => ({ name: response.name, response, example })))(
    '$name declares the class of every object it holds, and every field',
    ({ response, example }) => {
      const instance = plainToInstance(response, example);
      expect(undeclared(instance, 'response')).toEqual([]);
      expect(JSON.parse(JSON.stringify(instance))).toEqual(example);
    },
  );
});
