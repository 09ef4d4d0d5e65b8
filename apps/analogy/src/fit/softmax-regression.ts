/** One choice among options: a row of features an option, and which option is right. */
export interface Choice {
  readonly options: readonly Float64Array[];
  readonly right: number;
  /** How much the choice counts, 1 unless said. */
  readonly weight?: number;
}

/** Probability of each option: exp(w · x) over the sum of all. */
export function softmax(options: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const scores = Float64Array.from(options, (features) => scoreOf(features, weights));
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  let total = 0;
  for (let i = 0; i < scores.length; i++) total += scores[i] = Math.exp((scores[i] ?? 0) - largest);
  return scores.map((value) => value / total);
}

/** w · x. */
export function scoreOf(features: Float64Array, weights: readonly number[]): number {
  let score = 0;
  for (let i = 0; i < features.length; i++) score += (features[i] ?? 0) * (weights[i] ?? 0);
  return score;
}

const MOST_STEPS = 60;
const SMALLEST_GAIN = 1e-6;

/**
 * Weights of the conditional logit (McFadden 1974) that make the right options most probable, with a ridge: maximises the mean log
 * probability minus ridge |w|²/2, by Newton's method with step halving. Deterministic.
 */
export function fitSoftmax(choices: readonly Choice[], features: number, ridge: number): { weights: number[]; loss: number } {
  let weights = new Array<number>(features).fill(0);
  let { loss, gradient, hessian } = derivatives(choices, weights, ridge);
  for (let step = 0; step < MOST_STEPS; step++) {
    const direction = solve(hessian, gradient, features);
    let size = 1;
    let next = weights;
    let found = { loss, gradient, hessian };
    for (; size > 1e-4; size /= 2) {
      next = weights.map((weight, i) => weight - size * (direction[i] ?? 0));
      if (lossOf(choices, next, ridge) < loss) break;
    }
    if (size <= 1e-4) break;
    found = derivatives(choices, next, ridge);
    const gain = loss - found.loss;
    [weights, { loss, gradient, hessian }] = [next, found];
    if (gain < SMALLEST_GAIN) break;
  }
  return { weights, loss };
}

function lossOf(choices: readonly Choice[], weights: readonly number[], ridge: number): number {
  let [sum, total] = [0, 0];
  for (const { options, right, weight = 1 } of choices) {
    sum -= weight * Math.log(Math.max(1e-300, softmax(options, weights)[right] ?? 0));
    total += weight;
  }
  return sum / total + (ridge / 2) * weights.reduce((squares, w) => squares + w * w, 0);
}

function derivatives(choices: readonly Choice[], weights: readonly number[], ridge: number): { loss: number; gradient: Float64Array; hessian: Float64Array } {
  const n = weights.length;
  const gradient = new Float64Array(n);
  const hessian = new Float64Array(n * n);
  const expected = new Float64Array(n);
  let [loss, total] = [0, 0];
  for (const { options, right, weight = 1 } of choices) {
    const probabilities = softmax(options, weights);
    loss -= weight * Math.log(Math.max(1e-300, probabilities[right] ?? 0));
    total += weight;
    expected.fill(0);
    options.forEach((x, o) => {
      const p = probabilities[o] ?? 0;
      if (p < 1e-7) return;
      for (let i = 0; i < n; i++) {
        const xi = (x[i] ?? 0) * p;
        expected[i] = (expected[i] ?? 0) + xi;
        if (xi !== 0) for (let j = 0; j <= i; j++) hessian[i * n + j] = (hessian[i * n + j] ?? 0) + weight * xi * (x[j] ?? 0);
      }
    });
    const chosen = options[right];
    for (let i = 0; i < n; i++) {
      gradient[i] = (gradient[i] ?? 0) + weight * ((expected[i] ?? 0) - (chosen?.[i] ?? 0));
      for (let j = 0; j <= i; j++) hessian[i * n + j] = (hessian[i * n + j] ?? 0) - weight * (expected[i] ?? 0) * (expected[j] ?? 0);
    }
  }
  for (let i = 0; i < n; i++) {
    gradient[i] = (gradient[i] ?? 0) / total + ridge * (weights[i] ?? 0);
    for (let j = 0; j <= i; j++) hessian[i * n + j] = hessian[j * n + i] = (hessian[i * n + j] ?? 0) / total + (i === j ? ridge : 0);
  }
  return { loss: loss / total + (ridge / 2) * weights.reduce((squares, w) => squares + w * w, 0), gradient, hessian };
}

/** x with matrix · x = right, for a symmetric positive definite matrix, by Cholesky's factors. */
function solve(matrix: Float64Array, right: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  const at = (row: number, column: number): number => lower[row * n + column] ?? 0;
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * n + column] ?? 0;
      for (let k = 0; k < column; k++) sum -= at(row, k) * at(column, k);
      lower[row * n + column] = row === column ? Math.sqrt(Math.max(sum, 1e-12)) : sum / at(column, column);
    }
  }
  const x = Float64Array.from(right);
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < row; k++) x[row] = (x[row] ?? 0) - at(row, k) * (x[k] ?? 0);
    x[row] = (x[row] ?? 0) / at(row, row);
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) x[row] = (x[row] ?? 0) - at(k, row) * (x[k] ?? 0);
    x[row] = (x[row] ?? 0) / at(row, row);
  }
  return x;
}
