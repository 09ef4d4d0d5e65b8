import type { SeededGenerator } from '@sigmalang/vector';
import type { Evidence } from '../explain/evidence';
import { formsOf, WORD_FORMS } from '../morphology/word-forms';
import type { WordSpace } from '../word-space';

/** Pairs of one relation, by the indices of their words. */
export interface PairGroup {
  readonly pairs: readonly { readonly a: number; readonly b: number }[];
  /** Whether the pairs hold the other way round as well. */
  readonly isSymmetric: boolean;
  /** Whether a first word has but one second word, so that any other is wrong. */
  readonly hasOneAnswer: boolean;
}

/** Four words by their indices. */
export interface FourWords {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** A wrong analogy, and what is wrong with it. */
export interface WrongAnalogy extends FourWords {
  readonly kind: string;
}

/** Words of which wrong answers are drawn at random: these many of the commonest. */
const COMMONEST = 20_000;
/** Nearest words among which a near one is drawn. */
const NEAREST = 10;

/** Makes wrong analogies of right ones, of the kinds that people come with. */
export class WrongAnalogies {
  constructor(
    private readonly space: WordSpace,
    private readonly groups: readonly PairGroup[],
    private readonly generator: SeededGenerator,
  ) {}

  /** One of each kind that there is of a right analogy, which `right` weighs. */
  of({ question: { a, b, c }, d: { index: d }, others }: Evidence, group: PairGroup): WrongAnalogy[] {
    const fourth = (kind: string, word: number | undefined): WrongAnalogy[] =>
      word === undefined || word === d || group.pairs.some((pair) => pair.a === c && pair.b === word) ? [] : [{ kind, a, b, c, d: word }];
    const another = this.drawn(this.groups.filter((each) => each !== group && !each.pairs.some((pair) => pair.a === c && pair.b === d)));
    const pair = this.drawn(another?.pairs ?? []);
    const [x, y, z, w] = [this.anyWord(), this.anyWord(), this.anyWord(), this.anyWord()];
    return [
      { kind: 'four random words', a: x, b: y, c: z, d: w },
      ...fourth('answer of another pair', this.drawn(group.pairs)?.b),
      ...fourth('random word', this.anyWord()),
      ...fourth('near the third word', this.nearby(c)),
      ...fourth('answer of another relation', this.drawn(this.otherAnswers(c, group))),
      ...fourth('form of the third word', this.formOf(c)),
      ...fourth('word of the question', this.drawn([a, b, c])),
      ...(group.hasOneAnswer ? [...fourth('near the right word', this.nearby(d)), ...fourth('likeliest wrong word', others[0]?.index)] : []),
      ...(group.isSymmetric ? [] : [{ kind: 'reversed pair', a, b, c: d, d: c }]),
      ...(pair ? [{ kind: 'pair of another relation', a, b, c: pair.a, d: pair.b }] : []),
    ];
  }

  private drawn<T>(list: readonly T[]): T | undefined {
    return list.length > 0 ? list[this.generator.nextBelow(list.length)] : undefined;
  }

  private anyWord(): number {
    return this.generator.nextBelow(COMMONEST);
  }

  private nearby(word: number): number | undefined {
    const [found = []] = this.space.nearest.nearest([this.space.unit(word)], NEAREST, new Set([word]));
    return this.drawn(found)?.index;
  }

  private otherAnswers(word: number, group: PairGroup): number[] {
    return this.groups.flatMap((each) => (each === group ? [] : each.pairs.filter(({ a }) => a === word).map(({ b }) => b)));
  }

  private formOf(word: number): number | undefined {
    const text = this.space.lexicon.word(word);
    const forms = WORD_FORMS.flatMap((form) => formsOf(form, text)).map((form) => this.space.lexicon.indexOf(form));
    return this.drawn(forms.filter((form) => form !== undefined && form !== word));
  }
}
