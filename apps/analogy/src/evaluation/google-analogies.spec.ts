import { ANALOGY_METHODS, type AnalogyMethod } from '@sigmalang/contracts';
import { ASSET_FILES, Lexicon, measuringData } from '@sigmalang/lexicon';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/catalogue';
import { calibrationOf, type Outcome } from '../fit/calibration';
import { openSolver } from '../solver/open-solver';
import { type GoogleQuestion, googleQuestions } from './google-questions';
import { outcomeOf } from './outcome';

/** Questions between those that are asked. */
const EVERY = 25;

const data = measuringData(process.env) ?? '';
const measured = (title: string, test: () => void): void => {
  if (data === '') it.skip(`${title} (skipped: SIGMALANG_DATA does not name the folder of measuring data)`, () => undefined);
  else it(title, test, 180_000);
};

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });
const { solver } = openSolver(lexicon);
const outcomes = new Map<AnalogyMethod, { question: GoogleQuestion; outcome: Outcome }[]>();

/** What comes of every 25th question by a method, measured once. */
function sample(method: AnalogyMethod): { question: GoogleQuestion; outcome: Outcome }[] {
  const questions = googleQuestions(data, lexicon).filter((_question, i) => i % EVERY === 0);
  const known = outcomes.get(method) ?? questions.map((question) => ({ question, outcome: outcomeOf(solver, question, method) }));
  outcomes.set(method, known);
  return known;
}

const accuracy = (answered: readonly { readonly outcome: Outcome }[]): number => calibrationOf(answered.map(({ outcome }) => outcome)).accuracy;

describe('of the Google analogy questions, every 25th', () => {
  measured('are 782 of 14 sections, answered with one word each', () => {
    const answered = sample('add');
    expect(answered.length).toBe(782);
    expect(new Set(answered.map(({ question }) => question.section)).size).toBe(14);
    expect(answered.filter(({ question: { a, b, c, d } }) => d === a || d === b || d === c)).toEqual([]);
  });

  measured('are 84 % or more right by relation, and 86 % or more of those without a pair of the catalogue', () => {
    const answered = sample('relation');
    const apart = answered.filter(({ question }) => !question.isInCatalogue);
    expect(accuracy(answered)).toBeGreaterThanOrEqual(0.84);
    expect(apart.length).toBeGreaterThan(300);
    expect(accuracy(apart)).toBeGreaterThanOrEqual(0.86);
  });

  for (const method of ANALOGY_METHODS) {
    measured(`are answered by ${method} with a confidence that is off by at most .06`, () => {
      expect(calibrationOf(sample(method).map(({ outcome }) => outcome)).expectedError).toBeLessThanOrEqual(0.06);
    });
  }

  measured('are 60 to 67 % right by add, and 55.4 to 61.4 % by mul', () => {
    const [add, mul] = [accuracy(sample('add')), accuracy(sample('mul'))];
    expect(add).toBeGreaterThanOrEqual(0.6);
    expect(add).toBeLessThanOrEqual(0.67);
    expect(mul).toBeGreaterThanOrEqual(0.554);
    expect(mul).toBeLessThanOrEqual(0.614);
  });

  measured('have no answer among no candidates, and the right one where it is the only candidate', () => {
    const [{ question } = { question: undefined }] = sample('relation');
    if (!question) throw new Error('a question expected');
    for (const method of ANALOGY_METHODS) {
      expect(outcomeOf(solver, question, method, [])).toEqual({ confidence: 0, isRight: false });
      expect(outcomeOf(solver, question, method, [question.d])).toMatchObject({ isRight: true });
    }
  });
});

describe('the sources of this service', () => {
  const folder = join(__dirname, '..');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.spec)\.(?:ts|json)$/.test(name)); // specs have famous examples

  measured('hold no question of the test', () => {
    const lines = readFileSync(join(data, 'analogy/google.txt'), 'utf8').toLowerCase().trim().split('\n').map((line) => line.trim());
    const questions = new Set(lines.filter((line) => !line.startsWith(':')));
    expect(questions.size).toBeGreaterThan(19_000);
    // pairs that a comma parts, as in the catalogue, are no question
    const held = (text: string): string[] =>
      text.toLowerCase().split(/[^a-z\s:]+/).flatMap((part) => {
        const words = part.match(/[a-z]+/g) ?? [];
        return words.map((_word, i) => words.slice(i, i + 4).join(' ')).filter((four) => questions.has(four));
      });
    expect(held('(Athens : Greece\n::Baghdad:Iraq)')).toHaveLength(1);
    expect(held(lines.slice(0, 3).join('\n'))).toEqual(expect.arrayContaining(lines.slice(1, 3)));
    expect(sources.length).toBeGreaterThan(40);
    expect(sources.flatMap((name) => held(readFileSync(join(folder, name), 'utf8')).map((four) => `${name}: ${four}`))).toEqual([]);
  });

  it('know each relation by 20 pairs at most', () => {
    expect(CATALOGUE.filter(({ pairs }) => pairs.length > 20).map(({ name }) => name)).toEqual([]);
  });
});
