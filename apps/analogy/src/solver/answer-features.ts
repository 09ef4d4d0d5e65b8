import { SPEAKERS } from '../relations/oriented-relation';
import { difference, dot, mean, Top, toUnit, VectorTable, type WordSpace } from '../word-space';
import { type Lesson, type StudiedQuestion, typeLikeness } from './question';

/** What is measured of a question and a candidate for its answer, in the order of the weights. */
export const ANSWER_FEATURES = [
  'cosine to b - a + c',
  'cosine to c',
  'cosine to b',
  'cosine to a',
  'cosine of the offsets',
  'whitened cosine to c',
  'whitened cosine to b',
  'whitened cosine of the offsets',
  'unlike similarity',
  'rarity',
  'unlike change of rarity',
  'made by the change of form',
  'changed in form without need',
  'unlike share of letters',
  'ending of b',
  'letters of b',
  'rarity where form changes',
  'cosine to c where form changes',
  'cosine to b - a + c where form changes',
  'answer type',
  'direction of the relation',
  'same place among its kind',
  'same whitened place among its kind',
  'cosine to c in a relation',
  'whitened cosine to c in a relation',
  'cosine to b - a + c in a relation',
  'rarity in a relation',
] as const;

/** What is measured of a question whose answer is none of the candidates. */
export const NO_ANSWER_FEATURES = [
  'none',
  'greatest cosine to b - a + c',
  'cosine of a and b',
  'cosine of a and c',
  'whitened cosine of a and c',
  'whitened cosine of a and b',
  'relation is known',
  'type of c in the relation',
  'form changes',
  'form changes and c takes none',
  'rarity of the rarest word',
  'candidates',
] as const;

/** Features in all. */
export const FEATURE_COUNT = ANSWER_FEATURES.length + NO_ANSWER_FEATURES.length;

const SHORTEST_SHARED = 3;

/** Features of each candidate, a row each, and a last row for none of them. */
export function answerFeatures(question: StudiedQuestion, candidates: readonly number[], space: WordSpace): Float64Array[] {
  using measure = new AnswerMeasure(question, space);
  const rows = candidates.map((candidate) => measure.row(candidate));
  const none = new Float64Array(FEATURE_COUNT);
  const best = rows.reduce((most, row) => Math.max(most, row[0] ?? 0), -1);
  none.set(noAnswerFeatures(question, space, best, candidates.length), ANSWER_FEATURES.length);
  return [...rows, none];
}

/** Features of a question whose answer is none of `candidates` words, of which the best has the cosine `bestCosine` to b - a + c. */
export function noAnswerFeatures(question: StudiedQuestion, space: WordSpace, bestCosine: number, candidates: number): number[] {
  const { a, b, c, vectors, changes, made, lessons } = question;
  const known = lessons.reduce((sum, { recognized }) => sum + recognized.probability, 0);
  const typeOfC = lessons.reduce((sum, lesson) => sum + lesson.recognized.probability * typeLikeness(c, vectors.c, lesson, 'first'), 0);
  return [
    1,
    bestCosine,
    dot(vectors.a, vectors.b),
    dot(vectors.a, vectors.c),
    dot(space.whitened(a), space.whitened(c)),
    dot(space.whitened(a), space.whitened(b)),
    known,
    typeOfC,
    changes.length > 0 ? 1 : 0,
    changes.length > 0 && made.size === 0 ? 1 : 0,
    Math.max(rarity(a), rarity(b), rarity(c)),
    Math.log(candidates),
  ];
}

/** Rows of the tables before those of the lessons: a, b and c. */
const LESSONS = 3;
/** Rows a lesson: the offset on average (not whitened), where c stands among its kind, the middle of the answers. */
const LESSON_ROWS = 3;

/** What a lesson adds to the tables of the question. */
interface Place {
  readonly lesson: Lesson;
  readonly answers: VectorTable;
  /** Products of c's vector with the offset on average, and of where c stands with the middle of the answers, plain and whitened. */
  readonly cAlongOffset: number;
  readonly middle: { readonly product: number; readonly squares: number };
  readonly whiteMiddle: { readonly product: number; readonly squares: number };
}

