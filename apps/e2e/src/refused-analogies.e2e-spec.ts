import { type BothInstallations, startBoth } from './installations';
import { problemOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

const SOLVE = '/v1/analogies/solve';
const EXPLAIN = '/v1/analogies/explain';
const NEIGHBOURS = '/v1/lexicon/neighbours';

const query = 'king:queen::man:?';
const abc = { a: 'king', b: 'queen', c: 'man' };
const abcd = { ...abc, d: 'woman' };
const long = 'x'.repeat(257);
const many = (length: number): string[] => Array.from({ length }, (_word, i) => `word${i}`);

type Refusal = readonly [what: string, path: string, request: object, fields: readonly string[]];

/** Requests with one word of a field in each of the forms that no word has. */
function badWords(path: string, request: object, fields: readonly string[]): Refusal[] {
  const forms: readonly (readonly [what: string, word: unknown])[] = [
    ['nothing', ''],
    ['257 characters', long],
    ['257 emoji', '🙂'.repeat(257)],
    ['a lone surrogate', 'x\ud800'],
    ['a number', 7],
    ['null', null],
    ['a list', ['king']],
    ['an object', { word: 'king' }],
  ];
  return fields.flatMap((field) => forms.map(([what, word]): Refusal => [`${what} for ${field}`, path, { ...request, [field]: word }, [field]]));
}

const refusals: readonly Refusal[] = [
  ...badWords(SOLVE, abc, ['a', 'b', 'c']),
  ...badWords(SOLVE, {}, ['query']),
  ...badWords(EXPLAIN, abcd, ['a', 'b', 'c', 'd']),
  ...badWords(NEIGHBOURS, {}, ['word']),
  ['no analogy', SOLVE, {}, ['a', 'b', 'c', 'query']],
  ['two words', SOLVE, { a: 'king', b: 'queen' }, ['c']],
  ['one word', SOLVE, { c: 'man' }, ['a', 'b']],
  ['a sentence for an analogy', SOLVE, { query: 'who is king' }, ['query']],
  ['an analogy with two open places', SOLVE, { query: 'king:?::man:?' }, ['query']],
  ['an analogy with none', SOLVE, { query: 'king:queen::man:woman' }, ['query']],
  ['an analogy of three words', SOLVE, { query: 'king:queen::?' }, ['query']],
  ['an analogy of five words', SOLVE, { query: 'king:queen::man:woman:?' }, ['query']],
  ['an analogy with an empty place', SOLVE, { query: 'king:queen::man:' }, ['query']],
  ['an analogy with a word of 257 characters', SOLVE, { query: `king:${long}::man:?` }, ['query']],
  ['an analogy with a lone surrogate', SOLVE, { query: 'king:\udc00::man:?' }, ['query']],
  ['an analogy of 1,057 characters', SOLVE, { query: `${query}${' '.repeat(1_057 - query.length)}` }, ['query']],
  ['100,000 spaces where words should stand', SOLVE, { query: `a is to${' '.repeat(50_000)}as${' '.repeat(50_000)}x` }, ['query']],
  ['the spaces that a slow expression would try one by one', SOLVE, { query: `a is to${' '.repeat(500)}as${' '.repeat(500)}x` }, ['query']],
  ['an analogy in one text and its first word', SOLVE, { query, a: 'king' }, ['a']],
  ['an analogy in one text and in words', SOLVE, { query, ...abc }, ['a', 'b', 'c']],
  ['an analogy in one text and a list', SOLVE, { query, questions: [{ query }] }, ['query']],
  ['an analogy in words and a list', SOLVE, { ...abc, questions: [{ query }] }, ['a', 'b', 'c']],
  ['an unknown field', SOLVE, { query, k: 5 }, ['k']],
  ['the fourth word', SOLVE, abcd, ['d']],
  ['null for a list', SOLVE, { questions: null }, ['questions']],
  ['an empty list', SOLVE, { questions: [] }, ['questions']],
  ['an object for a list', SOLVE, { questions: { query } }, ['questions']],
  ['a text in a list', SOLVE, { questions: [{ query }, query] }, ['questions', 'questions[1]']],
  ['a list in a list', SOLVE, { questions: [[{ query }]] }, ['questions']],
  ['257 analogies', SOLVE, { questions: Array.from({ length: 257 }, () => ({ query })) }, ['questions']],
  ['nothing in a list', SOLVE, { questions: [{ query }, {}] }, ['questions[1].a', 'questions[1].b', 'questions[1].c', 'questions[1].query']],
  ['a bad analogy in a list', SOLVE, { questions: [{ query }, { query: 'king' }] }, ['questions[1].query']],
  ['a bad analogy at the end of a list', SOLVE, { questions: [...Array.from({ length: 255 }, () => ({ query })), { query: 'king' }] }, ['questions[255].query']],
  ['a long word in a list', SOLVE, { questions: [{ ...abc, b: long }] }, ['questions[0].b']],
  ['an analogy in one text and in words in a list', SOLVE, { questions: [{ query, a: 'king' }] }, ['questions[0].a']],
  ['a method of one analogy in a list', SOLVE, { questions: [{ query, method: 'add' }] }, ['questions[0].method']],
  ['another method', SOLVE, { query, method: 'parallelogram' }, ['method']],
  ['a method in capitals', SOLVE, { query, method: 'ADD' }, ['method']],
  ['null for a method', SOLVE, { query, method: null }, ['method']],
  ['no solution', SOLVE, { query, topK: 0 }, ['topK']],
  ['101 solutions', SOLVE, { query, topK: 101 }, ['topK']],
  ['half a solution', SOLVE, { query, topK: 1.5 }, ['topK']],
  ['a number of solutions as a text', SOLVE, { query, topK: '5' }, ['topK']],
  ['a confidence below 0', SOLVE, { query, threshold: -1 }, ['threshold']],
  ['a confidence of 2', SOLVE, { query, threshold: 2 }, ['threshold']],
  ['a confidence as a text', SOLVE, { query, threshold: '0.5' }, ['threshold']],
  ['a confidence that is no number', SOLVE, { query, threshold: NaN }, ['threshold']],
  ['no candidate', SOLVE, { query, candidates: [] }, ['candidates']],
  ['an empty candidate', SOLVE, { query, candidates: ['woman', ''] }, ['candidates']],
  ['a long candidate', SOLVE, { query, candidates: ['woman', long] }, ['candidates']],
  ['a candidate with a lone surrogate', SOLVE, { query, candidates: ['woman', '\udfff'] }, ['candidates']],
  ['a number for a candidate', SOLVE, { query, candidates: ['woman', 7] }, ['candidates']],
  ['the same candidate twice', SOLVE, { query, candidates: ['woman', 'girl', 'woman'] }, ['candidates']],
  ['1,001 candidates', SOLVE, { query, candidates: many(1_001) }, ['candidates']],
  ['a text for candidates', SOLVE, { query, candidates: 'woman' }, ['candidates']],
  ['several faults at once', SOLVE, { query: 'king', topK: 0, threshold: 2, nope: 1 }, ['query', 'topK', 'threshold', 'nope']],
  ['three words to explain', EXPLAIN, abc, ['d']],
  ['nothing to explain', EXPLAIN, {}, ['a', 'b', 'c', 'd']],
  ['an analogy in one text to explain', EXPLAIN, { query: 'king:queen::man:woman' }, ['a', 'b', 'c', 'd', 'query']],
  ['a depth of 0', EXPLAIN, { ...abcd, depth: 0 }, ['depth']],
  ['a depth of 4', EXPLAIN, { ...abcd, depth: 4 }, ['depth']],
  ['half a depth', EXPLAIN, { ...abcd, depth: 1.5 }, ['depth']],
  ['a depth as a text', EXPLAIN, { ...abcd, depth: '2' }, ['depth']],
  ['an unknown field to explain', EXPLAIN, { ...abcd, method: 'add' }, ['method']],
  ['no word', NEIGHBOURS, {}, ['word', 'words']],
  ['a word and words', NEIGHBOURS, { word: 'king', words: ['queen'] }, ['word']],
  ['an empty list of words', NEIGHBOURS, { words: [] }, ['words']],
  ['257 words', NEIGHBOURS, { words: many(257) }, ['words']],
  ['an empty word in a list', NEIGHBOURS, { words: ['king', ''] }, ['words']],
  ['a long word in a list', NEIGHBOURS, { words: ['king', long] }, ['words']],
  ['a lone surrogate in a list', NEIGHBOURS, { words: ['king', '\ud83d'] }, ['words']],
  ['a number in a list of words', NEIGHBOURS, { words: ['king', 1] }, ['words']],
  ['a text for a list of words', NEIGHBOURS, { words: 'king' }, ['words']],
  ['no neighbour', NEIGHBOURS, { word: 'king', topK: 0 }, ['topK']],
  ['101 neighbours', NEIGHBOURS, { word: 'king', topK: 101 }, ['topK']],
  ['a cosine below -1', NEIGHBOURS, { word: 'king', threshold: -2 }, ['threshold']],
  ['a cosine of 2', NEIGHBOURS, { word: 'king', threshold: 2 }, ['threshold']],
  ['an unknown field for neighbours', NEIGHBOURS, { word: 'king', method: 'add' }, ['method']],
];

it.each(refusals)('%s (%s) is refused, naming the fields', async (_what, path, request, fields) => {
  const reply = await both.post(path, request);
  const problem = problemOf(reply);
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', instance: path });
  const faulty = new Set((problem.errors ?? []).map(({ field }) => field));
  expect([...faulty].toSorted()).toEqual([...fields].toSorted());
  for (const { rule, message } of problem.errors ?? []) expect(`${rule}: ${message}`).toMatch(/^\w+: \S/);
});

it.each([
  ['an analogy in one text', SOLVE, { query: 'king' }, /"king is to queen as man is to \?"/],
  ['a word', EXPLAIN, { ...abcd, d: long }, /256/],
  ['a list of analogies', SOLVE, { questions: Array.from({ length: 257 }, () => ({ query })) }, /256/],
  ['candidates', SOLVE, { query, candidates: many(1_001) }, /1,?000/],
  ['topK', NEIGHBOURS, { word: 'king', topK: 101 }, /100/],
  ['a method', SOLVE, { query, method: 'mean' }, /relation, add, mul/],
])('what %s may be stands in the detail of the refusal', async (_what, path, request, limit) => {
  expect(problemOf(await both.post(path, request)).detail).toMatch(limit);
});

it('what was sent is not sent back in a refusal', async () => {
  const secret = 'SECRET-9b1d';
  for (const request of [{ query: secret }, { query, method: secret }, { a: secret, b: { secret }, c: 'man' }, { query, candidates: [secret, secret] }]) {
    const reply = await both.post(SOLVE, request);
    expect(reply.status).toBe(400);
    expect(reply.text).not.toContain(secret);
  }
});
