import type { KnownRelation } from '../catalogue/relation';
import { type FormChange, formChanges } from '../morphology/form-change';
import { type Example, FEWEST, SPEAKERS } from '../relations/oriented-relation';
import type { RecognizedRelation, RelationRecognizer } from '../relations/relation-recognizer';
import { difference, dot, mean, Top, toUnit, transferred, type WordSpace } from '../word-space';

/** Three listed words by their indices: a : b :: c : ?. */
export interface IndexedQuestion {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** A recognised relation, as far as this question may learn from it. */
export interface Lesson {
  readonly recognized: RecognizedRelation;
  /** Its examples without those that hold a word of the question. */
  readonly examples: readonly Example[];
  /** Means of the first words, the second words, and the offsets of length one between them. */
  readonly meanFirst: Float32Array;
  readonly meanSecond: Float32Array;
  readonly meanOffset: Float32Array;
}

/** What is known of a question before any answer is looked at. */
export interface StudiedQuestion extends IndexedQuestion {
  readonly words: { readonly a: string; readonly b: string; readonly c: string };
  readonly vectors: { readonly a: Float32Array; readonly b: Float32Array; readonly c: Float32Array };
  /** b - a, of unit length. */
  readonly offset: Float32Array;
  /** b - a + c, of unit length. */
  readonly target: Float32Array;
  /** Changes of form from a to b. */
  readonly changes: readonly FormChange[];
  /** Words that those changes make of c, each with its greatest weight. */
  readonly made: ReadonlyMap<number, number>;
  /** The likeliest relations of a and b, and what they teach. */
  readonly lessons: readonly Lesson[];
}

/** Most relations that teach at once, and the least probability of one that does. */
const MOST_LESSONS = 2;
const LEAST_PROBABILITY = 0.05;

/** Studies a question: form, relation, direction; relations in `withheld` are taken as not known. */
export function study(question: IndexedQuestion, space: WordSpace, recognizer: RelationRecognizer, withheld?: ReadonlySet<KnownRelation>): StudiedQuestion {
  const { a, b, c } = question;
  const { lexicon } = space;
  const words = { a: lexicon.word(a), b: lexicon.word(b), c: lexicon.word(c) };
  const vectors = { a: space.unit(a), b: space.unit(b), c: space.unit(c) };
  const changes = formChanges(words.a, words.b, space.isListed);
  const made = new Map<number, number>();
  for (const { word, weight } of changes.flatMap((change) => change.apply(words.c))) {
    const index = lexicon.indexOf(word);
    if (index !== undefined) made.set(index, Math.max(weight, made.get(index) ?? 0));
  }
  const recognized = recognizer.recognize({ a, b }, LEAST_PROBABILITY, withheld).slice(0, MOST_LESSONS);
  return {
    ...question,
    words,
    vectors,
    offset: toUnit(difference(vectors.b, vectors.a)),
    target: toUnit(transferred(vectors.a, vectors.b, vectors.c)),
    changes,
    made,
    lessons: recognized.map((each) => lessonOf(each, question)).filter(({ examples }) => examples.length >= FEWEST),
  };
}

function lessonOf(recognized: RecognizedRelation, { a, b, c }: IndexedQuestion): Lesson {
  const holds = (word: number): boolean => word === a || word === b || word === c;
  const examples = recognized.relation.examples.filter((example) => !holds(example.a) && !holds(example.b));
  const dimensions = examples[0]?.first.length ?? 0;
  return {
    recognized,
    examples,
    meanFirst: mean(examples.map((example) => example.first), dimensions),
    meanSecond: mean(examples.map((example) => example.second), dimensions),
    meanOffset: toUnit(mean(examples.map((example) => example.offset), dimensions)),
  };
}

/** How much a word is like the words on one side of a relation: the mean of its cosines to the most similar examples but itself. */
export function typeLikeness(word: number, vector: Float32Array, { examples }: Lesson, side: 'first' | 'second'): number {
  const top = new Top(SPEAKERS);
  for (const example of examples) if ((side === 'first' ? example.a : example.b) !== word) top.add(dot(example[side], vector));
  return top.mean;
}
