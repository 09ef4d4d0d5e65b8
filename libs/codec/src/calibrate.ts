// Reads many disturbed chunks and writes confidence-table.ts: npm run calibrate -- [trials]
import { writeFileSync } from 'node:fs';
import { type ConfidenceBin, binsOf, expectedCalibrationError, mixedTrials } from './calibration';
import { computedConfidence, logOdds } from './sequence-confidence';

const TABLE = 'libs/codec/src/confidence-table.ts';
const EDGES = [1e-6, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97, 0.99, 0.999, 0.9999];

/** Share of right readings of a bin, a right and a wrong one counted half each in advance, so that none is certain. */
function smoothedShare({ count, right }: ConfidenceBin): number {
  return (count * right + 0.5) / (count + 1);
}

/** Bins whose shares ascend: neighbours that do not are pooled (pool adjacent violators: Ayer et al. 1955). */
function ascending(bins: readonly ConfidenceBin[]): ConfidenceBin[] {
  const pooled: ConfidenceBin[] = [];
  for (const bin of bins) {
    let next = bin;
    for (let last = pooled.at(-1); last && smoothedShare(last) >= smoothedShare(next); last = pooled.at(-1)) {
      pooled.pop();
      const count = last.count + next.count;
      const mean = (a: number, b: number): number => (last.count * a + next.count * b) / count;
      next = { count, claimed: mean(last.claimed, next.claimed), right: mean(last.right, next.right) };
    }
    pooled.push(next);
  }
  return pooled;
}

function run(trials: number): void {
  const claims = [];
  for (const { decoded, observation, isRight } of mixedTrials(trials, 0.5, 'table')) {
    if (!decoded.isCertified) claims.push({ confidence: computedConfidence(decoded, observation.knownBits), isRight });
  }
  const bins = ascending(binsOf(claims, EDGES));
  const rows = bins.map((bin) => `  [${logOdds(bin.claimed).toFixed(3)}, ${logOdds(smoothedShare(bin)).toFixed(3)}], // ${bin.count} readings, ${bin.right.toFixed(4)} right`);
  writeFileSync(
    TABLE,
    `/**
 * Share of right readings by the confidence that the decoder computes: pairs of log-odds, ascending, written by \`npm run calibrate\` from
 * ${claims.length} readings of disturbed chunks that were not certified.
 */
export const CONFIDENCE_TABLE: readonly (readonly [computed: number, measured: number])[] = [
${rows.join('\n')}
];
`,
  );
  process.stdout.write(`${TABLE}: ${bins.length} bins of ${claims.length} readings; computed confidence off by ${expectedCalibrationError(claims).toFixed(4)}\n`);
}

run(Number(process.argv[2] ?? 40_000));
