import type { StructuredMethod } from '@sigmalang/contracts';
import { roleFillerRecord, type RoleFillerPair, SeededGenerator } from '@sigmalang/vector';
import { calibrationOf } from '../fit/calibration';
import { answerStructuredAnalogy, type BundledRecord } from './structured-analogy';

/** Names that the fillers of a question's two records are drawn from. */
export const VOCABULARY = 24;

/** What is wrong with a question: nothing, nobody has the filler, or the target has another role in the place of the one it is about. */
export type QuestionKind = 'answerable' | 'unknown filler' | 'missing role';

/** Sizes of random questions. */
export interface TrialSettings {
  readonly pairs: number;
  readonly dimensions: number;
  readonly method: StructuredMethod;
  readonly kind?: QuestionKind;
}

/** How a random question was answered. */
export interface Trial {
  /** Whether it was answered at all. */
  readonly answered: boolean;
  readonly right: boolean;
  readonly confidence: number;
  /** What the answer says that theory expects. */
  readonly accuracy: number;
  readonly falseAlarm: number;
}

/** One question: two records with the same roles, and fillers drawn from the same names, some of which may be in both. */
interface Question {
  readonly source: BundledRecord;
  readonly target: BundledRecord;
  readonly filler: string;
  readonly right: string | null;
}

/**
 * Asks random questions, each with names, and so vectors, of its own; those of one `label` are always the same, whatever the method.
 */
export function askAtRandom(label: string, count: number, settings: TrialSettings): Trial[] {
  const generator = new SeededGenerator(label);
  return Array.from({ length: count }, (_trial, trial) => {
    const { source, target, filler, right } = questionOf(`${label}/${trial}`, generator, settings);
    const { answer, confidence, expected } = answerStructuredAnalogy(source, target, filler, { method: settings.method, topK: 1 });
    const { accuracy, falseAlarm } = expected;
    return { answered: answer !== null, right: answer === right, confidence, accuracy, falseAlarm };
  });
}

function questionOf(prefix: string, generator: SeededGenerator, { pairs, dimensions, kind = 'answerable' }: TrialSettings): Question {
  const roles = Array.from({ length: pairs }, (_role, i) => `${prefix}/role ${i}`);
  const draw = (): RoleFillerPair[] => {
    const fillers = shuffled(Array.from({ length: VOCABULARY }, (_name, i) => `${prefix}/${i}`), generator);
    return shuffled(roles, generator).map((role, i) => ({ role, filler: fillers[i] ?? '' }));
  };
  const [source, whole] = [draw(), draw()];
  const asked = source[0] ?? { role: '', filler: '' };
  const target = whole.map((pair) => (kind === 'missing role' && pair.role === asked.role ? { ...pair, role: `${prefix}/another role` } : pair));
  const bundled = (record: readonly RoleFillerPair[]) => ({ pairs: record, vector: roleFillerRecord(record, dimensions) });
  return {
    source: bundled(source),
    target: bundled(target),
    filler: kind === 'unknown filler' ? `${prefix}/nobody` : asked.filler,
    right: kind === 'answerable' ? (target.find(({ role }) => role === asked.role)?.filler ?? null) : null,
  };
}

function shuffled<Item>(items: readonly Item[], generator: SeededGenerator): Item[] {
  return items
    .map((item) => ({ item, key: generator.nextUint32() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Mean of some numbers. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Half of the 95 % interval of a share that was measured of `count`, by Wilson's formula. */
export function intervalOf(share: number, count: number): number {
  const z = 1.96;
  return (z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))) / (1 + (z * z) / count);
}

/** Expected calibration error of the confidence of what was answered. */
export function calibrationError(trials: readonly Trial[]): number {
  const answered = trials.filter((trial) => trial.answered);
  return calibrationOf(answered.map(({ confidence, right }) => ({ confidence, isRight: right }))).expectedError;
}
