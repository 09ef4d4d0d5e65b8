import { SeededGenerator, activeKernels } from '@sigmalang/vector';
import { type DigitKernels, activeDigitKernels } from './digit-kernels';
import { plainDigitKernels } from './plain-digit-kernels';
import { SequenceCodebook } from './sequence-codebook';
import { WALSH_SIZE } from './walsh-functions';
import { WasmDigitKernels } from './wasm-digit-kernels';

const both: readonly DigitKernels[] = [plainDigitKernels, activeDigitKernels];
const generator = new SeededGenerator('digit kernels');
const SPECIAL = [0, -0, 1, -1, 1e-30, -1e-30];

/** Floats in the memory of the kernels, some of them special. */
function floats(length: number, draw: () => number = () => generator.nextGaussian()): Float32Array {
  const { buffer, byteOffset } = activeKernels.allocate(4 * length);
  const values = new Float32Array(buffer, byteOffset, length);
  for (let i = 0; i < length; i++) values[i] = generator.nextBelow(10) === 0 ? (SPECIAL[generator.nextBelow(6)] ?? 0) : draw();
  return values;
}

/** The bit patterns that an action leaves in copies of some arrays (in the memory of the kernels), and what it returns, with either kernels. */
function outcomes(arrays: readonly Float32Array[], action: (kernels: DigitKernels, copies: Float32Array[]) => unknown): unknown[] {
  return both.map((kernels) => {
    const copies = arrays.map((array) => {
      const copy = floats(array.length);
      copy.set(array);
      return copy;
    });
    const result = action(kernels, copies);
    return [result, ...copies.map(({ buffer, byteOffset, length }) => Array.from(new Uint32Array(buffer, byteOffset, length)))];
  });
}

function at(arrays: readonly Float32Array[], index: number): Float32Array {
  return arrays[index] ?? new Float32Array();
}

describe.each([3072, 3084, 7952, 63_488])('kernels for %i bits', (bits) => {
  const codebook = new SequenceCodebook(bits);
  const positions = codebook.positions(70);
  const { paddedBits } = codebook;
  const digits = Uint16Array.from({ length: 70 }, () => generator.nextBelow(WALSH_SIZE));

  it.each([[0], [1], [2, 69], [...digits.keys()].slice(0, 50), [...digits.keys()]])('sum and bundle the same bits: %p', (...chosen) => {
    const list = Uint16Array.from(chosen);
    const [plain, wasm] = outcomes([floats(paddedBits)], (kernels, [sums = new Float32Array()]) => {
      kernels.sum(digits, list, positions, codebook.tie, sums);
    });
    expect(wasm).toEqual(plain);
    if (list.length % 2 === 1) return;
    const [expected, found] = both.map((kernels) => {
      const { buffer, byteOffset } = activeKernels.allocate(paddedBits / 8);
      const target = new Uint32Array(buffer, byteOffset, paddedBits / 32);
      kernels.majority(digits, list, positions, codebook.tie, target);
      return target.slice();
    });
    expect(found).toEqual(expected);
  });

  it('fold and unfold to the same floats', () => {
    const [weights, mean, bins, variances] = [floats(paddedBits), floats(WALSH_SIZE), floats(WALSH_SIZE), floats(WALSH_SIZE)];
    for (const position of [0, 33, 69]) {
      const [foldedPlain, foldedWasm] = outcomes([weights, bins], (kernels, copies) => {
        kernels.fold(at(copies, 0), positions, position, at(copies, 1));
      });
      expect(foldedWasm).toEqual(foldedPlain);
      const [plain, wasm] = outcomes([mean, weights, variances], (kernels, copies) => {
        kernels.unfold(at(copies, 0), positions, position, at(copies, 1), at(copies, 2));
      });
      expect(wasm).toEqual(plain);
    }
  });

  it('weigh to the same floats, erased bits too', () => {
    const uniform = (): number => generator.nextUniform();
    const arrays = [
      floats(paddedBits, () => 1 - 2 * generator.nextBelow(2)),
      floats(paddedBits, () => [0.5, 1e-4, 0.5 * uniform()][generator.nextBelow(3)] ?? 0).map((rate) => Math.min(0.5, Math.max(1e-4, rate))),
      floats(paddedBits, uniform),
      floats(paddedBits),
      floats(paddedBits, () => 30 * generator.nextGaussian()),
      floats(WALSH_SIZE, () => 100 * uniform()).map(Math.abs),
      floats(WALSH_SIZE),
    ];
    const [plain, wasm] = outcomes(arrays, (kernels, copies) => {
      const channel = { signs: at(copies, 0), rates: at(copies, 1), weights: at(copies, 2), flips: at(copies, 3) };
      kernels.weigh(channel, at(copies, 4), at(copies, 5), at(copies, 6));
    });
    expect(wasm).toEqual(plain);
  });

  afterAll(() => { codebook[Symbol.dispose](); });
});

describe('kernels for 512 numbers', () => {
  it('are those in WebAssembly here', () => {
    expect(activeDigitKernels).toBeInstanceOf(WasmDigitKernels);
  });

  it('transform, multiply and scale to the same floats', () => {
    for (let trial = 0; trial < 50; trial++) {
      const arrays = [floats(WALSH_SIZE), floats(WALSH_SIZE), floats(WALSH_SIZE), floats(WALSH_SIZE)];
      const [plain, wasm] = outcomes(arrays, (kernels, copies) => {
        kernels.transform(at(copies, 0));
        kernels.multiply(at(copies, 0), at(copies, 1), at(copies, 2));
        kernels.scale(at(copies, 1), 1 / (trial + 1), at(copies, 3));
      });
      expect(wasm).toEqual(plain);
    }
  });

  it('correlate with every codeword at once', () => {
    const values = floats(WALSH_SIZE);
    const before = values.slice();
    activeDigitKernels.transform(values);
    for (let digit = 0; digit < WALSH_SIZE; digit += 5) {
      const sign = (k: number): number => 1 - 2 * ((digit & k).toString(2).replaceAll('0', '').length % 2);
      expect(values[digit]).toBeCloseTo(before.reduce((sum, value, k) => sum + value * sign(k), 0), 3);
    }
  });

  it.each([512, 391, 390, 3, 1])('find the same probabilities of the first %i digits', (limit) => {
    for (let trial = 0; trial < 40; trial++) {
      const spread = 10 ** (generator.nextBelow(6) - 2);
      const scores = trial % 4 === 0 ? floats(WALSH_SIZE, () => generator.nextBelow(3)) : floats(WALSH_SIZE, () => spread * generator.nextGaussian());
      const [plain, wasm] = outcomes([scores, floats(1)], (kernels, copies) =>
        kernels.relativeProbabilities(at(copies, 0), limit, 0.5 + trial / 10, at(copies, 1)),
      );
      expect(wasm).toEqual(plain);
      const best = scores.subarray(0, limit).reduce((most, score, d) => (score > (scores[most] ?? 0) ? d : most), 0);
      expect(plain).toEqual([best, expect.anything(), expect.anything()]);
    }
  });
});