/** Measures candidates for one question; its tables are to be released. */
class AnswerMeasure implements Disposable {
  private readonly plain: VectorTable;
  private readonly white: VectorTable;
  private readonly places: readonly Place[];
  private readonly cosines: { readonly ab: number; readonly ac: number; readonly bc: number };
  private readonly whiteCosines: { readonly ab: number; readonly ac: number; readonly bc: number };
  private readonly rarer: number;
  private readonly sharedAB: number;
  /** Probability that a relation is known. */
  private readonly known: number;
  private readonly plainProducts: Float32Array<ArrayBuffer>;
  private readonly whiteProducts: Float32Array<ArrayBuffer>;

  constructor(
    private readonly question: StudiedQuestion,
    private readonly space: WordSpace,
  ) {
    const { a, b, c, vectors, words, lessons } = question;
    const whitened = { a: space.whitened(a), b: space.whitened(b), c: space.whitened(c) };
    const plainRows: Float32Array[] = [vectors.a, vectors.b, vectors.c];
    const whiteRows: Float32Array[] = [whitened.a, whitened.b, whitened.c];
    this.places = lessons.map((lesson) => {
      const middles = whitenedMiddles(lesson, space);
      const place = toUnit(difference(vectors.c, lesson.meanFirst));
      const whitePlace = toUnit(difference(whitened.c, middles.first));
      plainRows.push(lesson.meanOffset, place, lesson.meanSecond);
      whiteRows.push(whitePlace, middles.second);
      return {
        lesson,
        answers: new VectorTable(lesson.examples.map(({ second }) => second)),
        cAlongOffset: dot(lesson.meanOffset, vectors.c),
        middle: { product: dot(place, lesson.meanSecond), squares: dot(lesson.meanSecond, lesson.meanSecond) },
        whiteMiddle: { product: dot(whitePlace, middles.second), squares: dot(middles.second, middles.second) },
      };
    });
    this.plain = new VectorTable(plainRows);
    this.white = new VectorTable(whiteRows);
    this.plainProducts = new Float32Array(plainRows.length);
    this.whiteProducts = new Float32Array(whiteRows.length);
    this.cosines = { ab: dot(vectors.a, vectors.b), ac: dot(vectors.a, vectors.c), bc: dot(vectors.b, vectors.c) };
    this.whiteCosines = { ab: dot(whitened.a, whitened.b), ac: dot(whitened.a, whitened.c), bc: dot(whitened.b, whitened.c) };
    this.rarer = rarity(b) - rarity(a);
    this.sharedAB = sharedLetters(words.a, words.b);
    this.known = lessons.reduce((sum, { recognized }) => sum + recognized.probability, 0);
  }

