import { calibrationOf, type Outcome } from './calibration';

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

/** Figures of judgements; not a number where there are none of a kind. */
export function judgementFigures(judgements: readonly Outcome[]): JudgementFigures {
  const sides = judgements.map(({ confidence, isRight, weight = 1 }) => ({ confidence, isRight: confidence >= 0.5 === isRight, weight }));
  return {
    count: judgements.length,
    calibrationError: calibrationOf(judgements).expectedError,
    accuracy: calibrationOf(sides).accuracy,
    areaUnderCurve: areaUnderCurve(judgements),
  };
}

/** Share of the right ones that are above a wrong one, over all such couples; equal ones count half. */
function areaUnderCurve(judgements: readonly Outcome[]): number {
  const sorted = [...judgements].sort((x, y) => x.confidence - y.confidence);
  let [rightAll, wrongBelow, above] = [0, 0, 0];
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    let [right, wrong] = [0, 0];
    for (; end < sorted.length && sorted[end]?.confidence === sorted[start]?.confidence; end++) {
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
