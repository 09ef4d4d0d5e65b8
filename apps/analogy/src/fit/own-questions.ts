import { SeededGenerator } from '@sigmalang/vector';
import type { KnownRelation } from '../catalogue/relation';
import type { WordSpace } from '../word-space';
import type { IndexedQuestion } from '../solver/question';

/** A question of our own with its answer, made of two pairs of one relation; or one of unrelated words, without. */
export interface OwnQuestion extends IndexedQuestion {
  readonly d: number | undefined;
  readonly relation: KnownRelation | undefined;
  /** Whether the relation is to be taken as not known. */
  readonly isWithheld: boolean;
}

/** Words of which nonsense is made: these many of the commonest. */
export const COMMONEST = 30_000;

/** Of each relation, in each of its directions, `each` questions of two of its pairs; and `nonsense` questions of random words. */
export function ownQuestions(catalogue: readonly KnownRelation[], space: WordSpace, settings: { each: number; nonsense: number; withheld: number; seed: string }): OwnQuestion[] {
  const generator = new SeededGenerator(settings.seed);
  const below = (count: number): number => generator.nextUint32() % count;
  const questions: OwnQuestion[] = [];
  const wordOf = (word = ''): number => {
    const index = space.lexicon.indexOf(word);
    if (index === undefined) throw new Error(`the catalogue has a word that is not listed: ${word}`);
    return index;
  };
  for (const relation of catalogue) {
    for (const isInverse of [false, true]) {
      for (let i = 0; i < settings.each; i++) {
        const one = relation.pairs[below(relation.pairs.length)];
        const other = relation.pairs[below(relation.pairs.length)];
        if (!one || !other || one === other || one[0] === other[0] || one[1] === other[1]) continue;
        const [[a, b], [c, d]] = isInverse ? [one.toReversed(), other.toReversed()] : [one, other];
        const words = { a: wordOf(a), b: wordOf(b), c: wordOf(c), d: wordOf(d) };
        questions.push({ ...words, relation, isWithheld: generator.nextUint32() / 2 ** 32 < settings.withheld });
      }
    }
  }
  for (let i = 0; i < settings.nonsense; i++) {
    questions.push({ a: below(COMMONEST), b: below(COMMONEST), c: below(COMMONEST), d: undefined, relation: undefined, isWithheld: false });
  }
  return questions;
}