  row(candidate: number): Float64Array {
    const { question, space, known, cosines, whiteCosines } = this;
    const { words, made, changes } = question;
    const vector = space.unit(candidate);
    const plain = this.plain.products(vector, this.plainProducts);
    const white = this.white.products(space.whitened(candidate), this.whiteProducts);
    const [toA = 0, toB = 0, toC = 0] = plain;
    const [whiteToA = 0, whiteToB = 0, whiteToC = 0] = white;
    const word = space.lexicon.word(candidate);
    const toTarget = (toB - toA + toC) / lengthOfTarget(cosines);
    const shared = sharedLetters(words.c, word);
    const changesForm = changes.length > 0 ? 1 : 0;
    const row = new Float64Array(FEATURE_COUNT);
    row.set([
      toTarget,
      toC,
      toB,
      toA,
      offsetCosine(toA, toB, toC, cosines),
      whiteToC,
      whiteToB,
      offsetCosine(whiteToA, whiteToB, whiteToC, whiteCosines),
      Math.abs(toC - cosines.ab),
      rarity(candidate),
      Math.abs(rarity(candidate) - rarity(question.c) - this.rarer),
      made.get(candidate) ?? 0,
      changesForm === 0 && shared > 0.5 ? 1 : 0,
      Math.abs(shared - this.sharedAB),
      sharedEnding(words.b, word),
      sharedLetters(words.b, word),
      changesForm * rarity(candidate),
      changesForm * toC,
      changesForm * toTarget,
    ]);
    this.places.forEach((place, i) => {
      const { probability } = place.lesson.recognized;
      const at = LESSONS + i * LESSON_ROWS;
      const whiteAt = LESSONS + i * (LESSON_ROWS - 1);
      const measured = [
        likeness(candidate, place.answers.products(vector), place.lesson),
        ((plain[at] ?? 0) - place.cAlongOffset) / distance(toC),
        fromMiddle(plain[at + 1] ?? 0, plain[at + 2] ?? 0, place.middle),
        fromMiddle(white[whiteAt] ?? 0, white[whiteAt + 1] ?? 0, place.whiteMiddle),
      ];
      measured.forEach((value, f) => { row[IN_LESSON + f] = (row[IN_LESSON + f] ?? 0) + probability * value; });
    });
    row.set([known * toC, known * whiteToC, known * toTarget, known * rarity(candidate)], IN_LESSON + 4);
    return row;
  }

  [Symbol.dispose](): void {
    this.plain.release();
    this.white.release();
    for (const { answers } of this.places) answers.release();
  }
}

/** Where the features of lessons begin. */
const IN_LESSON = ANSWER_FEATURES.indexOf('answer type');

/** Length of b - a + c, of the cosines of unit vectors. */
function lengthOfTarget({ ab, ac, bc }: { ab: number; ac: number; bc: number }): number {
  return Math.sqrt(Math.max(1e-9, 3 - 2 * ab - 2 * ac + 2 * bc));
}

/** Distance of two unit vectors of a cosine, never quite zero. */
function distance(cosine: number): number {
  return Math.sqrt(Math.max(1e-9, 2 - 2 * cosine));
}

/** Cosine of b - a and d - c, of the cosines of unit vectors. */
function offsetCosine(toA: number, toB: number, toC: number, { ab, ac, bc }: { ab: number; ac: number; bc: number }): number {
  return (toB - toA - bc + ac) / (distance(ab) * distance(toC));
}

/** Cosine of a direction and of a unit vector's place from a middle, given the vector's products with both. */
function fromMiddle(along: number, withMiddle: number, { product, squares }: { product: number; squares: number }): number {
  return (along - product) / Math.sqrt(Math.max(1e-9, 1 - 2 * withMiddle + squares));
}

/** Means of the whitened words of a lesson. */
function whitenedMiddles({ examples }: Lesson, space: WordSpace): { first: Float32Array; second: Float32Array } {
  const { dimensions } = space.lexicon;
  return {
    first: mean(examples.map(({ a }) => space.whitened(a)), dimensions),
    second: mean(examples.map(({ b }) => space.whitened(b)), dimensions),
  };
}

/** {@link typeLikeness} of a candidate among answers, of its products with them. */
function likeness(candidate: number, products: Float32Array, { examples }: Lesson): number {
  const top = new Top(SPEAKERS);
  for (let i = 0; i < products.length; i++) if (examples[i]?.b !== candidate) top.add(products[i] ?? 0);
  return top.mean;
}

/** How rare a word is, 0 for the commonest to about 1 for the last of the list. */
function rarity(index: number): number {
  return Math.log2(index + 1) / 18;
}

/** Share of the shorter word's letters that both begin with, 0 where they are fewer than three. */
function sharedLetters(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < shorter && a[shared] === b[shared]) shared++;
  return shared < SHORTEST_SHARED ? 0 : shared / shorter;
}

/** Letters that both end with, at most three, by three. */
function sharedEnding(a: string, b: string): number {
  let shared = 0;
  while (shared < 3 && shared < Math.min(a.length, b.length) && a.at(-1 - shared) === b.at(-1 - shared)) shared++;
  return shared / 3;
}
