import { type Hypervector, activeKernels } from '@sigmalang/vector';
import type { DecoderWorkspace } from './decoder-workspace';
import type { Observation } from './observation';

const { abs, exp, log, log2, max, min } = Math;

const MIN_FLIP_RATE = 1e-4;
const MAX_FLIP_RATE = 0.5 - MIN_FLIP_RATE;

/**
 * The binary symmetric channels through which the copies of a segment came, each with a flip rate of its own. Together they make of each
 * readable bit a sign, and the rate at which that sign is wrong, from the sum of the copies' log-odds.
 */
export class NoisyChannel {
  /** Signs of each copy's bits: +1 for a bit of 0, -1 for a bit of 1, 0 for an erased one. */
  readonly copies: readonly Int8Array[];
  readonly #flipRates: number[];

  constructor(
    private readonly observation: Observation,
    private readonly workspace: DecoderWorkspace,
  ) {
    this.copies = observation.copies.map((copy) => signsOf(copy, observation.readable));
    this.#flipRates = this.copies.map(() => MAX_FLIP_RATE);
  }

  /** Estimated rate of flipped bits of each copy. */
  get flipRates(): readonly number[] {
    return this.#flipRates;
  }

  /** A flip rate kept from 0.0001 to 0.4999. */
  readonly bounded = (rate: number): number => min(MAX_FLIP_RATE, max(MIN_FLIP_RATE, rate));

  /** Sets the flip rates of the copies, each kept within its bounds, and with them signs and rates of all bits in the workspace. */
  setFlipRates(rates: readonly number[]): void {
    rates.forEach((rate, copy) => (this.#flipRates[copy] = this.bounded(rate)));
    if (this.copies.length === 1) this.#takeCopy();
    else this.#combineCopies();
  }

  /** Estimates the flip rates anew, from the probability of each combined sign to be wrong. */
  updateFlipRates(): void {
    const readable = max(1, this.observation.readableBits);
    this.setFlipRates(this.copies.map((copy) => this.#flipped(copy) / readable));
  }

  /** How many bits of information get through (Shannon 1948). */
  capacity(): number {
    const [rate = 0.5] = this.#flipRates;
    if (this.copies.length === 1) return this.observation.readableBits * capacityAt(rate);
    return this.workspace.rates.reduce((sum, ofBit) => sum + capacityAt(ofBit), 0);
  }

  /** Of one copy the signs, and its flip rate where there is one. */
  #takeCopy(): void {
    const [copy = new Int8Array()] = this.copies;
    const [rate = 0.5] = this.#flipRates;
    const { signs, rates } = this.workspace;
    signs.set(copy);
    if (this.observation.readableBits === copy.length) rates.fill(rate, 0, copy.length);
    else for (let j = 0; j < copy.length; j++) rates[j] = copy[j] === 0 ? 0.5 : rate;
  }

  /** Of several copies the sign of the sum of their log-odds, and the rate at which it is wrong. */
  #combineCopies(): void {
    const odds = this.#flipRates.map((rate) => log((1 - rate) / rate));
    const { signs, rates } = this.workspace;
    for (let j = 0; j < this.observation.known.dimensions; j++) {
      let sum = 0;
      for (let c = 0; c < this.copies.length; c++) sum += (odds[c] ?? 0) * (this.copies[c]?.[j] ?? 0);
      signs[j] = Math.sign(sum);
      rates[j] = max(MIN_FLIP_RATE, 1 / (1 + exp(abs(sum)))); // copies may share their flips, however many agree
    }
  }

  /** Expected number of flipped bits of a copy. */
  #flipped(copy: Int8Array): number {
    const { signs, flips, total, ones } = this.workspace;
    if (this.copies.length === 1) {
      activeKernels.dotFloat32ToMany(flips, ones, total);
      return total[0] ?? 0;
    }
    let flipped = 0;
    for (let j = 0; j < copy.length; j++) {
      const sign = copy[j] ?? 0;
      const flip = signs[j] === 0 ? 0.5 : (flips[j] ?? 0);
      if (sign !== 0) flipped += sign === signs[j] ? flip : 1 - flip;
    }
    return flipped;
  }
}

/** Capacity in bits of a binary symmetric channel. */
function capacityAt(rate: number): number {
  if (rate >= 0.5) return 0;
  return rate === 0 ? 1 : 1 + rate * log2(rate) + (1 - rate) * log2(1 - rate);
}

function signsOf({ dimensions, words }: Hypervector, readable: Hypervector): Int8Array {
  const signs = new Int8Array(dimensions);
  for (let j = 0; j < dimensions; j++) {
    const w = j >>> 5;
    const isReadable = ((readable.words[w] ?? 0) >>> (j & 31)) & 1;
    signs[j] = isReadable * (1 - 2 * (((words[w] ?? 0) >>> (j & 31)) & 1));
  }
  return signs;
}
