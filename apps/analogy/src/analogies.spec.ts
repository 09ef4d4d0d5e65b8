import { ANALOGY_METHODS, type SolvedAnalogy } from '@sigmalang/contracts';
import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { join } from 'node:path';
import { Analogies, type AskedAnalogy, type SolveSettings } from './analogies';

const lexicon = Lexicon.load(join(__dirname, '../../../dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });
const analogies = new Analogies(lexicon);
const SETTINGS: SolveSettings = { method: 'relation', topK: 5, threshold: 0 };
const kings: AskedAnalogy = { a: 'man', b: 'woman', c: 'king' };

function solve(a: string, b: string, c: string, settings: Partial<SolveSettings> = {}): SolvedAnalogy {
  return analogies.solve({ a, b, c }, { ...SETTINGS, ...settings });
}

describe('an answer', () => {
  it.each(ANALOGY_METHODS)('by %s is the first of its solutions', (method) => {
    const { answer, confidence, solutions, ...rest } = solve('man', 'woman', 'king', { method });
    expect(answer).toBe('queen');
    expect(solutions[0]).toEqual({ answer, confidence, score: expect.any(Number) as number });
    expect(solutions.length).toBe(5);
    expect(rest).toEqual({ ties: [], method, unknown: [], readAs: [], relation: { name: 'female-of-male', confidence: expect.any(Number) as number } });
  });

  it.each([
    ['the first word is the second', 'king', 'King', 'queen'],
    ['the first word is the third', 'king', 'queen', 'king'],
    ['all are one', 'king', 'king', 'king'],
  ])('is not there where %s: nothing is asked', (_where, a, b, c) => {
    expect(solve(a, b, c)).toEqual({ answer: null, confidence: 0, solutions: [], ties: [], method: 'relation', unknown: [], readAs: [] });
  });

  it('is there where the second word is the third: one step goes on from the other', () => {
    expect(solve('monday', 'tuesday', 'tuesday').answer).toBe('wednesday');
  });

  it('is a word with letters, though the list has stray characters near by', () => {
    const { solutions } = solve('sushi', 'japan', 'pizza', { topK: 100 });
    expect(solutions.length).toBe(100);
    expect(solutions.filter(({ answer }) => !/\p{L}/u.test(answer))).toEqual([]);
  });

  it('says nothing of a relation where none is likelier than not', () => {
    expect(solve('table', 'cloud', 'spoon')).not.toHaveProperty('relation');
  });

  it.each([
    ['Man', 'Woman', 'king', 'Queen'],
    ['man', 'WOMAN', 'king', 'QUEEN'],
    ['MAN', 'woman', 'KING', 'queen'],
    ["man's", "woman's", "king's", "queen's"],
    ['man', 'woman’s', 'king', 'queen’s'],
    ['Man', 'Woman’s', 'king', 'Queen’s'],
    ['KING', "QUEEN'S", 'MAN', "WOMAN'S"],
    ["kings'", "queens'", "men's", "women's"],
    ['París', 'Françe', 'Romé', 'Italy'],
  ])('to %s : %s :: %s is written as the second word is: %s', (a, b, c, answer) => {
    expect(solve(a, b, c).answer).toBe(answer);
  });

  it('is in the form of which only the base is listed', () => {
    const [plain, formed, plural] = [solve('cow', 'moo', 'pig'), solve('cow', 'oinked', 'dog'), solve('cow', 'Oinks', 'dog')];
    expect(plain.readAs).toEqual([]);
    expect(formed.readAs).toEqual([{ field: 'b', word: 'oinked', as: 'oink' }]);
    const bare = solve('cow', 'oink', 'dog').solutions;
    expect(formed.solutions.map(({ score }) => score)).toEqual(bare.map(({ score }) => score));
    expect(formed.solutions.every(({ answer }, i) => answer !== bare[i]?.answer)).toBe(true);
    expect(plural.solutions.every(({ answer }) => /^[A-Z].*s$/.test(answer))).toBe(true);
  });

  it('says what each word was read as, unless it has other capitals alone', () => {
    expect(solve('São', "woman's", 'KING').readAs).toEqual([{ field: 'a', word: 'São', as: 'sao' }, { field: 'b', word: "woman's", as: 'woman' }]);
    expect(analogies.solve({ a: 'São', b: 'woman', c: 'king', field: 'query' }, SETTINGS).readAs).toEqual([{ field: 'query', word: 'São', as: 'sao' }]);
  });

  it.each([1, 3, 50])('comes with at most %i solutions where as many are asked for', (topK) => {
    const { solutions } = solve('man', 'woman', 'king', { topK });
    expect(solutions.length).toBe(topK);
    expect(solve('man', 'woman', 'king', { topK: 60 }).solutions.slice(0, topK)).toEqual(solutions);
  });

  it('leaves out what is less sure than the threshold, and is none where nothing is as sure', () => {
    const all = solve('dog', 'puppy', 'cat', { topK: 60 }).solutions;
    const third = all[2]?.confidence ?? NaN;
    expect(solve('dog', 'puppy', 'cat', { topK: 60, threshold: third }).solutions).toEqual(all.slice(0, 3));
    expect(solve('dog', 'puppy', 'cat', { threshold: 1 })).toMatchObject({ answer: null, confidence: 0, solutions: [], ties: [] });
  });
});

describe('an unknown word', () => {
  it('is named with its field and up to three words of a like spelling, and there is no answer', () => {
    const { unknown, ...rest } = solve('quene', 'zzxqy', 'king');
    expect(unknown).toEqual([{ field: 'a', word: 'quene', nearest: expect.arrayContaining(['queen']) as string[] }, { field: 'b', word: 'zzxqy', nearest: [] }]);
    expect(rest).toEqual({ answer: null, confidence: 0, solutions: [], ties: [], method: 'relation', readAs: [] });
  });

  it('is in the field query where the question was in one text', () => {
    const { unknown } = analogies.solve({ a: 'king', b: 'zzxqy', c: 'Quene', field: 'query' }, SETTINGS);
    expect(unknown.map(({ field, word }) => [field, word])).toEqual([['query', 'zzxqy'], ['query', 'Quene']]);
  });

  it('is given likely spellings if it is among the first ten, and named in any case', () => {
    const candidates = [...Array.from({ length: 12 }, () => 'quene'), 'queen'];
    const { answer, unknown } = solve('man', 'woman', 'king', { candidates });
    expect(answer).toBe('queen');
    expect(unknown.map(({ field }) => field)).toEqual(Array.from({ length: 12 }, (_candidate, i) => `candidates[${i}]`));
    expect(unknown.map(({ nearest }) => nearest.length)).toEqual([...new Array<number>(10).fill(3), 0, 0]);
  });

  it.each(['__defineGetter__', '', '🙂', '東京', 'x'.repeat(256)])('may be %j', (word) => {
    expect(solve('man', 'woman', word)).toMatchObject({ answer: null, unknown: [{ field: 'c', word }] });
  });
});

describe('candidates', () => {
  it.each(ANALOGY_METHODS)('without the right word are doubted, and with it are not, by %s', (method) => {
    const confidenceIn = (candidates: string[]): number => solve('france', 'paris', 'japan', { method, candidates }).confidence;
    expect(confidenceIn(['tokyo'])).toBeGreaterThan(0.9);
    expect(confidenceIn(['osaka', 'tokyo', 'berlin'])).toBeGreaterThan(0.9);
    expect(confidenceIn(['osaka'])).toBeLessThan(0.3);
    expect(confidenceIn(['osaka', 'kyoto', 'berlin'])).toBeLessThan(0.5);
    expect(confidenceIn(['tractor'])).toBeLessThan(0.01);
  });

  it('are the only answers, spelled as they were sent', () => {
    const { answer, solutions, readAs } = solve('MAN', 'WOMAN', 'KING', { candidates: ['Throné', 'queen’s', 'carrot'] });
    expect(answer).toBe('queen’s');
    expect(solutions.map((solution) => solution.answer).toSorted()).toEqual(['Throné', 'carrot', 'queen’s']);
    expect(readAs).toEqual([{ field: 'candidates[0]', word: 'Throné', as: 'throne' }, { field: 'candidates[1]', word: 'queen’s', as: 'queen' }]);
  });

  it('that are spellings of one word tie', () => {
    const { answer, solutions, ties } = solve('man', 'woman', 'king', { candidates: ['throne', 'Queen', 'QUEEN', 'queen'] });
    expect([answer, ties]).toEqual(['Queen', ['QUEEN', 'queen']]);
    expect(solutions.map((solution) => solution.answer)).toEqual(['Queen', 'QUEEN', 'queen', 'throne']);
    expect(new Set(solutions.slice(0, 3).map(({ score }) => score)).size).toBe(1);
    expect(solve('man', 'woman', 'king', { candidates: ['throne', 'Queen', 'QUEEN'], topK: 1 })).toMatchObject({ solutions: [{ answer: 'Queen' }], ties: ['QUEEN'] });
  });

  it.each(ANALOGY_METHODS)('of which none is known leave no answer by %s', (method) => {
    expect(solve('man', 'woman', 'king', { method, candidates: ['zzxqy', 'qqzzv'] })).toMatchObject({
      answer: null,
      confidence: 0,
      solutions: [],
      ties: [],
      unknown: [{ field: 'candidates[0]', word: 'zzxqy' }, { field: 'candidates[1]', word: 'qqzzv' }],
    });
  });

  it('that are words of the question never answer', () => {
    expect(solve('man', 'woman', 'king', { candidates: ['King', 'woman', "man's"] })).toMatchObject({ answer: null, solutions: [], unknown: [] });
  });

  it('that are unknown are named even where a word of the question is too', () => {
    expect(solve('man', 'woman', 'zzxqy', { candidates: ['qqzzv'] }).unknown.map(({ field }) => field)).toEqual(['c', 'candidates[0]']);
  });
});

describe('the neighbours of a word', () => {
  const of = (word: string, settings = { topK: 5, threshold: -1 }) => analogies.neighbours({ word, field: 'words[3]' }, settings);

  it('are the nearest others, nearest first', () => {
    const { word, neighbours, unknown, readAs } = of('paris');
    const similarities = neighbours.map(({ similarity }) => similarity);
    expect([word, neighbours.length, unknown, readAs]).toEqual(['paris', 5, [], []]);
    expect(similarities).toEqual(similarities.toSorted((x, y) => y - x));
    expect(similarities[0]).toBeLessThan(1);
    expect(neighbours.map((each) => each.word)).not.toContain('paris');
    expect(of('paris', { topK: 2, threshold: -1 }).neighbours).toEqual(neighbours.slice(0, 2));
  });

  it('are those at least as similar as the threshold', () => {
    const { neighbours } = of('paris');
    expect(of('paris', { topK: 5, threshold: neighbours[2]?.similarity ?? NaN }).neighbours).toEqual(neighbours.slice(0, 3));
    expect(of('paris', { topK: 5, threshold: 1 }).neighbours).toEqual([]);
  });

  it('are found however the word is written, which is said', () => {
    expect(of('París')).toEqual({ ...of('paris'), word: 'París', readAs: [{ field: 'words[3]', word: 'París', as: 'paris' }] });
    expect(of('PARIS')).toEqual({ ...of('paris'), word: 'PARIS' });
  });

  it('are none of an unknown word, which is named', () => {
    expect(of('quene')).toEqual({ word: 'quene', neighbours: [], unknown: [{ field: 'words[3]', word: 'quene', nearest: expect.arrayContaining(['queen']) as string[] }], readAs: [] });
  });
});

it('answers do not depend on what was asked before', () => {
  const first = analogies.solve(kings, SETTINGS);
  solve('dog', 'puppy', 'cat');
  expect(new Analogies(lexicon).solve(kings, SETTINGS)).toEqual(first);
  expect(analogies.solve(kings, SETTINGS)).toEqual(first);
});
