import fc from 'fast-check';
import { plainKernels } from './plain-kernels';
import { SeededGenerator } from './seeded-generator';
import { activeKernels, type VectorKernels } from './vector-kernels';
import { WasmKernels } from './wasm-kernels';

const wasm = new WasmKernels();
const settings = { seed: 23, numRuns: 60 };
const both: readonly VectorKernels[] = [plainKernels, wasm];

/** The results of an action with either kernels. */
function withEach<Result>(action: (kernels: VectorKernels) => Result): [plain: Result, wasm: Result] {
  const [plain, other] = both.map(action);
  if (plain === undefined || other === undefined) throw new Error('an action gives a result');
  return [plain, other];
}

function randomWords(length: number, seed: number): Uint32Array {
  const generator = new SeededGenerator('kernels', seed);
  return Uint32Array.from({ length }, () => generator.nextUint32());
}

/** A copy of words in the memory of the kernels, after `shift` words. */
function inPlace(words: Uint32Array, shift = 0): Uint32Array {
  const room = wasm.allocate((words.length + shift) * 4);
  const copy = new Uint32Array(room.buffer, room.byteOffset + shift * 4, words.length);
  copy.set(words);
  return copy;
}

const byteLengths = [1, 3, 7, 8, 9, 12, 15, 16, 17, 23, 24, 31, 100, 255, 384];

/** Draws rows of signed bytes, the extremes among them. */
function extremeBytes(length: number): (rows: number) => Int8Array {
  const generator = new SeededGenerator('bytes', length);
  const draw = (): number => [-128, 127, 0, generator.nextBelow(256) - 128][generator.nextBelow(4)] ?? 0;
  return (rows) => Int8Array.from({ length: length * rows }, draw);
}

const lengths = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(313, 316, 2048, 20_000));
const seeds = fc.integer({ min: 0, max: 1e6 });

