import { ANALOGY_METHODS, type AnalogyMethod } from '@sigmalang/contracts';
import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { SeededGenerator } from '@sigmalang/vector';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/catalogue';
import { FITTED_WEIGHTS } from '../fit/fitted-weights';
import { COMMONEST } from '../fit/own-questions';
import { AnalogySolver, type RankedAnswers, type SolverOptions } from './analogy-solver';
import { openSolver } from './open-solver';
import type { IndexedQuestion } from './question';

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });
const { space, recognizer, finder, solver } = openSolver(lexicon);

function indexOf(word: string): number {
  const index = lexicon.indexOf(word);
  if (index === undefined) throw new Error(`${word} is not listed`);
  return index;
}

/** The question of three words in a text. */
function asked(text: string): IndexedQuestion {
  const [a = '', b = '', c = ''] = text.split(' ');
  return { a: indexOf(a), b: indexOf(b), c: indexOf(c) };
}

const solve = (text: string, method: AnalogyMethod, options?: SolverOptions): RankedAnswers => solver.solve(asked(text), method, options);
const wordsOf = ({ answers }: RankedAnswers): string[] => answers.map(({ index }) => lexicon.word(index));

/** Seeded questions of the commonest 30,000 words. */
function nonsense(count: number): IndexedQuestion[] {
  const generator = new SeededGenerator('spec:nonsense');
  const below = (): number => generator.nextUint32() % COMMONEST;
  return Array.from({ length: count }, () => ({ a: below(), b: below(), c: below() }));
}

const QUESTIONS = [
  'man woman king', 'paris france rome', 'walk walked jump', 'good better bad', 'big biggest small', 'slow slowly quick', 'japan tokyo germany', 'dog puppy cat',
  'possible impossible legal', 'sweden swedish france',
];

