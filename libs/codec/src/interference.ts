import type { Hypervector } from '@sigmalang/vector';
import type { DigitBeliefs } from './digit-beliefs';
import type { CleanUpModel } from './digit-cleanup';
import { foldWeights, unfoldValues } from './digit-folding';
import type { SequenceCodebook } from './sequence-codebook';
import { DigitSum } from './sequence-encoder';
import { WALSH_SIZE } from './walsh-hadamard';

const { abs, exp, log, max, min, sqrt } = Math;

const MIN_FLIP_RATE = 1e-4;
/** Variance that one wrong digit among the settled ones leaves in each sum: 2 off in half of the bits. */
const MIN_VARIANCE = 2;

/**
 * What the beliefs about all digits together say about each observed bit. With s the expected sum of all bound digits and the tie
 * vector (each ±1) at a bit and v its variance, the bit is the sign of a normal variable N(s, v), flipped at rate e; `weights` holds
 * the derivative of the log-likelihood of the observed bit by s. It is largest where s is near zero and falls like exp(-s²/2v):
 * generalised approximate message passing (Rangan 2011) for a sparse superposition code (Joseph and Barron 2012) with one-bit output.
 */
export class Interference {
  /** Estimated rate of flipped bits. */
  flipRate: number;
  readonly #weights: Float64Array;
  readonly #sums: Float64Array;
  readonly #variances = new Float64Array(WALSH_SIZE);
  readonly #curvatures = new Float64Array(WALSH_SIZE);

  /** Takes the observed segment, its codebook and the model of the clean-up that gave the first beliefs. */
  constructor(
    private readonly observed: Hypervector,
    private readonly codebook: SequenceCodebook,
    cleanUp: CleanUpModel,
  ) {
    this.flipRate = cleanUp.flipRate;
    this.#weights = new Float64Array(codebook.bits);
    for (let j = 0; j < codebook.bits; j++) this.#weights[j] = cleanUp.weight * this.#observedSign(j);
    this.#sums = new Float64Array(codebook.bits);
  }

  /** Number of bits of the segment. */
  get bits(): number {
    return this.codebook.bits;
  }

  /** Recomputes the weights and the flip rate from the beliefs. */
  measure(beliefs: DigitBeliefs): void {
    const unsettled = beliefs.unsettled();
    this.#sumSettled(beliefs);
    this.#variances.fill(0);
    for (const i of unsettled) {
      const mean = beliefs.mean(i);
      unfoldValues(mean, this.codebook.position(i), this.#sums);
      for (let k = 0; k < WALSH_SIZE; k++) {
        const sign = mean[k] ?? 0;
        this.#variances[k] = (this.#variances[k] ?? 0) + 1 - sign * sign;
      }
    }
    this.#weigh();
  }

  /** Sets `scores` to the values whose Walsh-Hadamard transform is the log-likelihood of each digit at a position. */
  residual(position: number, beliefs: DigitBeliefs, scores: Float64Array): void {
    const mean = beliefs.mean(position);
    for (let k = 0; k < WALSH_SIZE; k++) scores[k] = (this.#curvatures[k] ?? 0) * (mean[k] ?? 0);
    foldWeights(this.#weights, this.codebook.position(position), scores);
  }

  /** Sets the sums to those of the tie vector and of the settled digits alone. */
  #sumSettled(beliefs: DigitBeliefs): void {
    const sum = new DigitSum(this.codebook);
    for (let i = 0; i < beliefs.length; i++) {
      if (beliefs.isSettled(i)) sum.add(beliefs.digits[i] ?? 0, i);
    }
    sum.writeTo(this.#sums);
  }

  /** Weights from sums and variances; the last weights correct the sums for the beliefs' own dependence on each bit (Onsager's term). */
  #weigh(): void {
    this.#curvatures.fill(0);
    const rate = this.flipRate;
    let flips = 0;
    for (let j = 0; j < this.#weights.length; j++) {
      const k = j & (WALSH_SIZE - 1);
      const sign = this.#observedSign(j);
      const variance = this.#variances[k] ?? 0;
      const scale = 1 / sqrt(max(MIN_VARIANCE, variance));
      const sum = sign * ((this.#sums[j] ?? 0) - variance * (this.#weights[j] ?? 0));
      const likelihood = observedLikelihood(sum * scale, rate);
      const here = log(likelihood);
      const above = log(observedLikelihood((sum + 2) * scale, rate));
      const below = log(observedLikelihood((sum - 2) * scale, rate));
      this.#weights[j] = (sign * (above - below)) / 4;
      this.#curvatures[k] = (this.#curvatures[k] ?? 0) + (2 * here - above - below) / 4;
      flips += (rate / (1 - 2 * rate)) * ((1 - rate) / likelihood - 1);
    }
    this.flipRate = min(0.5 - MIN_FLIP_RATE, max(MIN_FLIP_RATE, flips / this.#weights.length));
  }

  #observedSign(j: number): number {
    return 1 - ((((this.observed.words[j >>> 5] ?? 0) >>> (j & 31)) & 1) << 1);
  }
}

/** Probability of the observed sign of a normal variable whose mean lies u deviations on that side, when signs are flipped at a rate. */
function observedLikelihood(u: number, flipRate: number): number {
  return flipRate + (1 - 2 * flipRate) * normalDistribution(u);
}

/** Distribution function of the standard normal; error below 1e-7 (Abramowitz and Stegun 26.2.17). */
function normalDistribution(u: number): number {
  const t = 1 / (1 + 0.2316419 * abs(u));
  const density = exp(-0.5 * u * u) * 0.3989422804014327;
  const tail =
    density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return u >= 0 ? 1 - tail : tail;
}
