/** A probability that was given and whether it came true. */
export interface Judgement {
  readonly probability: number;
  readonly isRight: boolean;
  /** How much it counts, 1 unless said. */
  readonly weight?: number;
}

/** How good probabilities of a yes or no are. */
export interface JudgementFigures {
  /** How many were judged. */
  readonly count: number;
  /** Expected calibration error over ten bins of equal width (Naeini, Cooper and Hauskrecht 2015). */
  readonly calibrationError: number;
  /** Share where the side of one half is the right one. */
  readonly accuracy: number;
  /** Area under the curve of the receiver operating characteristic: how often a right one is above a wrong one. */
  readonly areaUnderCurve: number;
}

const BINS = 10;

/** Figures of judgements; not a number where there are none of a kind. */
export function judgementFigures(judgements: readonly Judgement[]): JudgementFigures {
  const gaps = new Float64Array(BINS);
  let [total, agreeing] = [0, 0];
  for (const { probability, isRight, weight = 1 } of judgements) {
    const bin = Math.min(BINS - 1, Math.floor(probability * BINS));
    gaps[bin] = (gaps[bin] ?? 0) + weight * (probability - (isRight ? 1 : 0));
    total += weight;
    if (probability >= 0.5 === isRight) agreeing += weight;
  }
  return {
    count: judgements.length,
    calibrationError: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total,
    accuracy: agreeing / total,
    areaUnderCurve: areaUnderCurve(judgements),
  };
}

/** Share of the right ones that are above a wrong one, over all such couples; equal ones count half. */
function areaUnderCurve(judgements: readonly Judgement[]): number {
  const sorted = [...judgements].sort((x, y) => x.probability - y.probability);
  let [rightAll, wrongBelow, above] = [0, 0, 0];
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    let [right, wrong] = [0, 0];
    for (; end < sorted.length && sorted[end]?.probability === sorted[start]?.probability; end++) {
      const { isRight = false, weight = 1 } = sorted[end] ?? {};
      if (isRight) right += weight;
      else wrong += weight;
    }
    above += right * (wrongBelow + wrong / 2);
    rightAll += right;
    wrongBelow += wrong;
  }
  return above / (rightAll * wrongBelow);
}

/** The figures in one line. */
export function textOfFigures({ count, calibrationError, accuracy, areaUnderCurve: area }: JudgementFigures): string {
  return `ECE ${calibrationError.toFixed(3)}, accuracy ${accuracy.toFixed(3)}, area under the curve ${area.toFixed(3)} of ${count}`;
}
