import { ANALOGY_METHODS, type AnalogyMethod } from '@sigmalang/contracts';
import { ASSET_FILES, Lexicon, measuringData } from '@sigmalang/lexicon';
import { SeededGenerator } from '@sigmalang/vector';
import { join } from 'node:path';
import { type GoogleQuestion, googleQuestions } from './evaluation/google-questions';
import { outcomeOf } from './evaluation/outcome';
import { type Calibration, calibrationOf, type Outcome } from './fit/calibration';
import { COMMONEST } from './fit/own-questions';
import type { AnalogySolver } from './solver/analogy-solver';
import { openSolver } from './solver/open-solver';

/** Where a benchmark writes what it measured. */
interface BenchOutput {
  readonly print: (line: string) => void;
}

const NONSENSE = 2_000;

const percent = (share: number): string => (100 * share).toFixed(1);

/** Prints how many of the Google questions each method answers right, among all words, and how honest its confidence is. */
export default function benchAnalogies({ print }: BenchOutput): Promise<void> {
  const lexicon = Lexicon.load(join('dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });
  const { solver } = openSolver(lexicon);
  for (const method of ANALOGY_METHODS) print(`analogies: ${method}: ${nonsense(solver, method)}`);
  const folder = measuringData(process.env);
  if (folder === undefined) {
    print('analogies: SKIPPED the Google questions: SIGMALANG_DATA does not name the folder of measuring data');
    return Promise.resolve();
  }
  const questions = googleQuestions(folder, lexicon);
  const outcomes = new Map(ANALOGY_METHODS.map((method) => [method, questions.map((question) => outcomeOf(solver, question, method))]));
  printTable(print, questions, outcomes);
  for (const [method, measured] of outcomes) printCalibration(print, `${method}, all words`, calibrationOf(measured));
  const some = questions.filter((_question, i) => i % 10 === 0);
  const among = (holdsRight: boolean): Outcome[] => some.map((question) => amongTen(solver, question, questions, holdsRight));
  printCalibration(print, 'relation, ten candidates with the right one', calibrationOf(among(true)));
  const wrong = among(false);
  print(`analogies: relation, ten candidates without the right one: mean confidence ${(wrong.reduce((sum, { confidence }) => sum + confidence, 0) / wrong.length).toFixed(3)}`);
  return Promise.resolve();
}

/** Questions of random words: the mean confidence of what cannot be right. */
function nonsense(solver: AnalogySolver, method: AnalogyMethod): string {
  const generator = new SeededGenerator('bench:nonsense');
  const below = (): number => generator.nextUint32() % COMMONEST;
  const confidences = Array.from({ length: NONSENSE }, () => outcomeOf(solver, { a: below(), b: below(), c: below() }, method).confidence);
  const mean = confidences.reduce((sum, confidence) => sum + confidence, 0) / NONSENSE;
  return `mean confidence ${mean.toFixed(3)} in ${NONSENSE} questions of random words (goal: below 0.2)`;
}

/** A question with ten answers of its section as its only candidates, the right one among them or not. */
function amongTen(solver: AnalogySolver, question: GoogleQuestion, questions: readonly GoogleQuestion[], holdsRight: boolean): Outcome {
  const generator = new SeededGenerator(`bench:candidates:${question.a}:${question.b}:${question.c}`);
  const others = [...new Set(questions.filter(({ section }) => section === question.section).map(({ d }) => d))].filter((d) => d !== question.d && d !== question.b);
  const among = holdsRight ? [question.d] : [];
  while (among.length < 10 && others.length > 0) among.push(...others.splice(generator.nextUint32() % others.length, 1));
  return outcomeOf(solver, question, 'relation', among);
}

function printTable(print: BenchOutput['print'], questions: readonly GoogleQuestion[], outcomes: ReadonlyMap<AnalogyMethod, readonly Outcome[]>): void {
  print('analogies: section, questions, chance among the answers of the section, then right in % by each method; at last by relation where no pair is in the catalogue');
  const row = (name: string, isIn: (question: GoogleQuestion) => boolean): void => {
    const chosen = questions.flatMap((question, i) => (isIn(question) ? [i] : []));
    const of = (method: AnalogyMethod, indices: readonly number[]): string => percent(calibrationOf(indices.flatMap((i) => outcomes.get(method)?.[i] ?? [])).accuracy);
    const answers = new Set(chosen.map((i) => questions[i]?.d)).size;
    const apart = chosen.filter((i) => questions[i]?.isInCatalogue === false);
    const cells = ANALOGY_METHODS.map((method) => `${method} ${of(method, chosen)}`);
    print(`analogies: ${name}: ${chosen.length}, chance ${percent(1 / answers)}, ${cells.join(', ')}; not in the catalogue ${of('relation', apart)} of ${apart.length}`);
  };
  for (const section of new Set(questions.map((question) => question.section))) row(section, (question) => question.section === section);
  row('all (goal: relation 80.0, not in the catalogue 75.0)', () => true);
}

function printCalibration(print: BenchOutput['print'], name: string, { count, accuracy, expectedError, bins }: Calibration): void {
  print(`analogies: ${name}: ${percent(accuracy)} % of ${count} right, expected calibration error ${expectedError.toFixed(4)} (goal: 0.05)`);
  print(`analogies: stated / true, by tenths: ${bins.map((bin) => `${bin.stated.toFixed(2)} / ${bin.true.toFixed(2)} (${bin.count})`).join(', ')}`);
}
