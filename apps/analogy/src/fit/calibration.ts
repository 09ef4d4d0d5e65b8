/** How a stated probability compares with what came true. */
export interface Calibration {
  /** Answers measured. */
  readonly count: number;
  /** Share that came true. */
  readonly accuracy: number;
  /** Expected calibration error over ten equal bins (Naeini et al. 2015; Guo et al. 2017), 0 to 1. */
  readonly expectedError: number;
  /** Of each bin: answers, their mean probability, the share that came true. */
  readonly bins: readonly { readonly count: number; readonly stated: number; readonly true: number }[];
}

const BINS = 10;

/** Compares probabilities, 0 to 1, with what came true. */
export function calibrationOf(outcomes: readonly { readonly confidence: number; readonly isRight: boolean }[]): Calibration {
  const sums = Array.from({ length: BINS }, () => ({ count: 0, stated: 0, right: 0 }));
  for (const { confidence, isRight } of outcomes) {
    const bin = sums[Math.min(BINS - 1, Math.floor(confidence * BINS))];
    if (!bin) continue;
    bin.count++;
    bin.stated += confidence;
    bin.right += isRight ? 1 : 0;
  }
  const count = Math.max(1, outcomes.length);
  return {
    count: outcomes.length,
    accuracy: outcomes.filter(({ isRight }) => isRight).length / count,
    expectedError: sums.reduce((sum, { stated, right }) => sum + Math.abs(stated - right), 0) / count,
    bins: sums.map((bin) => ({ count: bin.count, stated: bin.stated / Math.max(1, bin.count), true: bin.right / Math.max(1, bin.count) })),
  };
}
