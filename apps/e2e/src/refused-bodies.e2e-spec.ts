import { type BothInstallations, startBoth } from './installations';
import { problemOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterEach(async () => {
  expect((await both.post('/v1/encode', { text: 'still here' })).status).toBe(200);
});

afterAll(endEverything);

const MIB = 1_048_576;
const nested = (levels: number): string => '{"text":'.repeat(levels) + '1' + '}'.repeat(levels);

it.each([
  ['invalid JSON', '{"text": "a"'],
  ['two documents', '{"text":"a"}{"text":"b"}'],
  ['a trailing comma', '{"text":"a",}'],
  ['single quotes', "{'text':'a'}"],
  ['an empty body', ''],
  ['white space', ' \n'],
  ['a list', '["a"]'],
  ['a text', '"a"'],
  ['a number', '1'],
  ['null', 'null'],
  ['true', 'true'],
  ['a byte order mark before the JSON', '\ufeff{"text":1}'],
  ['__proto__', '{"text":"a","__proto__":{"dimensions":4096}}'],
  ['__proto__ within a field', '{"texts":[{"__proto__":{"x":1}}]}'],
  ['__proto__ in escapes', '{"text":"a","\\u005f_proto__":{"x":1}}'],
  ['constructor.prototype', '{"text":"a","constructor":{"prototype":{"x":1}}}'],
  ['200,000 levels of lists', `{"texts":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ['20,000 levels of objects', nested(20_000)],
  ['17 levels of objects', nested(17)],
])('%s as a body is refused with 400', async (_what, body) => {
  const problem = problemOf(await both.post('/v1/encode', body));
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', instance: '/v1/encode' });
});

it.each([
  ['a lone continuation byte', [0x80]],
  ['a character cut short', [0xe3, 0x81]],
  ['an overlong form', [0xc0, 0xaf]],
  ['a surrogate in UTF-8', [0xed, 0xa0, 0x80]],
  ['a byte beyond Unicode', [0xf5, 0x80, 0x80, 0x80]],
])('%s in a text is refused with 400, not replaced', async (_what, bytes) => {
  const body = Buffer.concat([Buffer.from('{"text":"a'), Buffer.from(bytes), Buffer.from('"}')]);
  const problem = problemOf(await both.post('/v1/encode', body));
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  expect(problem.detail).toMatch(/UTF-8/);
});

it('UTF-16 is refused with 400', async () => {
  const body = Buffer.from('{"text":"a"}', 'utf16le');
  expect(problemOf(await both.post('/v1/encode', body)).status).toBe(400);
});

it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json', 'nonsense'])(
  'a body of %s is refused with 415',
  async (contentType) => {
    const body = contentType.startsWith('application/x-www') ? 'text=a' : '{"text":"a"}';
    const problem = problemOf(await both.post('/v1/encode', body, { headers: { 'content-type': contentType } }));
    expect(problem).toMatchObject({ status: 415, code: 'INVALID_REQUEST' });
    expect(problem.detail).toMatch(/JSON/);
  },
);

it('a body of JSON with a charset is read', async () => {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  expect((await both.post('/v1/encode', { text: 'ü' }, { headers })).body).toMatchObject({ results: [{ bytesIn: 2 }] });
});

it.each([
  ['/v1/encode', MIB],
  ['/v1/similarity', MIB],
  ['/v1/nlp/embeddings', MIB],
  ['/v1/embeddings', MIB],
  ['/v1/analogies/solve', MIB],
  ['/v1/analogies/explain', MIB],
  ['/v1/lexicon/neighbours', MIB],
  ['/v1/search', MIB],
  ['/v1/decode', 6 * MIB],
  ['/v1/vectors/bind', 6 * MIB],
  ['/v1/vectors/bundle', 6 * MIB],
  ['/v1/vectors/permute', 6 * MIB],
  ['/v1/vectors/unbind', 6 * MIB],
  ['/v1/vectors/similarity', 6 * MIB],
  ['/v1/vectors/cleanup', 6 * MIB],
])('%s takes a body of %i bytes, and refuses one more byte with the limit', async (path, limit) => {
  const most = await both.post(path, `{"nope":1${' '.repeat(limit - 10)}}`);
  expect(problemOf(most)).toMatchObject({ status: 400 });
  const problem = problemOf(await both.post(path, `{"nope":1${' '.repeat(limit - 9)}}`));
  expect(problem).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE', instance: path });
  expect(problem.detail).toContain(String(limit));
});

it.each([
  ['/v1/collections/news', MIB],
  ['/v1/collections/news/documents', 6 * MIB],
])('PUT %s takes a body of %i bytes, and refuses one more byte with the limit', async (path, limit) => {
  expect(problemOf(await both.put(path, `{"nope":1${' '.repeat(limit - 10)}}`))).toMatchObject({ status: 400 });
  const problem = problemOf(await both.put(path, `{"nope":1${' '.repeat(limit - 9)}}`));
  expect(problem).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE', instance: path });
  expect(problem.detail).toContain(String(limit));
});

it.each(['/v1/encode', '/v1/decode'])('%s refuses a body far past its limit', async (path) => {
  const problem = problemOf(await both.post(path, `{"text":"${'x'.repeat(12 * MIB)}"}`));
  expect(problem).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
});

it.each([
  ['GET', '/', 404],
  ['GET', '/v1', 404],
  ['GET', '/v1/nothing', 404],
  ['GET', '/v2/encode', 404],
  ['GET', '/v1/encode/', 404],
  ['GET', '/metrics', 404],
  ['GET', '/v1/../etc/passwd', 404],
  ['GET', '/docs/assets/..%2f..%2f..%2fpackage.json', 404],
  ['GET', '/docs/assets/%2e%2e/%2e%2e/package.json', 404],
  ['GET', '/%00', 404],
  ['GET', '/v1/encode', 404],
  ['PUT', '/v1/encode', 404],
  ['DELETE', '/v1/encode', 404],
  ['PATCH', '/v1/decode', 404],
  ['POST', '/v1/info', 404],
  ['POST', '/health', 404],
] as const)('%s %s, which no route answers, is a problem', async (method, path, status) => {
  const problem = problemOf(await both.get(path, { method }));
  expect(problem).toMatchObject({ status, code: 'NOT_FOUND' });
});

it('a path that cannot be decoded is refused and not a failure', async () => {
  const reply = await both.get('/v1/%zz');
  expect([400, 404]).toContain(problemOf(reply).status);
});

it('the path of a problem has no query', async () => {
  expect(problemOf(await both.get('/v1/nothing?key=secret')).instance).toBe('/v1/nothing');
});
