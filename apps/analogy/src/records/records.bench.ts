import { STRUCTURED_METHODS, type StructuredMethod } from '@sigmalang/contracts';
import { askAtRandom, calibrationError, intervalOf, meanOf, type QuestionKind, type Trial, VOCABULARY } from './recall-trials';

/** Where a benchmark writes what it measured. */
export interface BenchOutput {
  readonly print: (line: string) => void;
}

const QUESTIONS = 2_000;
const UNANSWERABLE = 400;

function inPercent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** One line: how often questions about records of so many pairs are answered rightly, beside what theory says. */
function measure(print: BenchOutput['print'], pairs: number, dimensions: number, method: StructuredMethod): Trial[] {
  const started = performance.now();
  const trials = askAtRandom(`bench/${pairs}`, QUESTIONS, { pairs, dimensions, method });
  const ms = (performance.now() - started) / QUESTIONS;
  const right = meanOf(trials.map((trial) => Number(trial.right)));
  const wrong = meanOf(trials.map((trial) => Number(trial.answered && !trial.right)));
  const unanswered = meanOf(trials.map((trial) => Number(!trial.answered)));
  const theory = meanOf(trials.map(({ accuracy }) => accuracy));
  print(
    `records: ${dimensions} dimensions, ${method}, ${pairs} pairs: right ${inPercent(right)} ± ${inPercent(intervalOf(right, QUESTIONS))}` +
      ` (theory ${inPercent(theory)}), wrong ${inPercent(wrong)}, null ${inPercent(unanswered)}, ${ms.toFixed(2)} ms`,
  );
  return trials;
}

/** How often something is answered that has no answer, beside the most that theory allows. */
function measureFalseAlarms(print: BenchOutput['print'], dimensions: number, method: StructuredMethod, kind: QuestionKind): Trial[] {
  const trials = [2, 5, 10, 20].flatMap((pairs) => askAtRandom(`bench/${kind}/${pairs}`, UNANSWERABLE, { pairs, dimensions, method, kind }));
  const answered = meanOf(trials.map((trial) => Number(trial.answered)));
  const stated = meanOf(trials.map(({ falseAlarm }) => falseAlarm));
  print(
    `records: ${dimensions} dimensions, ${method}, ${kind}: answered ${inPercent(answered)} ± ${inPercent(intervalOf(answered, trials.length))}` +
      ` of ${trials.length} (stated of the last step ${inPercent(stated)})`,
  );
  return trials;
}

/** Prints how well structured analogies are answered, beside theory, and how well the confidence is calibrated. */
export default function benchRecords({ print }: BenchOutput): Promise<void> {
  print(`records: ${QUESTIONS} random questions a line, fillers of both records drawn from ${VOCABULARY} names, 95 % intervals`);
  for (const dimensions of [10_000, 1_024]) {
    for (const method of STRUCTURED_METHODS) {
      const sizes = Array.from({ length: 19 }, (_size, i) => i + 2);
      const trials = sizes.flatMap((pairs) => measure(print, pairs, dimensions, method));
      const without = (['unknown filler', 'missing role'] as const).flatMap((kind) => measureFalseAlarms(print, dimensions, method, kind));
      print(`records: ${dimensions} dimensions, ${method}: ECE of the confidence ${calibrationError(trials).toFixed(4)}, with the unanswerable ${calibrationError([...trials, ...without]).toFixed(4)}`);
    }
  }
  return Promise.resolve();
}
