const { abs, exp, sqrt, PI } = Math;

/** From here on the continued fraction of the tail converges faster than the series loses digits. */
const TAIL = 3;

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return exp((-x * x) / 2) / sqrt(2 * PI);
}

/**
 * Probability that a standard normal number is greater than `x`, to about 12 significant digits in the upper tail too: Laplace's continued
 * fraction from 3 on (Abramowitz and Stegun 26.2.14), below that the series x + x^3/3 + x^5/(3 5) + ... (26.2.11).
 */
export function normalUpperTail(x: number): number {
  if (x < 0) return 1 - normalUpperTail(-x);
  if (x >= TAIL) {
    let fraction = x;
    for (let k = 60; k >= 1; k--) fraction = x + k / fraction;
    return normalDensity(x) / fraction;
  }
  let [term, sum] = [x, x];
  for (let k = 3; abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 - normalDensity(x) * sum;
}

/** The number that a standard normal one is greater than with a probability between 0 and 1, by bisection to 1e-12. */
export function normalUpperQuantile(probability: number): number {
  if (probability > 0.5) return -normalUpperQuantile(1 - probability);
  let [low, high] = [0, 40];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (normalUpperTail(middle) > probability) low = middle;
    else high = middle;
  }
  return low;
}
