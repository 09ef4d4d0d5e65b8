import { difference, dot, toUnit, type WordSpace } from '../word-space';
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
  const measure = new AnswerMeasure(question, space);
  const rows = candidates.map((candidate) => measure.row(candidate));
  const none = new Float64Array(FEATURE_COUNT);
  const best = rows.reduce((most, row) => Math.max(most, row[0] ?? 0), -1);
  none.set(measure.none(best, candidates.length), ANSWER_FEATURES.length);
  return [...rows, none];
}

/** Measures candidates for one question. */
class AnswerMeasure {
  private readonly whitenedOffset: Float32Array;
  private readonly whitened: { readonly a: Float32Array; readonly b: Float32Array; readonly c: Float32Array };
  private readonly cosineAB: number;
  private readonly rarer: number;
  private readonly sharedAB: number;
  private readonly places: readonly { readonly plain: Float32Array; readonly white: Float32Array; readonly meanWhite: Float32Array }[];
  /** Probability that a relation is known. */
  private readonly known: number;

  constructor(
    private readonly question: StudiedQuestion,
    private readonly space: WordSpace,
  ) {
    const { a, b, c, vectors, words, lessons } = question;
    this.whitened = { a: space.whitened(a), b: space.whitened(b), c: space.whitened(c) };
    this.whitenedOffset = toUnit(difference(this.whitened.b, this.whitened.a));
    this.cosineAB = dot(vectors.a, vectors.b);
    this.rarer = rarity(b) - rarity(a);
    this.sharedAB = sharedLetters(words.a, words.b);
    this.known = lessons.reduce((sum, { recognized }) => sum + recognized.probability, 0);
    this.places = lessons.map((lesson) => this.placeOf(lesson));
  }

  row(candidate: number): Float64Array {
    const { question, space, known } = this;
    const { vectors, words, target, offset, made, changes, lessons } = question;
    const vector = space.unit(candidate);
    const white = space.whitened(candidate);
    const word = space.lexicon.word(candidate);
    const [toTarget, toC] = [dot(target, vector), dot(vectors.c, vector)];
    const whiteToC = dot(this.whitened.c, white);
    const shared = sharedLetters(words.c, word);
    const changesForm = changes.length > 0 ? 1 : 0;
    const row = new Float64Array(FEATURE_COUNT);
    row.set([
      toTarget,
      toC,
      dot(vectors.b, vector),
      dot(vectors.a, vector),
      dot(offset, toUnit(difference(vector, vectors.c))),
      whiteToC,
      dot(this.whitened.b, white),
      dot(this.whitenedOffset, toUnit(difference(white, this.whitened.c))),
      Math.abs(toC - this.cosineAB),
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
    lessons.forEach((lesson, i) => {
      const { probability } = lesson.recognized;
      const place = this.places[i];
      if (!place) return;
      const measured = [
        typeLikeness(candidate, vector, lesson, 'second'),
        dot(lesson.meanOffset, toUnit(difference(vector, vectors.c))),
        dot(place.plain, toUnit(difference(vector, lesson.meanSecond))),
        dot(place.white, toUnit(difference(white, place.meanWhite))),
      ];
      measured.forEach((value, f) => { row[19 + f] = (row[19 + f] ?? 0) + probability * value; });
    });
    row.set([known * toC, known * whiteToC, known * toTarget, known * rarity(candidate)], 23);
    return row;
  }

  none(bestCosine: number, candidates: number): number[] {
    const { question, known } = this;
    const { a, b, c, vectors, changes, made, lessons } = question;
    const typeOfC = lessons.reduce((sum, lesson) => sum + lesson.recognized.probability * typeLikeness(c, vectors.c, lesson, 'first'), 0);
    const changesForm = changes.length > 0 ? 1 : 0;
    return [
      1,
      bestCosine,
      this.cosineAB,
      dot(vectors.a, vectors.c),
      dot(this.whitened.a, this.whitened.c),
      dot(this.whitened.a, this.whitened.b),
      known,
      typeOfC,
      changesForm,
      changesForm === 1 && made.size === 0 ? 1 : 0,
      Math.max(rarity(a), rarity(b), rarity(c)),
      Math.log(candidates),
    ];
  }

  /** Where c stands among the first words of a relation, plain and whitened, and the middle of the second words, whitened. */
  private placeOf({ examples, meanFirst }: Lesson): (typeof this.places)[number] {
    const { question, space } = this;
    const middle = (side: 'a' | 'b'): Float32Array => {
      const sum = new Float32Array(space.lexicon.dimensions);
      for (const example of examples) space.whitened(example[side]).forEach((value, i) => { sum[i] = (sum[i] ?? 0) + value / examples.length; });
      return sum;
    };
    return {
      plain: toUnit(difference(question.vectors.c, meanFirst)),
      white: toUnit(difference(this.whitened.c, middle('a'))),
      meanWhite: middle('b'),
    };
  }
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
