import { WasmKernels, activeKernels } from '@sigmalang/vector';
import type { ChannelArrays, DigitKernels, PositionRows } from './digit-kernels';
import { KERNELS } from './kernels.gen';
import { WALSH_SIZE, walshWords } from './walsh-functions';

interface KernelExports {
  addDigits(digits: number, chosen: number, count: number, positions: number, codewords: number, bytes: number, rows: number, planes: number): void;
  addRow(row: number, bytes: number, planes: number): void;
  fold(weights: number, position: number, rows: number, bins: number): void;
  majorityOfCounters(plane: number, planes: number, bytes: number, threshold: number, tie: number, target: number): void;
  multiply(a: number, b: number, products: number): void;
  relativeProbabilities(scores: number, limit: number, factor: number, total: number): number;
  scale(a: number, factor: number, products: number): void;
  sumsOfCounters(plane: number, planes: number, bytes: number, added: number, target: number): void;
  unfold(mean: number, position: number, rows: number, sums: number, variances: number): void;
  walshHadamard(values: number): void;
  weigh(signs: number, rates: number, sums: number, variances: number, rows: number, weights: number, curvatures: number, flips: number, room: number): void;
}

/** Most bytes of a position's row. */
const ROW_BYTES = 8192;

/** Most digits of a segment. */
const MAX_DIGITS = 4096;

/** Rows that are bound at once, and planes that count {@link MAX_DIGITS} of them. */
const [ROWS_AT_ONCE, MAX_PLANES] = [16, 13];

/** The kernels in WebAssembly with 128-bit SIMD, in the memory of the vector kernels. */
export class WasmDigitKernels implements DigitKernels {
  readonly name = 'wasm';
  readonly #kernels: KernelExports;
  readonly #lists: Uint16Array;
  readonly #codewords: number;
  readonly #rows: number;
  readonly #planes: Uint8Array;
  readonly #zeros: number;

  constructor(vectorKernels: WasmKernels) {
    const { memory } = vectorKernels;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(KERNELS, 'base64')), { env: { memory } });
    this.#kernels = exports as KernelExports;
    const codewords = walshWords();
    const room = vectorKernels.allocate(codewords.byteLength);
    new Uint32Array(room.buffer, room.byteOffset, codewords.length).set(codewords);
    this.#codewords = room.byteOffset;
    this.#rows = vectorKernels.allocate(ROWS_AT_ONCE * ROW_BYTES).byteOffset;
    this.#planes = vectorKernels.allocate(MAX_PLANES * ROW_BYTES);
    this.#zeros = vectorKernels.allocate(ROW_BYTES).byteOffset;
    const lists = vectorKernels.allocate(4 * MAX_DIGITS);
    this.#lists = new Uint16Array(lists.buffer, lists.byteOffset, 2 * MAX_DIGITS);
  }

  majority(digits: Uint16Array, chosen: Uint16Array, positions: PositionRows, tie: Uint32Array, target: Uint32Array): void {
    const planes = this.#count(digits, chosen, positions, tie);
    const { byteOffset } = this.#planes;
    // The tie vector makes the number of rows odd, so there are no ties left to break.
    this.#kernels.majorityOfCounters(byteOffset, planes, 4 * positions.wordsPerRow, chosen.length >>> 1, this.#zeros, target.byteOffset);
  }

  sum(digits: Uint16Array, chosen: Uint16Array, positions: PositionRows, tie: Uint32Array, sums: Float32Array): void {
    const planes = this.#count(digits, chosen, positions, tie);
    this.#kernels.sumsOfCounters(this.#planes.byteOffset, planes, 4 * positions.wordsPerRow, chosen.length + 1, sums.byteOffset);
  }

  fold(weights: Float32Array, positions: PositionRows, position: number, bins: Float32Array): void {
    this.#kernels.fold(weights.byteOffset, rowAddress(positions, position), weights.length / WALSH_SIZE, bins.byteOffset);
  }

  unfold(mean: Float32Array, positions: PositionRows, position: number, sums: Float32Array, variances: Float32Array): void {
    const row = rowAddress(positions, position);
    this.#kernels.unfold(mean.byteOffset, row, sums.length / WALSH_SIZE, sums.byteOffset, variances.byteOffset);
  }

  transform(values: Float32Array): void {
    this.#kernels.walshHadamard(values.byteOffset);
  }

  multiply(a: Float32Array, b: Float32Array, products: Float32Array): void {
    this.#kernels.multiply(a.byteOffset, b.byteOffset, products.byteOffset);
  }

  scale(a: Float32Array, factor: number, products: Float32Array): void {
    this.#kernels.scale(a.byteOffset, factor, products.byteOffset);
  }

  relativeProbabilities(scores: Float32Array, limit: number, factor: number, total: Float32Array): number {
    return this.#kernels.relativeProbabilities(scores.byteOffset, limit, factor, total.byteOffset);
  }

  weigh({ signs, rates, weights, flips }: ChannelArrays, sums: Float32Array, variances: Float32Array, curvatures: Float32Array): void {
    const rows = signs.length / WALSH_SIZE;
    const [from, to] = [[signs, rates, sums, variances], [weights, curvatures, flips]];
    const [a = 0, b = 0, c = 0, d = 0] = from.map(({ byteOffset }) => byteOffset);
    const [e = 0, f = 0, g = 0] = to.map(({ byteOffset }) => byteOffset);
    this.#kernels.weigh(a, b, c, d, rows, e, f, g, this.#rows);
  }

  /** Counts the tie vector and the digits in the planes, and returns how many planes that took. */
  #count(digits: Uint16Array, chosen: Uint16Array, { rows, wordsPerRow }: PositionRows, tie: Uint32Array): number {
    const bytes = 4 * wordsPerRow;
    const planes = Math.max(3, 32 - Math.clz32(chosen.length + 1));
    this.#planes.fill(0, 0, planes * bytes);
    this.#lists.set(digits);
    this.#lists.set(chosen, MAX_DIGITS);
    const { byteOffset: at } = this.#lists;
    this.#kernels.addRow(tie.byteOffset, bytes, this.#planes.byteOffset);
    this.#kernels.addDigits(at, at + 2 * MAX_DIGITS, chosen.length, rows.byteOffset, this.#codewords, bytes, this.#rows, this.#planes.byteOffset);
    return planes;
  }
}

function rowAddress({ rows, wordsPerRow }: PositionRows, position: number): number {
  return rows.byteOffset + 4 * wordsPerRow * position;
}

/** The kernels in WebAssembly where the vector kernels are, else undefined. */
export function loadWasmDigitKernels(): WasmDigitKernels | undefined {
  return activeKernels instanceof WasmKernels ? new WasmDigitKernels(activeKernels) : undefined;
}
