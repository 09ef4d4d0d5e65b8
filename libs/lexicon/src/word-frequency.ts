/** Mandelbrot's shift of the rank in Zipf's law (An informational theory of the statistical structure of language, 1953). */
const RANK_SHIFT = 2.7;

/** SIF's smoothing `a`: a word of this probability gets half weight (Arora, Liang and Ma, ICLR 2017). */
const SMOOTHING = 2e-4;

/** How common the words of a list in frequency order are, learnt from nothing but their rank. */
export class WordFrequency {
  private readonly total: number;

  /** `size`: words in the list, at least 1. */
  constructor(size: number) {
    let total = 0;
    for (let index = size - 1; index >= 0; index--) total += 1 / (index + 1 + RANK_SHIFT);
    this.total = total;
  }

  /** Share of running text that is the word at `index` (0 is the commonest): Zipf-Mandelbrot 1 / (rank + 2.7), sums to 1. */
  probability(index: number): number {
    return 1 / ((index + 1 + RANK_SHIFT) * this.total);
  }

  /** Smooth inverse frequency a / (a + p), from near 0 for the commonest word to near 1 for rare ones. */
  weight(index: number): number {
    return SMOOTHING / (SMOOTHING + this.probability(index));
  }
}
