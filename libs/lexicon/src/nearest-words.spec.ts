import fc from 'fast-check';
import { join } from 'node:path';
import { cosineOfRow, exactNeighbours } from './evaluation/exact-neighbours';
import { questionDirections } from './evaluation/question-directions';
import { tinyLexicon } from './evaluation/tiny-lexicon';
import { Lexicon } from './lexicon';
import { ASSET_FILES } from './lexicon-file';
import { NearestWords, type ScoredWord } from './nearest-words';

const values = fc.float({ min: -4, max: 4, noNaN: true });
const vectors = fc.array(values, { minLength: 3, maxLength: 3 }).map((list) => Float32Array.from(list));

describe.each(['float32', 'int8'] as const)('nearest words of a lexicon stored as %s', (form) => {
  const lexicon = tinyLexicon(form);
  const nearestWords = new NearestWords(lexicon);
  const words = (found: readonly ScoredWord[] | undefined) => found?.map(({ index }) => lexicon.word(index));

  it('are those of the highest cosine, best first, and never one without a vector', () => {
    const [found = []] = nearestWords.nearest([Float32Array.of(5, 0, 0)], 10);
    expect(words(found)).toEqual(['receive', 'money', 'the', ',', 'not', 'water', 'proof', 'naïve', '__proto__']);
    expect([found[0], found[8]]).toEqual([{ index: 3, score: 1 }, { index: 7, score: -1 }]);
    expect(found.slice(5, 8).map(({ index, score }) => [index, score])).toEqual([[5, 0], [6, 0], [8, 0]]);
  });

  it('are the same for each of several directions as for one, whatever its length', () => {
    fc.assert(
      fc.property(fc.array(vectors, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 12 }), (directions, count) => {
        const expected = directions.map((direction) =>
          direction.some((value) => value !== 0) ? exactNeighbours(lexicon, count, (row, length) => cosineOfRow(row, length, direction)).slice(0, 9) : [],
        );
        const found = nearestWords.nearest(directions, count);
        expect(found.map((list) => list.length)).toEqual(expected.map((list) => Math.min(list.length, count, 9)));
        found.flat().forEach(({ score }, i) => {
          expect(score).toBeCloseTo(expected.flat()[i]?.score ?? NaN, 12);
        });
        expect(found).toEqual(directions.flatMap((direction) => nearestWords.nearest([direction.map((value) => 8 * value)], count)));
      }),
      { seed: 5 },
    );
  });

  it('leave out what is excluded', () => {
    const [found] = nearestWords.nearest([Float32Array.of(1, 0, 0)], 2, new Set([3, 0]));
    expect(words(found)).toEqual(['money', ',']);
    expect(nearestWords.nearest([Float32Array.of(1, 0, 0)], 2, new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))).toEqual([[]]);
  });

  it('by product weigh the cosines of an analogy', () => {
    fc.assert(
      fc.property(vectors, vectors, vectors, fc.integer({ min: 1, max: 12 }), (a, b, c, count) => {
        const share = (index: number, vector: Float32Array): number => (1 + nearestWords.cosine(index, vector)) / 2;
        const expected = [0, 1, 2, 3, 4, 5, 6, 7, 8]
          .map((index) => ({ index, score: (share(index, b) * share(index, c)) / (share(index, a) + 0.001) }))
          .sort((one, other) => other.score - one.score || one.index - other.index);
        expect(nearestWords.nearestByProduct(a, b, c, count)).toEqual(expected.slice(0, count));
        expect(nearestWords.nearestByProduct(a, b, c, count, new Set([expected[0]?.index ?? 0]))).toEqual(expected.slice(1, count + 1));
      }),
      { seed: 6 },
    );
  });

  it('have unit vectors and cosines', () => {
    for (let index = 0; index < 9; index++) {
      expect(Math.hypot(...nearestWords.unit(index))).toBeCloseTo(1, 6);
      expect(nearestWords.cosine(index, lexicon.vector(index))).toBeCloseTo(1, 12);
    }
    expect(Array.from(nearestWords.unit(9))).toEqual([0, 0, 0]);
    expect([nearestWords.cosine(9, Float32Array.of(1, 2, 3)), nearestWords.cosine(0, new Float32Array(3))]).toEqual([0, 0]);
    const out = new Float32Array(3);
    expect(nearestWords.unit(7, out)).toBe(out);
    expect(nearestWords.cosine(7, out)).toBe(1);
  });

  const direction = Float32Array.of(1, 0, 0);
  it.each([
    ['no direction', () => nearestWords.nearest([], 1)],
    ['five directions', () => nearestWords.nearest(new Array<Float32Array>(5).fill(direction), 1)],
    ['a direction of other dimensions', () => nearestWords.nearest([direction, new Float32Array(2)], 1)],
    ['a direction that is not finite', () => nearestWords.nearest([Float32Array.of(1, NaN, 0)], 1)],
    ['a count of none', () => nearestWords.nearest([direction], 0)],
    ['half a count', () => nearestWords.nearestByProduct(direction, direction, direction, 0.5)],
    ['an index that is not listed', () => nearestWords.cosine(10, direction)],
    ['a unit vector that is not listed', () => nearestWords.unit(-1)],
  ])('refuse %s', (_what, ask) => {
    expect(ask).toThrow(RangeError);
  });
});

describe.each(['int8', 'float32'] as const)('nearest words of the lexicon asset stored as %s', (form) => {
  let lexicon: Lexicon;
  let nearestWords: NearestWords;
  beforeAll(() => {
    lexicon = Lexicon.load(join(__dirname, '../../../dist/assets/lexicon', ASSET_FILES[form]), { forScanning: true });
    nearestWords = new NearestWords(lexicon);
  });

  it('are those of the exact cosines to real questions', () => {
    for (const direction of questionDirections(lexicon, 20, 'spec')) {
      const expected = exactNeighbours(lexicon, 100, (row, length) => cosineOfRow(row, length, direction)).map(({ index }) => index);
      for (const count of [1, 10, 100]) {
        expect(nearestWords.nearest([direction], count)[0]?.map(({ index }) => index)).toEqual(expected.slice(0, count));
      }
    }
  }, 60_000);

  it('by product are those of the exact products', () => {
    const [a = new Float32Array(), b = a, c = a] = ['man', 'king', 'woman'].map((word) => nearestWords.unit(lexicon.indexOf(word) ?? 0));
    const share = (row: Float32Array | Int8Array, length: number, vector: Float32Array) => (1 + cosineOfRow(row, length, vector)) / 2;
    const expected = exactNeighbours(lexicon, 100, (row, length) => (share(row, length, b) * share(row, length, c)) / (share(row, length, a) + 0.001));
    expect(nearestWords.nearestByProduct(a, b, c, 100).map(({ index }) => index)).toEqual(expected.map(({ index }) => index));
    const asked = new Set(['man', 'king', 'woman'].map((word) => lexicon.indexOf(word) ?? 0));
    expect(lexicon.word(nearestWords.nearestByProduct(a, b, c, 1, asked)[0]?.index ?? 0)).toBe('queen');
  }, 60_000);
});