describe('WasmKernels', () => {
  it('are the active ones here, and say so', () => {
    expect([activeKernels.name, activeKernels]).toEqual(['wasm', expect.any(WasmKernels)]);
  });

  it('bind and measure as the plain ones do, wherever the words are', () => {
    fc.assert(
      fc.property(lengths, seeds, fc.boolean(), fc.boolean(), (length, seed, isFirstInPlace, isSecondInPlace) => {
        const [a, b] = [randomWords(length, seed), randomWords(length, seed + 1)];
        const first = isFirstInPlace ? inPlace(a, seed % 3) : a;
        const second = isSecondInPlace ? inPlace(b, seed % 5) : b;
        const [expected, bound] = withEach((kernels) => {
          const target = new Uint32Array(length);
          kernels.xor(first, second, target);
          return target;
        });
        expect(bound).toEqual(expected);
        expect(wasm.hamming(first, second)).toBe(plainKernels.hamming(a, b));
      }),
      settings,
    );
  });

  it('bind in place', () => {
    const [a, b] = [inPlace(randomWords(313, 1)), randomWords(313, 2)];
    const expected = new Uint32Array(313);
    plainKernels.xor(a, b, expected);
    wasm.xor(a, b, a);
    expect(a.slice()).toEqual(expected);
  });

  it.each([
    ['zeros', 0, 0],
    ['ones', 0xffffffff, 0xffffffff],
    ['complements', 0, 0xffffffff],
  ])('measure %s of every length', (_what, x, y) => {
    for (let length = 0; length < 200; length++) {
      const [a, b] = [new Uint32Array(length).fill(x), new Uint32Array(length).fill(y)];
      expect(wasm.hamming(a, b)).toBe(x === y ? 0 : 32 * length);
    }
  });

  it.each([
    ['elsewhere', false],
    ['in place', true],
  ])('measure one against many %s, in more rows than are copied at once', (_where, isInPlace) => {
    for (const [words, rows] of [[1, 40_000], [3, 7], [313, 900], [2048, 70]] as const) {
      const [query, table] = [randomWords(words, 1), randomWords(words * rows, 2)];
      const [expected, found] = withEach((kernels) => {
        const distances = new Uint32Array(rows);
        kernels.hammingToMany(query, isInPlace ? inPlace(table, 1) : table, distances);
        return distances;
      });
      expect(found).toEqual(expected);
    }
  });

  it('take the majority of any number of vectors, ties broken alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.constantFrom(1, 4, 5, 32, 313), seeds, (count, words, seed) => {
        const generator = new SeededGenerator('bias', seed);
        const vectors = Array.from({ length: count }, (_, i) => {
          const vector = randomWords(words, seed + i);
          return generator.nextBelow(3) > 0 ? vector : new Uint32Array(words).fill(generator.nextBelow(2) * 0xffffffff);
        });
        const [expected, found] = withEach((kernels) => {
          const target = new Uint32Array(words);
          kernels.majority(vectors, randomWords(words, 99), target);
          return target;
        });
        expect(found).toEqual(expected);
      }),
      settings,
    );
  });

  it('take the majority of more vectors than fit at once', () => {
    const vectors = Array.from({ length: 1000 }, (_, i) => randomWords(2048, i % 7));
    const [expected, found] = withEach((kernels) => {
      const target = new Uint32Array(2048);
      kernels.majority(vectors, randomWords(2048, 99), target);
      return target;
    });
    expect(found).toEqual(expected);
  });

  it('find the smallest values, equal ones by index', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 120 }), fc.constantFrom(3, 100, 2 ** 32), seeds, (length, count, limit, seed) => {
        const generator = new SeededGenerator('values', seed);
        const values = Uint32Array.from({ length }, () => generator.nextBelow(limit));
        const expected = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b).slice(0, count);
        expect(withEach((kernels) => Array.from(kernels.smallest(values, count)))).toEqual([expected, expected]);
      }),
      settings,
    );
  });

  it('find the smallest of no values to be none', () => {
    expect(withEach((kernels) => kernels.smallest(new Uint32Array(), 3).length)).toEqual([0, 0]);
  });

  it('find the largest values, equal ones by index and no NaN', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 300 }), fc.constantFrom(3, 100, 2 ** 32), seeds, (length, count, limit, seed) => {
        const generator = new SeededGenerator('values', seed);
        const draw = (): number => [NaN, -Infinity, -0][generator.nextBelow(9)] ?? generator.nextBelow(limit) - 1;
        const values = Float32Array.from({ length }, draw);
        const order = (a: number, b: number): number => (values[a] === values[b] ? a - b : Number((values[b] ?? 0) > (values[a] ?? 0)) * 2 - 1);
        const expected = Array.from(values.keys()).filter((i) => !Number.isNaN(values[i])).sort(order).slice(0, count);
        expect(withEach((kernels) => Array.from(kernels.largest(values, count)))).toEqual([expected, expected]);
      }),
      settings,
    );
  });

  it('find the largest of no values to be none, and all of few', () => {
    expect(withEach((kernels) => kernels.largest(new Float32Array(), 3).length)).toEqual([0, 0]);
    expect(withEach((kernels) => [...kernels.largest(Float32Array.of(NaN, 1, NaN, 2), 9)])).toEqual([[3, 1], [3, 1]]);
  });

  it.each(byteLengths)('multiply signed bytes, the extremes too, in rows of %d', (length) => {
    const draw = extremeBytes(length);
    const [query, table] = [draw(1), draw(3001)];
    const [expected, found] = withEach((kernels) => {
      const products = new Int32Array(3001);
      kernels.dotInt8ToMany(query, table, products);
      return products;
    });
    expect(found).toEqual(expected);
  });

  it.each(byteLengths)('multiply several queries of %d signed bytes with rows in place, and scale, to the same bits', (length) => {
    const draw = extremeBytes(length);
    const rows = 103;
    const table = draw(rows);
    const factors = Float32Array.from({ length: rows }, (_, r) => [NaN, 0, 1e-40, 3e38][r % 9] ?? 1 / (r + 1));
    const room = wasm.allocate(16 + 24 * rows + table.length);
    const ours = { factors: new Float32Array(room.buffer, room.byteOffset, rows), table: new Int8Array(room.buffer, room.byteOffset + 20 * rows, table.length) };
    ours.factors.set(factors);
    ours.table.set(table);
    for (let count = 1; count <= 5; count++) {
      const queries = Array.from({ length: count }, () => draw(1));
      const expected = new Float32Array(count * rows);
      plainKernels.dotInt8sToMany(queries, table, factors, expected);
      const copied = new Float32Array(count * rows);
      wasm.dotInt8sToMany(queries, ours.table, ours.factors, copied);
      const products = inPlace(new Uint32Array(count * rows));
      const found = new Float32Array(products.buffer, products.byteOffset, products.length);
      wasm.dotInt8sToMany(queries, ours.table, ours.factors, found);
      expect([Array.from(found, String), Array.from(copied, String)]).toEqual([Array.from(expected, String), Array.from(expected, String)]);
      expect(found.every((value, i) => Object.is(value, expected[i]))).toBe(true);
    }
  });

  it('multiply no queries, and more than there is room for', () => {
    const [table, factors] = [new Int8Array(10_000).fill(2), new Float32Array(2).fill(0.5)];
    const query = new Int8Array(5000).fill(-3);
    const products = new Float32Array(60);
    wasm.dotInt8sToMany([], table, factors, products);
    expect(products.some((product) => product !== 0)).toBe(false);
    wasm.dotInt8sToMany(new Array<Int8Array>(30).fill(query), table, factors, products);
    expect(products.every((product) => product === -15_000)).toBe(true);
  });

  it.each(Array.from({ length: 40 }, (_, i) => i + 1).concat([100, 256, 384]))('multiply floats to the same bits in rows of %d', (length) => {
    const generator = new SeededGenerator('floats', length);
    const special = [0, -0, 1e-40, -1e-42, 3e38, -3e38, 1e-20];
    const draw = (): number => (generator.nextBelow(9) === 0 ? (special[generator.nextBelow(7)] ?? 0) : generator.nextGaussian());
    const query = Float32Array.from({ length }, draw);
    const table = Float32Array.from({ length: length * 300 }, draw);
    const [expected, found] = withEach((kernels) => {
      const products = new Float32Array(300);
      kernels.dotFloat32ToMany(query, table, products);
      return products;
    });
    expect(Array.from(found, String)).toEqual(Array.from(expected, String));
    expect([...found].every((value, i) => Object.is(value, expected[i]))).toBe(true);
  });

  it('give room that is zero, aligned and their own, and say when there is none', () => {
    const room = wasm.allocate(100);
    room.fill(7);
    wasm.release(room);
    const again = wasm.allocate(100);
    expect([again.every((byte) => byte === 0), again.byteOffset % 16]).toEqual([true, 0]);
    expect(() => wasm.allocate(2 ** 30)).toThrow(RangeError);
    expect(wasm.allocate(16).length).toBe(16);
  });
});
