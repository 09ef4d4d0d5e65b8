import { FLAG_NAMES, type FlagName } from '@sigmalang/contracts';
import { createHash } from 'node:crypto';
import { parse as parseYaml } from 'yaml';

/** For whom a flag is on. */
export interface FlagRule {
  /** Whether it is on at all. */
  readonly on: boolean;
  /** For how many callers in a hundred, 0 to 100. */
  readonly percent: number;
  /** Subjects it is on for beside those. */
  readonly subjects: readonly string[];
  /** Subjects it is on for in no case. */
  readonly exceptSubjects: readonly string[];
}

/** What a file of flags says. */
export interface FlagRules {
  readonly rules: ReadonlyMap<FlagName, FlagRule>;
  /** Names that no flag has. */
  readonly unknown: readonly string[];
}

/** Why a file of flags cannot be used, without a word of what stands in it but names of flags. */
export class FlagFileError extends Error {
  override readonly name = 'FlagFileError';
}

const FIELDS: readonly string[] = ['on', 'percent', 'subjects', 'exceptSubjects'] satisfies (keyof FlagRule)[];
const MOST_SUBJECTS = 10_000;

/** What a file of flags says: YAML or JSON, for each flag `true`, `false` or a rule; throws a {@link FlagFileError} when it is malformed. */
export function parseFlagRules(text: string): FlagRules {
  const content = parse(text) ?? {};
  if (typeof content !== 'object' || Array.isArray(content)) throw new FlagFileError('It must hold flags by name');
  const rules = new Map<FlagName, FlagRule>();
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(content)) {
    const flag = FLAG_NAMES.find((each) => each === name);
    if (flag === undefined) unknown.push(name);
    else rules.set(flag, toRule(flag, value));
  }
  return { rules, unknown };
}

/** A rule by which a flag is on for all, or for nobody. */
export function ruleOfAll(on: boolean): FlagRule {
  return { on, percent: 100, subjects: [], exceptSubjects: [] };
}

/**
 * Whether a flag is on for a caller. Of two percentages the greater one takes in all callers of the less; who is nobody belongs only to
 * those of 100.
 */
export function isOnFor(flag: FlagName, { on, percent, subjects, exceptSubjects }: FlagRule, subject: string | undefined): boolean {
  if (!on) return false;
  if (subject === undefined) return percent === 100;
  if (exceptSubjects.includes(subject)) return false;
  return percent === 100 || subjects.includes(subject) || placeOf(flag, subject) < percent;
}

/** Where a caller stands among all, for a flag: evenly from 0 to 100, less than that. */
export function placeOf(flag: FlagName, subject: string): number {
  const digest = createHash('sha256').update(`${flag}\n${subject}`).digest();
  return (digest.readUIntBE(0, 6) / 2 ** 48) * 100;
}

function parse(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    const [start] = error instanceof Error && 'linePos' in error && Array.isArray(error.linePos) ? (error.linePos as { line: number }[]) : [];
    throw new FlagFileError(start ? `It is malformed at line ${start.line}` : 'It is malformed');
  }
}

function toRule(flag: FlagName, value: unknown): FlagRule {
  if (typeof value === 'boolean') return ruleOfAll(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FlagFileError(`${flag} must be true, false or a rule`);
  const { on, percent = 100, subjects = [], exceptSubjects = [] } = value as Partial<Record<keyof FlagRule, unknown>>;
  if (Object.keys(value).some((field) => !FIELDS.includes(field))) throw new FlagFileError(`${flag} may say ${FIELDS.join(', ')} and nothing else`);
  if (typeof on !== 'boolean') throw new FlagFileError(`${flag}: on must be true or false`);
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) throw new FlagFileError(`${flag}: percent must be a number from 0 to 100`);
  return { on, percent, subjects: toSubjects(flag, 'subjects', subjects), exceptSubjects: toSubjects(flag, 'exceptSubjects', exceptSubjects) };
}

function toSubjects(flag: FlagName, field: keyof FlagRule, value: unknown): string[] {
  const isList = Array.isArray(value) && value.length <= MOST_SUBJECTS && value.every((each): each is string => typeof each === 'string');
  if (!isList) throw new FlagFileError(`${flag}: ${field} must be a list of at most ${MOST_SUBJECTS} texts`);
  return value;
}