describe.each(ANALOGY_METHODS)('the method %s', (method) => {
  it.each([
    ['man woman king', 'queen'],
    ['king queen prince', 'princess'],
    ['paris france rome', 'italy'],
    ['france paris italy', 'rome'],
    ['walk walked jump', 'jumped'],
    ['good better bad', 'worse'],
    ['slow slowly quick', 'quickly'],
  ])('answers %s with %s', (question, answer) => {
    expect(wordsOf(solve(question, method))[0]).toBe(answer);
  });

  it.each(QUESTIONS)('gives %s answers of confidences that sum to at most 1, in the order of their scores, best first', (question) => {
    const { answers } = solve(question, method);
    expect(answers.length).toBeGreaterThanOrEqual(100);
    const [scores, confidences] = [answers.map(({ score }) => score), answers.map(({ confidence }) => confidence)];
    expect(scores.every(Number.isFinite)).toBe(true);
    expect(scores).toEqual(scores.toSorted((x, y) => y - x));
    expect(confidences).toEqual(confidences.toSorted((x, y) => y - x));
    expect(confidences.at(-1)).toBeGreaterThanOrEqual(0);
    expect(confidences.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(1 + 1e-9);
    expect(new Set(answers.map(({ index }) => index)).size).toBe(answers.length);
  });

  it('never answers with a word of the question, even where no other is allowed', () => {
    for (const question of [...QUESTIONS, 'walk walked walked', 'king king king', 'read read write']) {
      const words = question.split(' ');
      expect(wordsOf(solve(question, method)).filter((word) => words.includes(word))).toEqual([]);
      expect(solve(question, method, { among: words.map(indexOf) }).answers).toEqual([]);
    }
  });

  it('answers among the words that are allowed, all of them and no other', () => {
    const among = ['throne', 'queen', 'king', 'princess', 'carrot', 'zloty'].map(indexOf);
    const { answers } = solve('man woman king', method, { among });
    expect(wordsOf({ answers, relation: undefined }).toSorted()).toEqual(['carrot', 'princess', 'queen', 'throne', 'zloty']);
    expect(wordsOf({ answers, relation: undefined })[0]).toBe('queen');
    expect(answers.reduce((sum, { confidence }) => sum + confidence, 0)).toBeLessThanOrEqual(1 + 1e-9);
    expect(solve('man woman king', method, { among: [] }).answers).toEqual([]);
  });

  it('ranks allowed words as it does among all', () => {
    const all = solve('paris france rome', method).answers.map(({ index }) => index);
    const some = all.filter((_index, i) => i % 9 === 0);
    expect(solve('paris france rome', method, { among: some.toReversed() }).answers.map(({ index }) => index)).toEqual(some);
  });

  it('is not sure where three random words are no question', () => {
    const confidences = nonsense(method === 'relation' ? 200 : 60).map((question) => solver.solve(question, method).answers[0]?.confidence ?? 0);
    expect(confidences.reduce((sum, each) => sum + each, 0) / confidences.length).toBeLessThan(0.05);
    expect(Math.max(...confidences)).toBeLessThan(0.2);
  });

  it('is surer of a question than of nonsense, and not sure of all', () => {
    const sure = ['man woman king', 'paris france rome', 'walk walked jump'].map((question) => solve(question, method).answers[0]?.confidence ?? 0);
    expect(Math.min(...sure)).toBeGreaterThan(0.25);
    expect(solve('dog puppy cat', method).answers[0]?.confidence).toBeLessThan(0.5);
  });

  it('answers the same every time, whatever was asked before', () => {
    const first = solve('japan tokyo germany', method);
    for (const question of nonsense(5)) solver.solve(question, 'relation');
    expect(solve('japan tokyo germany', method)).toEqual(first);
  });
});

it('by mul is not sure of a word because it is opposite to the first, a sign', () => {
  const [best] = solve(': sergei tapping', 'mul').answers;
  expect(best?.score).toBeGreaterThan(2);
  expect(best?.confidence).toBeLessThan(0.2);
});

describe('equal scores', () => {
  it('are in the order of how common the words are', () => {
    const unable = new AnalogySolver(space, recognizer, finder, { ...FITTED_WEIGHTS, answer: [] });
    const among = ['zloty', 'carrot', 'queen', 'the', 'throne'].map(indexOf);
    const { answers } = unable.solve(asked('man woman king'), 'relation', { among });
    expect(answers.map(({ score }) => score)).toEqual([0, 0, 0, 0, 0]);
    expect(answers.map(({ index }) => index)).toEqual(among.toSorted((x, y) => x - y));
    const [confidence = 0, ...rest] = answers.map((answer) => answer.confidence);
    expect(rest).toEqual(new Array(4).fill(confidence));
    expect(confidence).toBeGreaterThan(0);
    expect(confidence).toBeLessThan(1 / 6); // words outside of the choice count too
  });

  it.each(['add', 'mul'] as const)('are so by %s', (method) => {
    const cosine = jest.spyOn(space.nearest, 'cosine').mockReturnValue(0.5);
    const among = ['zloty', 'carrot', 'queen', 'the', 'throne'].map(indexOf);
    expect(solve('man woman king', method, { among }).answers.map(({ index }) => index)).toEqual(among.toSorted((x, y) => x - y));
    cosine.mockRestore();
  });
});

describe('vector arithmetic', () => {
  const questions = [...QUESTIONS.slice(0, 8).map(asked), ...nonsense(2)];
  const definitions: Record<'add' | 'mul', (toA: number, toB: number, toC: number) => number> = {
    add: (toA, toB, toC) => toB - toA + toC,
    mul: (toA, toB, toC) => (((1 + toB) / 2) * ((1 + toC) / 2)) / ((1 + toA) / 2 + 0.001),
  };
  const expected = bestByDefinition(questions, definitions, 5);

  it.each(['add', 'mul'] as const)('by %s gives the five best of all words by its definition, with their scores', (method) => {
    for (const [q, question] of questions.entries()) {
      const found = solver.solve(question, method).answers.slice(0, 5);
      const best = expected[method][q] ?? [];
      expect(found.map(({ index }) => index)).toEqual(best.map(({ index }) => index));
      const scale = method === 'add' ? (found[0]?.score ?? NaN) / (best[0]?.score ?? NaN) : 1;
      found.forEach(({ score }, i) => { expect(score).toBeCloseTo((best[i]?.score ?? NaN) * scale, 5); });
    }
  });

  it('by add scores with the cosine', () => {
    const { a, b, c } = asked('man woman king');
    const [va, vb, vc] = [unitOf(a), unitOf(b), unitOf(c)];
    const target = vb.map((value, i) => value - (va[i] ?? 0) + (vc[i] ?? 0));
    const [best] = solver.solve({ a, b, c }, 'add').answers;
    const queen = unitOf(indexOf('queen'));
    expect(best?.score).toBeCloseTo(queen.reduce((sum, value, i) => sum + value * (target[i] ?? 0), 0) / Math.hypot(...target), 6);
  });
});

function unitOf(index: number): Float64Array {
  const vector = Float64Array.from(lexicon.vector(index));
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}

/** The best of each question by each definition, in plain arithmetic over every word that has a vector. */
function bestByDefinition<Name extends string>(
  questions: readonly IndexedQuestion[],
  definitions: Record<Name, (toA: number, toB: number, toC: number) => number>,
  count: number,
): Record<Name, { index: number; score: number }[][]> {
  const names = Object.keys(definitions) as Name[];
  const vectors = questions.flatMap(({ a, b, c }) => [unitOf(a), unitOf(b), unitOf(c)]);
  const best = Object.fromEntries(names.map((name) => [name, questions.map(() => [])])) as unknown as Record<Name, { index: number; score: number }[][]>;
  const row = new Float32Array(lexicon.dimensions);
  for (let index = 0; index < lexicon.size; index++) {
    lexicon.vector(index, row);
    let squares = 0;
    for (const value of row) squares += value * value;
    if (squares === 0) continue;
    const cosines = vectors.map((vector) => {
      let product = 0;
      for (let i = 0; i < row.length; i++) product += (row[i] ?? 0) * (vector[i] ?? 0);
      return product / Math.sqrt(squares);
    });
    for (const [q, { a, b, c }] of questions.entries()) {
      if (index === a || index === b || index === c) continue;
      const [toA = 0, toB = 0, toC = 0] = cosines.slice(3 * q, 3 * q + 3);
      for (const name of names) {
        const list = best[name][q] ?? [];
        const score = definitions[name](toA, toB, toC);
        if (list.length === count && score <= (list[count - 1]?.score ?? 0)) continue;
        list.push({ index, score });
        list.sort((x, y) => y.score - x.score || x.index - y.index).splice(count);
      }
    }
  }
  return best;
}

describe('the relation of a question', () => {
  it.each([
    ['germany berlin poland', 'capital-of-country'],
    ['berlin germany warsaw', 'country-of-capital'],
    ['walk walked jump', 'past-of-verb'],
  ])('in %s is %s, whichever the method', (question, name) => {
    for (const method of ANALOGY_METHODS) {
      const { relation } = solve(question, method);
      expect(relation?.name).toBe(name);
      expect(relation?.confidence).toBeGreaterThan(0.5);
      expect(relation?.confidence).toBeLessThanOrEqual(1);
    }
  });

  it.each(['dog puppy cat', 'table cloud spoon'])('in %s is none that is likelier than not', (question) => {
    expect(solve(question, 'relation').relation).toBeUndefined();
  });

  it('is not known where it is withheld, and there is less to go by', () => {
    const withheld = new Set(CATALOGUE.filter(({ name }) => /-of-(country|city|capital)$/.test(name)));
    const question = 'germany berlin poland';
    const [aware, unaware] = [solve(question, 'relation'), solve(question, 'relation', { withheld })];
    expect(wordsOf(aware)[0]).toBe('warsaw');
    expect(unaware.relation).toBeUndefined();
    expect(unaware.answers).not.toEqual(aware.answers);
    expect(solve(question, 'relation', { withheld: new Set() })).toEqual(aware);
    const plain = solve(question, 'add', { withheld });
    expect(wordsOf(plain)).toEqual(wordsOf(solve(question, 'add')));
    expect(plain.answers[0]?.confidence).not.toBe(solve(question, 'add').answers[0]?.confidence);
  });
});

describe('answers by the change of form', () => {
  it.each([
    ['walk walked stop', 'stopped'],
    ['make making lie', 'lying'],
    ['box boxes city', 'cities'],
    ['happy happily true', 'truly'],
    ['possible impossible legal', 'illegal'],
    ['walking walked hiding', 'hid'],
    ['better best worse', 'worst'],
  ])('%s is %s, surely', (question, answer) => {
    const [best] = solve(question, 'relation').answers;
    expect(lexicon.word(best?.index ?? 0)).toBe(answer);
    expect(best?.confidence).toBeGreaterThan(0.9);
  });
});
