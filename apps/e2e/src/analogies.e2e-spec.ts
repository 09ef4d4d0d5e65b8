import { METRICS, type NeighboursResponse, type RestSolveAnalogyRequest, type SolveAnalogiesResponse, type SolvedAnalogy } from '@sigmalang/contracts';
import { connect } from 'nats';
import { nonsense, questions } from './analogy-questions';
import { type BothInstallations, startBoth } from './installations';
import { growth, metricsOf } from './metrics';
import { fromWhom } from './nats-identity';
import { ProcessUnderTest } from './process-under-test';
import { bodyOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(240_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

const METHODS = ['relation', 'add', 'mul'] as const;

async function solve(request: RestSolveAnalogyRequest): Promise<SolvedAnalogy> {
  return bodyOf(await both.post('/v1/analogies/solve', request)) as SolvedAnalogy;
}

async function solveList(request: RestSolveAnalogyRequest): Promise<SolvedAnalogy[]> {
  return (bodyOf(await both.post('/v1/analogies/solve', request)) as SolveAnalogiesResponse).results;
}

const answersOf = ({ solutions }: SolvedAnalogy): string[] => solutions.map(({ answer }) => answer);

describe('the answer to an analogy', () => {
  it.each(questions)('%s is %s', async (query, answer) => {
    expect(await solve({ query })).toMatchObject({ answer, method: 'relation', unknown: [], readAs: [] });
  });

  it.each([
    ['France:Paris::Japan:?', 'Tokyo'],
    ['FRANCE:PARIS::JAPAN:?', 'TOKYO'],
    ['france:paris::japan:?', 'tokyo'],
    ['king:queen::man:?', 'woman'],
    ['King:Queen::Man:?', 'Woman'],
  ])('is written as the question suggests: %s, %s', async (query, answer) => {
    expect((await solve({ query })).answer).toBe(answer);
  });

  it.each([
    ['?:paris::japan:tokyo', 'france'],
    ['france:?::japan:tokyo', 'paris'],
    ['france:paris::?:tokyo', 'japan'],
    ['france:paris::japan:?', 'tokyo'],
    ['? is to Paris as Japan is to Tokyo', 'France'],
  ])('stands wherever the question mark does: %s, %s', async (query, answer) => {
    expect((await solve({ query })).answer).toBe(answer);
  });

  it('is the same for three words, for a text in symbols and for one in words', async () => {
    const inSymbols = await solve({ query: 'france:paris::japan:?' });
    expect(await solve({ a: 'france', b: 'paris', c: 'japan' })).toEqual(inSymbols);
    expect(await solve({ query: ' france is to paris  as japan IS TO ? ' })).toEqual(inSymbols);
  });

  it.each(METHODS)('comes from each method, and %s says that it is the one', async (method) => {
    expect(await solve({ query: 'france:paris::japan:?', method })).toMatchObject({ answer: 'tokyo', method });
  });

  it('comes with the relation of the pair, where it is a known one', async () => {
    const { relation } = await solve({ query: 'france:paris::japan:?' });
    expect(relation?.name).toBe('capital-of-country');
    expect(relation?.confidence).toBeGreaterThan(0.5);
    expect(relation?.confidence).toBeLessThanOrEqual(1);
  });

  it('is none of the three words of the question, in whatever case', async () => {
    for (const query of ['France:Paris::Japan:?', 'king:king::king:?', ...nonsense]) {
      const given = query.toLowerCase().split(':');
      for (const method of METHODS) {
        expect(answersOf(await solve({ query, method, topK: 20 })).filter((word) => given.includes(word.toLowerCase()))).toEqual([]);
      }
    }
  });

  it('is the first of the solutions, of which there are as many as were asked for', async () => {
    const hundred = await solve({ query: 'france:paris::japan:?', topK: 100 });
    expect(hundred.solutions).toHaveLength(100);
    expect(new Set(answersOf(hundred)).size).toBe(100);
    expect(hundred.solutions[0]).toMatchObject({ answer: hundred.answer, confidence: hundred.confidence });
    for (const topK of [1, 5, 37]) {
      const fewer = await solve({ query: 'france:paris::japan:?', topK });
      expect(fewer.solutions).toEqual(hundred.solutions.slice(0, topK));
      expect(fewer).toMatchObject({ answer: hundred.answer, confidence: hundred.confidence });
    }
    expect((await solve({ query: 'france:paris::japan:?' })).solutions).toEqual(hundred.solutions.slice(0, 5));
  });

  it('is the same each time, alone and within a list, whatever stands beside it', async () => {
    const queries = [...questions.map(([query]) => query), ...nonsense];
    for (const method of METHODS) {
      const list = await solveList({ questions: queries.map((query) => ({ query })), method });
      const reversed = await solveList({ questions: queries.toReversed().map((query) => ({ query })), method });
      expect(reversed.toReversed()).toEqual(list);
      for (const [i, query] of queries.entries()) expect(await solve({ query, method })).toEqual(list[i]);
    }
  });
});

describe('the confidence of an answer', () => {
  it.each(METHODS)('by %s is a probability: from 0 to 1, falling, and all together at most 1', async (method) => {
    const queries = [...questions.map(([query]) => query), ...nonsense, '?:bigger::small:smaller'];
    for (const { solutions, confidence } of await solveList({ questions: queries.map((query) => ({ query })), method, topK: 100 })) {
      const confidences = solutions.map((solution) => solution.confidence);
      expect(confidences.filter((each) => !(each >= 0 && each <= 1))).toEqual([]);
      expect(confidences.toSorted((one, other) => other - one)).toEqual(confidences);
      expect(confidences.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(1 + 1e-6);
      expect(confidence).toBe(confidences[0]);
    }
  });

  it.each(METHODS)('by %s ranks as the score does', async (method) => {
    for (const { solutions } of await solveList({ questions: questions.map(([query]) => ({ query })), method, topK: 50 })) {
      const scores = solutions.map(({ score }) => score);
      expect(scores.toSorted((one, other) => other - one)).toEqual(scores);
    }
  });

  it('is small where the words have nothing in common', async () => {
    const answers = await solveList({ questions: nonsense.map((query) => ({ query })) });
    const average = answers.reduce((sum, { confidence }) => sum + confidence, 0) / answers.length;
    expect(average).toBeLessThan(0.2);
  });

  it('is larger where they have', async () => {
    const answers = await solveList({ questions: questions.map(([query]) => ({ query })) });
    const average = answers.reduce((sum, { confidence }) => sum + confidence, 0) / answers.length;
    expect(average).toBeGreaterThan(0.5);
  });

  it('below the threshold leaves a solution out, and the answer where it leaves all out', async () => {
    const query = 'france:paris::japan:?';
    const { solutions } = await solve({ query, topK: 100 });
    const threshold = solutions[2]?.confidence ?? 0;
    const above = await solve({ query, topK: 100, threshold });
    expect(above.solutions).toEqual(solutions.filter(({ confidence }) => confidence >= threshold));
    expect(await solve({ query, threshold: 1 })).toMatchObject({ answer: null, confidence: 0, solutions: [], unknown: [] });
  });
});

describe('candidates', () => {
  const candidates = ['Berlin', 'TOKYO', 'oslo', 'banana'];

  it.each(METHODS)('are the only answers by %s, each written as it was sent', async (method) => {
    const solved = await solve({ query: 'france:paris::japan:?', candidates, method, topK: 100 });
    expect(solved).toMatchObject({ answer: 'TOKYO', unknown: [] });
    expect(answersOf(solved).toSorted()).toEqual(candidates.toSorted());
  });

  it('may be a single word, which is the answer', async () => {
    expect((await solve({ query: 'france:paris::japan:?', candidates: ['Kyoto'] })).answer).toBe('Kyoto');
  });

  it('that are unknown are named by their place and are no answers', async () => {
    const solved = await solve({ query: 'france:paris::japan:?', candidates: ['berlin', 'qqqxzv', 'tokyo', 'zzxxqqj'], topK: 100 });
    expect(solved.answer).toBe('tokyo');
    expect(answersOf(solved).toSorted()).toEqual(['berlin', 'tokyo']);
    expect(solved.unknown.map(({ field, word }) => [field, word])).toEqual([['candidates[1]', 'qqqxzv'], ['candidates[3]', 'zzxxqqj']]);
  });

  it('of which none is known leave no answer', async () => {
    const solved = await solve({ query: 'france:paris::japan:?', candidates: ['qqqxzv'] });
    expect(solved).toMatchObject({ answer: null, confidence: 0, solutions: [], unknown: [{ field: 'candidates[0]', word: 'qqqxzv' }] });
  });

  it('hold for each analogy of a list', async () => {
    const results = await solveList({ questions: [{ query: 'france:paris::japan:?' }, { query: 'japan:tokyo::germany:?' }], candidates });
    expect(results.map(({ answer }) => answer)).toEqual(['TOKYO', 'Berlin']);
  });

  it('may be 1,000 words', async () => {
    const words = 'tokyo dog run green seven music water law house car book river doctor bread king'.split(' ');
    const { results } = bodyOf(await both.post('/v1/lexicon/neighbours', { words, topK: 100 })) as NeighboursResponse;
    const near = new Set(results.flatMap(({ neighbours }) => neighbours.map(({ word }) => word)));
    const others = [...near].filter((word) => word !== 'tokyo').slice(0, 999);
    expect(others).toHaveLength(999);
    expect(await solve({ query: 'france:paris::japan:?', candidates: [...others, 'tokyo'] })).toMatchObject({ answer: 'tokyo', unknown: [] });
  });
});

describe('a list of analogies', () => {
  it('is answered in its order, each with words of its own', async () => {
    const results = await solveList({ questions: [...questions.map(([query]) => ({ query })), { a: 'Spain', b: 'Madrid', c: 'Greece' }, { query: 'kign:queen::man:?' }], topK: 1 });
    expect(results.map(({ answer }) => answer)).toEqual([...questions.map(([, answer]) => answer), 'Athens', null]);
    expect(results.map(({ unknown }) => unknown.length)).toEqual([...questions.map(() => 0), 0, 1]);
  });

  it('may hold 256', async () => {
    const list = Array.from({ length: 256 }, (_question, i) => questions[i % questions.length] ?? (['', ''] as const));
    const results = await solveList({ questions: list.map(([query]) => ({ query })), topK: 1 });
    expect(results.map(({ answer }) => answer)).toEqual(list.map(([, answer]) => answer));
  });
});

describe('a word that nothing is known of', () => {
  it.each([
    ['a', { a: 'kign', b: 'queen', c: 'man' }, 'kign', 'king'],
    ['b', { a: 'king', b: 'qeuen', c: 'man' }, 'qeuen', 'queen'],
    ['c', { a: 'king', b: 'queen', c: 'womaan' }, 'womaan', 'woman'],
    ['query', { query: 'kign:queen::man:?' }, 'kign', 'king'],
    ['query', { query: '?:qeuen::man:woman' }, 'qeuen', 'queen'],
  ])('in %s is named with the nearest spellings, and there is no answer: %j', async (field, question, word, meant) => {
    const solved = await solve(question);
    expect(solved).toMatchObject({ answer: null, confidence: 0, solutions: [], ties: [], unknown: [{ field, word }] });
    expect(solved.unknown).toHaveLength(1);
    expect(solved.unknown[0]?.nearest).toContain(meant);
  });

  it('is named for each field that holds one', async () => {
    const { unknown } = await solve({ a: 'qqqxzv', b: 'queen', c: 'zzxxqqj' });
    expect(unknown.map(({ field, word }) => [field, word])).toEqual([['a', 'qqqxzv'], ['c', 'zzxxqqj']]);
  });

  it.each(['\0', ' ', '🙂🙃', '日本語の単語', '__proto__', '\u202eking', 'x'.repeat(256), '🙂'.repeat(256)])('may be %j', async (word) => {
    const { answer, unknown } = await solve({ a: word, b: 'queen', c: 'man' });
    expect([answer, unknown.map((each) => [each.field, each.word])]).toEqual([null, [['a', word]]]);
  });
});

describe('a word in another form than the one that is listed', () => {
  it.each([
    [{ query: "France's:Paris::Japan:?" }, 'query', "France's", 'france'],
    [{ a: 'france', b: "paris's", c: 'japan' }, 'b', "paris's", 'paris'],
    [{ a: 'france', b: 'paris', c: 'japan’s' }, 'c', 'japan’s', 'japan'],
  ])('is read as that: %j', async (question, field, word, as) => {
    const solved = await solve(question);
    expect(solved.readAs).toEqual([{ field, word, as }]);
    expect(solved.unknown).toEqual([]);
    expect(solved.answer?.toLowerCase().replace(/'s$/, '')).toBe('tokyo');
  });
});

describe('over NATS', () => {
  it('the contracts answer as the routes do, and refuse what the gateway would', async () => {
    const client = await connect({ servers: both.onNats.nats.url });
    const ask = async (subject: string, data: object): Promise<unknown> => {
      const reply = await client.request(subject, JSON.stringify({ id: '1', pattern: subject, data }), { timeout: 20_000, headers: fromWhom() });
      return reply.json();
    };
    const four = { a: 'king', b: 'queen', c: 'man', d: 'woman' };
    const results = await solveList({ questions: [{ query: 'king:queen::man:?' }] });
    expect(await ask('analogy.v1.solve', { questions: [{ query: 'king:queen::man:?' }] })).toMatchObject({ response: { results } });
    const explained = bodyOf(await both.post('/v1/analogies/explain', four)) as object;
    expect(await ask('analogy.v1.explain', four)).toMatchObject({ response: explained });
    const near = bodyOf(await both.post('/v1/lexicon/neighbours', { word: 'king' })) as object;
    expect(await ask('analogy.v1.neighbours', { word: 'king' })).toMatchObject({ response: near });
    for (const data of [{}, { query: 'king:queen::man:?' }, { questions: [{ query: 'king' }] }, { questions: [] }]) {
      expect(await ask('analogy.v1.solve', data)).toMatchObject({ err: { code: 'INVALID_REQUEST' } });
    }
    await client.close();
  });

  it('two replicas share the groups of a list', async () => {
    const { analogy, nats, rest } = both.onNats;
    const replicas = [analogy, await ProcessUnderTest.start('analogy', { env: { NATS_URL: nats.url } })];
    const before = await Promise.all(replicas.map(metricsOf));
    const list = Array.from({ length: 256 }, (_question, i) => ({ query: questions[i % questions.length]?.[0] ?? '' }));
    for (let i = 0; i < 3; i++) bodyOf(await rest.post('/v1/analogies/solve', { questions: list }, { headers: { 'cache-control': 'no-cache' } }));
    const after = await Promise.all(replicas.map(metricsOf));
    const handled = after.map((metrics, i) => growth(METRICS.requests, before[i] ?? new Map(), metrics)['{contract="analogy.v1.solve",code="OK"}'] ?? 0);
    expect(handled.reduce((sum, count) => sum + count, 0)).toBe(24);
    expect(Math.min(...handled)).toBeGreaterThan(0);
  });
});
