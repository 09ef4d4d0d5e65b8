import { bundle, hammingDistance, permute } from './algebra';
import { symbolVector } from './symbol-vector';
import { ItemMemory } from './item-memory';
import { SeededGenerator } from './seeded-generator';
import { SignProjection, cosineFromHamming } from './sign-projection';
import { activeKernels } from './vector-kernels';

/** Where a benchmark writes what it measured. */
export interface BenchOutput {
  readonly print: (line: string) => void;
}

/** Milliseconds a call of `action`, the best of five runs of `calls` calls. */
function millisecondsOf(action: () => void, calls: number): number {
  let best = Infinity;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    for (let call = 0; call < calls; call++) action();
    best = Math.min(best, (performance.now() - start) / calls);
  }
  return best;
}

/** Root mean square error of the angle (in turns of pi) estimated from 2,048 bits, over pairs of 100-dimensional vectors. */
function angleError(projection: SignProjection): { measured: number; independent: number } {
  const generator = new SeededGenerator('bench:angles');
  const draw = (): Float32Array => Float32Array.from({ length: 100 }, () => generator.nextGaussian());
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  let [squares, variance] = [0, 0];
  for (let pair = 0; pair < 300; pair++) {
    const a = draw();
    const share = (pair % 10) / 10;
    const b = draw().map((value, i) => share * (a[i] ?? 0) + (1 - share) * value);
    const angle = Math.acos(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))) / Math.PI;
    const estimate = Math.acos(cosineFromHamming(hammingDistance(projection.project(a), projection.project(b)), 2048));
    squares += (estimate / Math.PI - angle) ** 2;
    variance += (angle * (1 - angle)) / 2048;
  }
  return { measured: Math.sqrt(squares / 300), independent: Math.sqrt(variance / 300) };
}

/** Prints the speed of the hot loops and the error of the sign projection; repeat with the workspace's benchmark runner. */
export default function benchVector({ print }: BenchOutput): Promise<void> {
  const dimensions = 10_000;
  const vectors = Array.from({ length: 192 }, (_, i) => symbolVector(`v${i}`, dimensions));
  const [first = symbolVector('a', dimensions), second = symbolVector('b', dimensions)] = vectors;
  const memory = new ItemMemory(dimensions);
  for (let i = 0; i < 1000; i++) memory.add(`item-${i}`);
  print(`vector: kernels ${activeKernels.name}, ${dimensions} dimensions`);
  const rows: [string, number, () => void][] = [
    ['symbol vector', 1000, () => symbolVector('symbol', dimensions)],
    ['permute', 1000, () => permute(first, 777)],
    ['hamming distance', 1000, () => hammingDistance(first, second)],
    ['bundle of 192', 100, () => bundle(vectors)],
    ['nearest of 1,000', 20, () => memory.nearest(first, 10)],
    ['projection 100 → 2,048 built', 1, () => new SignProjection(100, 2048)],
    ['projection 384 → 2,048 built', 1, () => new SignProjection(384, 2048)],
  ];
  for (const [name, calls, action] of rows) print(`vector: ${name}: ${millisecondsOf(action, calls).toFixed(4)} ms`);
  const { measured, independent } = angleError(new SignProjection(100, 2048));
  print(`vector: angle error ${measured.toFixed(5)} pi (independent directions: ${independent.toFixed(5)} pi)`);
  return Promise.resolve();
}
