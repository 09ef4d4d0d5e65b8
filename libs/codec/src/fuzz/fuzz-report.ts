import type { FuzzFailure } from './fuzz-target';
import { type FuzzOutcome, RESIDENT_BYTES } from './fuzz-watch';

/** What a run did, line by line. */
export function reportLines({ failure, counts, seconds, callLimit, warmBytes, peakBytes }: FuzzOutcome): string[] {
  const lines: string[] = [];
  if (counts) {
    const cases = sumOf(counts.cases);
    lines.push(
      `fuzz: ${cases} cases in ${seconds.toFixed(1)} s, ${(cases / seconds).toFixed(0)} a second: ${listOf(counts.cases)}`,
      `fuzz: ${sumOf(counts.refused)} refused: ${listOf(counts.refused)}`,
      `fuzz: ${counts.decoded} decoded, ${counts.certified} certified; of these ${counts.certifiedOtherwiseTokenized} whose text has other tokens of its own`,
      `fuzz: slowest call ${counts.slowestCall.toFixed(0)} ms, at most ${callLimit.toFixed(0)} allowed`,
    );
  }
  lines.push(`fuzz: peak memory ${megabytes(peakBytes)}, ${megabytes(warmBytes)} when warm and at most ${megabytes(RESIDENT_BYTES)} more allowed`);
  return failure ? [...lines, ...failureLines(failure)] : lines;
}

function failureLines({ target, seed, path, message, counterexample }: FuzzFailure): string[] {
  const repeat = path === '' ? 'the same --seed' : `npm run fuzz -- --target=${target} --seed=${seed} --path=${path}`;
  return [`fuzz: FAILED in ${target}: ${message}`, `fuzz: smallest case: ${counterexample}`, `fuzz: repeat with: ${repeat}`];
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return Array.from(counts.values()).reduce((sum, count) => sum + count, 0);
}

function listOf(counts: ReadonlyMap<string, number>): string {
  return Array.from(counts).sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`).join(', ');
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
