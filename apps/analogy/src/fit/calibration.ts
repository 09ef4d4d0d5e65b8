/** A probability that was stated, and whether what it was stated of came true. */
export interface Outcome {
  /** 0 to 1. */
  readonly confidence: number;
  readonly isRight: boolean;
  /** How much it counts, 1 unless said. */
  readonly weight?: number;
}

/** How a stated probability compares with what came true. */
export interface Calibration {
  /** Answers measured. */
  readonly count: number;
  /** Share that came true. */
  readonly accuracy: number;
  /** Expected calibration error over ten equal bins (Naeini et al. 2015; Guo et al. 2017), 0 to 1. */
  readonly expectedError: number;
  /** Of each bin: answers (by weight), their mean probability, the share that came true. */
  readonly bins: readonly { readonly count: number; readonly stated: number; readonly true: number }[];
}

const BINS = 10;

/** Compares stated probabilities with what came true; throws RangeError for a probability that is none. */
export function calibrationOf(outcomes: readonly Outcome[]): Calibration {
  const sums = Array.from({ length: BINS }, () => ({ count: 0, stated: 0, right: 0 }));
  for (const { confidence, isRight, weight = 1 } of outcomes) {
    const bin = sums[Math.min(BINS - 1, Math.floor(confidence * BINS))];
    if (!bin || !Number.isFinite(confidence)) throw new RangeError(`a confidence is a number from 0 to 1, not ${confidence}`);
    bin.count += weight;
    bin.stated += weight * confidence;
    bin.right += isRight ? weight : 0;
  }
  const sumOf = (valueOf: (bin: (typeof sums)[number]) => number): number => sums.reduce((sum, bin) => sum + valueOf(bin), 0);
  const total = sumOf(({ count }) => count) || 1;
  return {
    count: outcomes.length,
    accuracy: sumOf(({ right }) => right) / total,
    expectedError: sumOf(({ stated, right }) => Math.abs(stated - right)) / total,
    bins: sums.map(({ count, stated, right }) => ({ count, stated: stated / (count || 1), true: right / (count || 1) })),
  };
}
