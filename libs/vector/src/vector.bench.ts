import { bundle, hammingDistance, permute } from './algebra';
import { symbolVector } from './symbol-vector';
import { plainKernels } from './plain-kernels';
import { SeededGenerator } from './seeded-generator';
import { SignProjection, cosineFromHamming } from './sign-projection';
import { activeKernels, type VectorKernels } from './vector-kernels';
import { WasmKernels } from './wasm-kernels';

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

/** Milliseconds of an action with the plain and with the active kernels. */
function withBoth(action: (kernels: VectorKernels) => void, calls: number): { plain: number; active: number } {
  return {
    active: millisecondsOf(() => { action(activeKernels); }, calls),
    plain: millisecondsOf(() => { action(plainKernels); }, Math.ceil(calls / 5)),
  };
}

/** Random bytes in the memory of the kernels. */
function randomRoom(bytes: number): Uint8Array<ArrayBuffer> {
  const room = activeKernels.allocate(bytes);
  const generator = new SeededGenerator('bench:room');
  const words = new Uint32Array(room.buffer, room.byteOffset, bytes / 4);
  for (let w = 0; w < words.length; w++) words[w] = generator.nextUint32();
  return room;
}

/** The scan of 10,000 vectors of 10,000 bits, beside its twin and beside the mere reading of as many bytes. */
function benchScan(print: BenchOutput['print']): void {
  const [items, words] = [10_000, 313];
  const room = randomRoom(items * words * 4 + 48);
  const table = new Uint32Array(room.buffer, room.byteOffset, items * words);
  const query = table.slice(0, words);
  const distances = new Uint32Array(items);
  const { plain, active } = withBoth((kernels) => { kernels.hammingToMany(query, table, distances); }, 20);
  print(`vector: hamming of 1 against 10,000: ${active.toFixed(3)} ms, ${(plain / active).toFixed(1)} times the plain twin (goal: 5)`);
  if (activeKernels instanceof WasmKernels) {
    const kernels = activeKernels;
    const read = millisecondsOf(() => { kernels.readThrough(room); }, 20);
    print(`vector: that is ${(read / active).toFixed(2)} of the speed at which 128-bit loads read as many bytes (goal: 0.35)`);
  }
  const zeros = Buffer.alloc(table.byteLength);
  const searched = millisecondsOf(() => zeros.indexOf(1), 20);
  print(`vector: and ${(searched / active).toFixed(2)} of the speed of memchr with wider loads`);
  const elsewhere = table.slice();
  const copied = millisecondsOf(() => { activeKernels.hammingToMany(query, elsewhere, distances); }, 20);
  print(`vector: the same over a table that has to be copied first: ${copied.toFixed(3)} ms`);
  activeKernels.release(room);
}

/** Each other kernel beside its twin, on vectors as callers have them, which are copied, and on tables in place. */
function benchTwins(print: BenchOutput['print']): void {
  const vectors = Array.from({ length: 64 }, (_, i) => symbolVector(`v${i}`, 10_000).words);
  const [first = new Uint32Array(), second = new Uint32Array()] = vectors;
  const target = new Uint32Array(first.length);
  const room = randomRoom(10_000 * 256);
  const bytes = new Int8Array(room.buffer, room.byteOffset, 10_000 * 256);
  const byteQuery = bytes.slice(0, 256);
  const shortRoom = randomRoom(4 * 50_000 + 10_000 * 100);
  const factors = new Float32Array(shortRoom.buffer, shortRoom.byteOffset, 10_000).fill(0.5);
  const scaled = new Float32Array(shortRoom.buffer, shortRoom.byteOffset + 4 * 10_000, 40_000);
  const shortRows = new Int8Array(shortRoom.buffer, shortRoom.byteOffset + 4 * 50_000, 10_000 * 100);
  const shortQueries = [0, 1, 2, 3].map((row) => shortRows.slice(100 * row, 100 * (row + 1)));
  const [shortQuery = new Int8Array(100)] = shortQueries;
  const floats = new Float32Array(room.buffer, room.byteOffset, 2500 * 256).fill(0.5);
  const floatQuery = floats.slice(0, 256);
  const [products, sums] = [new Int32Array(10_000), new Float32Array(2500)];
  const values = Uint32Array.from(products.keys(), (i) => (i * 7919) % 10_007);
  const rows: [string, number, (kernels: VectorKernels) => void][] = [
    ['bundle of 64 (goal: 3)', 500, (kernels) => { kernels.majority(vectors, first, target); }],
    ['int8 dot of 1 against 10,000 of 256 (goal: 8)', 20, (kernels) => { kernels.dotInt8ToMany(byteQuery, bytes, products); }],
    ['float32 dot of 1 against 2,500 of 256', 20, (kernels) => { kernels.dotFloat32ToMany(floatQuery, floats, sums); }],
    ['int8 dot of 1 against 10,000 of 100', 50, (kernels) => { kernels.dotInt8ToMany(shortQuery, shortRows, products); }],
    ['scaled int8 dot of 4 against 10,000 of 100', 20, (kernels) => { kernels.dotInt8sToMany(shortQueries, shortRows, factors, scaled); }],
    ['84 largest of 40,000', 500, (kernels) => kernels.largest(scaled, 84)],
    ['bind', 5000, (kernels) => { kernels.xor(first, second, target); }],
    ['hamming of two', 5000, (kernels) => kernels.hamming(first, second)],
    ['10 smallest of 10,000', 500, (kernels) => kernels.smallest(values, 10)],
  ];
  for (const [name, calls, action] of rows) {
    const { plain, active } = withBoth(action, calls);
    print(`vector: ${name}: ${active.toFixed(4)} ms, ${(plain / active).toFixed(1)} times the plain twin`);
  }
  activeKernels.release(shortRoom);
  activeKernels.release(room);
}

/** Prints the speed of the hot loops and the error of the sign projection; repeat with the workspace's benchmark runner. */
export default function benchVector({ print }: BenchOutput): Promise<void> {
  print(`vector: kernels ${activeKernels.name}, 10,000 dimensions`);
  benchScan(print);
  benchTwins(print);
  const dimensions = 10_000;
  const vectors = Array.from({ length: 192 }, (_, i) => symbolVector(`v${i}`, dimensions));
  const [first = symbolVector('a', dimensions)] = vectors;
  const projection = new SignProjection(256, 2048);
  const embedding = Float32Array.from({ length: 256 }, (_, i) => Math.sin(i));
  const rows: [string, number, () => void][] = [
    ['symbol vector', 1000, () => symbolVector('symbol', dimensions)],
    ['permute', 1000, () => permute(first, 777)],
    ['bundle of 192', 100, () => bundle(vectors)],
    ['projection 256 → 2,048', 100, () => projection.project(embedding)],
    ['projection 256 → 2,048 built', 1, () => new SignProjection(256, 2048)],
  ];
  for (const [name, calls, action] of rows) print(`vector: ${name}: ${millisecondsOf(action, calls).toFixed(4)} ms`);
  const { measured, independent } = angleError(new SignProjection(100, 2048));
  print(`vector: angle error ${measured.toFixed(5)} pi (independent directions: ${independent.toFixed(5)} pi)`);
  return Promise.resolve();
}
