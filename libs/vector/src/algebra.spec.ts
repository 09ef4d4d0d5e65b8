import fc from 'fast-check';
import { bind, bundle, hammingDistance, permute, similarity } from './algebra';
import { type Hypervector, zeroVector } from './hypervector';
import { bitAt, complement } from './packing';
import { symbolVector } from './symbol-vector';
import { VectorError } from './vector-error';

const refusal = (reason: string): Error => expect.objectContaining({ name: 'VectorError', reason }) as Error;

const dimensionsOf = fc.constantFrom(1024, 1025, 1030, 1055, 4096, 10_000, 65_536);
const vectorsOf = (count: number): fc.Arbitrary<Hypervector[]> =>
  fc
    .tuple(dimensionsOf, fc.integer({ min: 0, max: 1e9 }))
    .map(([dimensions, name]) => Array.from({ length: count }, (_, i) => symbolVector(`${name}/${i}`, dimensions)));
const settings = { seed: 20_260_729, numRuns: 40 };

describe('bind', () => {
  it('is its own inverse, commutative, associative and has the zero vector as neutral element', () => {
    fc.assert(
      fc.property(vectorsOf(3), ([a, b, c]) => {
        if (!a || !b || !c) throw new Error('three vectors expected');
        expect(bind(bind(a, b), b)).toEqual(a);
        expect(bind(a, b)).toEqual(bind(b, a));
        expect(bind(bind(a, b), c)).toEqual(bind(a, bind(b, c)));
        expect(bind(a, zeroVector(a.dimensions))).toEqual(a);
      }),
      settings,
    );
  });

  it('preserves distances and is unlike what it binds', () => {
    fc.assert(
      fc.property(vectorsOf(3), ([a, b, c]) => {
        if (!a || !b || !c) throw new Error('three vectors expected');
        expect(hammingDistance(bind(a, c), bind(b, c))).toBe(hammingDistance(a, b));
        expect(Math.abs(similarity(bind(a, b), a))).toBeLessThan(5 / Math.sqrt(a.dimensions));
      }),
      settings,
    );
  });
});

describe('permute', () => {
  it('moves bit i to bit i + shift, around the end, as a rotation bit by bit does', () => {
    fc.assert(
      fc.property(vectorsOf(1), fc.integer({ min: -200_000, max: 200_000 }), ([v], shift) => {
        if (!v) throw new Error('a vector expected');
        const moved = permute(v, shift);
        for (let i = 0; i < v.dimensions; i += 7) {
          const to = (((i + shift) % v.dimensions) + v.dimensions) % v.dimensions;
          if (bitAt(moved, to) !== bitAt(v, i)) throw new Error(`bit ${i} was not moved by ${shift}`);
        }
      }),
      settings,
    );
  });

  it('is undone by the opposite shift, adds up, and distributes over bind and bundle', () => {
    fc.assert(
      fc.property(vectorsOf(3), fc.integer(), fc.integer(), ([a, b, c], shift, other) => {
        if (!a || !b || !c) throw new Error('three vectors expected');
        expect(permute(permute(a, shift), -shift)).toEqual(a);
        expect(permute(permute(a, shift), other)).toEqual(permute(a, shift + other));
        expect(permute(bind(a, b), shift)).toEqual(bind(permute(a, shift), permute(b, shift)));
        expect(permute(bundle([a, b, c]), shift)).toEqual(bundle([a, b, c].map((v) => permute(v, shift))));
      }),
      settings,
    );
  });

  it('leaves a vector alone for a shift of 0 or of all its dimensions', () => {
    const v = symbolVector('v', 1030);
    expect(permute(v, 0)).toEqual(v);
    expect(permute(v, 1030)).toEqual(v);
  });

  it('refuses a shift that is no integer', () => {
    expect(() => permute(symbolVector('v', 1024), 0.5)).toThrow(VectorError);
  });
});

describe('bundle', () => {
  it.each([1, 3, 5, 9, 21, 51, 101])('of %i vectors is as similar to each as C(n-1, (n-1)/2) / 2^(n-1)', (n) => {
    const dimensions = 65_536;
    const vectors = Array.from({ length: n }, (_, i) => symbolVector(`member-${i}`, dimensions));
    const bundled = bundle(vectors);
    let predicted = 1;
    for (let k = 1; k <= (n - 1) / 2; k++) predicted *= (2 * k - 1) / (2 * k);
    const mean = vectors.reduce((sum, vector) => sum + similarity(bundled, vector), 0) / n;
    expect(Math.abs(mean - predicted)).toBeLessThan(5 / Math.sqrt(dimensions * n) + 1e-9);
    for (const vector of vectors) {
      expect(Math.abs(similarity(bundled, vector) - predicted)).toBeLessThan(5 / Math.sqrt(dimensions));
    }
    if (n > 1) expect(Math.abs(predicted - Math.sqrt(2 / (Math.PI * n)))).toBeLessThan(0.12 * predicted);
    expect(Math.abs(similarity(bundled, symbolVector('stranger', dimensions)))).toBeLessThan(5 / Math.sqrt(dimensions));
  });

  it('does not depend on the order of its members', () => {
    fc.assert(
      fc.property(vectorsOf(6), (vectors) => {
        expect(bundle(vectors.toReversed())).toEqual(bundle(vectors));
      }),
      settings,
    );
  });

  it('breaks the ties of an even number by its seed, the same way each time', () => {
    const [a, b] = [symbolVector('a', 10_000), symbolVector('b', 10_000)];
    expect(bundle([a, b])).toEqual(bundle([a, b]));
    expect(bundle([a, b], { seed: 1 })).not.toEqual(bundle([a, b]));
    expect(similarity(bundle([a, b]), a)).toBeCloseTo(0.5, 1);
    expect(bundle([a, b, a], { seed: 1 })).toEqual(bundle([a, b, a]));
  });

  it('refuses nothing to bundle and vectors of different dimensions', () => {
    expect(() => bundle([])).toThrow(refusal('empty'));
    expect(() => bundle([zeroVector(1024), zeroVector(1030)])).toThrow(refusal('mismatch'));
  });
});

describe('similarity', () => {
  it('is 1 for equal vectors and -1 for complements', () => {
    const v = symbolVector('v', 1030);
    expect(similarity(v, v)).toBe(1);
    expect(similarity(v, complement(v))).toBe(-1);
    expect(hammingDistance(v, complement(v))).toBe(1030);
  });

  it.each([bind, hammingDistance, similarity])('%p refuses vectors of different dimensions', (operation) => {
    expect(() => operation(zeroVector(1024), zeroVector(2048))).toThrow(refusal('mismatch'));
    expect(() => operation(zeroVector(1024), zeroVector(2048))).toThrow('1024 and 2048');
  });
});
