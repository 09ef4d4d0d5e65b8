import type { Problem } from '@sigmalang/contracts';
import { type BothInstallations, startBoth } from './installations';
import { problemOf, type Reply } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

const FOREIGN = ['es', 'fr', 'de', 'ja', 'zh'] as const;

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

/** What a caller of a language is answered, the same by both installations. */
function ask([method, path, body]: Fault, language?: string): Promise<Reply> {
  const headers: Record<string, string> = language === undefined ? {} : { 'accept-language': language };
  return body === undefined ? both.get(path, { method, headers }) : both.post(path, body, { method, headers });
}

/** What of a problem is the same in every language. */
function untranslated({ type, status, instance, code, errors }: Problem): object {
  return { type, status, instance, code, errors: errors?.map(({ field, rule }) => ({ field, rule })) };
}

/** Everything that a problem says in words. */
function wordsOf({ title, detail, errors = [] }: Problem): string[] {
  return [title, detail, ...errors.map(({ message }) => message)];
}

type Fault = readonly [method: string, path: string, body?: object | string];

const DECODE = ['POST', '/v1/decode'] as const;
const erased = [{ start: -1, length: 2 }];

const faults: readonly (readonly [what: string, fault: Fault])[] = [
  ['a path that nobody answers', ['GET', '/v1/nothing']],
  ['a URL that is malformed', ['GET', '/v1/%zz']],
  ['a body that is no JSON', ['POST', '/v1/encode', '{']],
  ['a body that is a list', ['POST', '/v1/encode', []]],
  ['a body that is too large', ['POST', '/v1/encode', { text: 'x'.repeat(1_100_000) }]],
  ['several faults', ['POST', '/v1/encode', { texts: [1], include: ['all'], dimensions: 1.5, format: 5, nope: 1 }]],
  ['a field that stands beside another', ['POST', '/v1/similarity', { a: 'a', b: 'b', texts: ['a', 'b'] }]],
  ['a vector that is cut off', [...DECODE, { vectors: [{ data: 'zqMB' }] }]],
  ['no vector', [...DECODE, { vectors: [{}] }]],
  ['noise that is none', [...DECODE, { vectors: [{ data: 'zqMB', erased, copies: [5] }] }]],
  ['a vector that is neither', ['POST', '/v1/similarity', { a: 'a', b: { data: 'zqMB', x: 1 } }]],
  ['an operand that is none', ['POST', '/v1/vectors/bind', { operands: [{ symbol: '' }, 5] }]],
  ['bits of another length', ['POST', '/v1/vectors/permute', { vector: { data: 'AAAA' } }]],
  ['a model that is not loaded', ['POST', '/v1/nlp/embeddings', { input: 'a', model: 'none' }]],
  ['a question that is none', ['POST', '/v1/analogies/solve', { query: 'king' }]],
  ['a record that is not there', ['GET', '/v1/analogies/records/none']],
  ['a collection that is not there', ['GET', '/v1/collections/none']],
  ['a name that is none', ['PUT', '/v1/collections/NONE', {}]],
  ['a filter that is none', ['POST', '/v1/search', { query: 'a', corpus: ['a'], filter: { key: 'a', equals: 1, exists: true } }]],
  ['a corpus that is none', ['POST', '/v1/search', { query: ' ', corpus: ['a', { text: 1 }] }]],
  ['metadata that is too much', ['POST', '/v1/search', { query: 'a', corpus: [{ text: 'a', metadata: { 'a.b': 1 } }] }]],
];

describe.each(faults)('%s', (_what, fault) => {
  it('is told in six languages, the same but for its words', async () => {
    const english = await ask(fault);
    const expected = problemOf(english);
    expect([english.headers.get('content-language'), english.headers.get('vary')]).toEqual(['en', 'Accept-Language']);
    for (const language of FOREIGN) {
      const reply = await ask(fault, `${language}-XX, en;q=0.5`);
      const problem = problemOf(reply);
      expect(untranslated(problem)).toEqual(untranslated(expected));
      expect([reply.headers.get('content-language'), reply.headers.get('vary')]).toEqual([language, 'Accept-Language']);
      const same = wordsOf(problem).filter((said) => wordsOf(expected).includes(said));
      expect(same).toEqual([]);
    }
  });
});

it.each([
  ['es', 'La solicitud no es válida', 'dimensions no debe ser menor que 4096'],
  ['fr', "La requête n'est pas valide", 'dimensions ne doit pas être inférieur à 4096'],
  ['de', 'Die Anfrage ist ungültig', 'dimensions darf nicht kleiner als 4096 sein'],
  ['ja', 'リクエストが無効です', 'dimensions は 4096 以上でなければなりません'],
  ['zh', '请求无效', 'dimensions 不得小于 4096'],
  ['en', 'The request is invalid', 'dimensions must not be less than 4096'],
  ['pt, *;q=0.1', 'The request is invalid', 'dimensions must not be less than 4096'],
  ['en;q=0.5, ja;q=0.8', 'リクエストが無効です', 'dimensions は 4096 以上でなければなりません'],
])('for %s a limit is told as it is', async (acceptLanguage, title, message) => {
  const problem = problemOf(await ask(['POST', '/v1/encode', { text: 'a', dimensions: 16 }], acceptLanguage));
  expect(problem).toMatchObject({ title, detail: message, code: 'INVALID_REQUEST', errors: [{ field: 'dimensions', rule: 'min', message }] });
});

it('an answer that is no problem is in no language', async () => {
  const reply = await both.post('/v1/encode', { text: 'a' }, { headers: { 'accept-language': 'de' } });
  expect([reply.status, reply.headers.get('content-language'), reply.headers.get('vary')]).toEqual([200, null, 'Authorization, X-API-Key']);
});

it('a service that is away is told of in the language of the caller', async () => {
  const { onNats } = both;
  await onNats.decoder.kill();
  const reply = await onNats.rest.post('/v1/decode', { vectors: [{ data: 'zqMB' }] }, { headers: { 'accept-language': 'ja' } });
  expect(problemOf(reply)).toMatchObject({
    code: 'UNAVAILABLE',
    title: 'サービスを利用できません',
    detail: '現在 decoder.v1.decode に応答するサービスはありません',
  });
});
