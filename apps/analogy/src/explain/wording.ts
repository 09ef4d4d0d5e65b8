import type { AnalogySolution, ExplainAnalogyResponse, PairRelation } from '@sigmalang/contracts';
import type { OrientedRelation } from '../relations/oriented-relation';

/** Four words as they are to be written. */
export interface WrittenWords {
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly d: string;
}

/** The sentence of a relation about two words, the first of which is its first in this direction. */
export function sentenceOf({ known, isInverse }: OrientedRelation, first: string, second: string): string {
  const [a, b] = isInverse ? [second, first] : [first, second];
  return known.sentence.replace(/(\b[Aa] )?\{([ab])\}/g, (_, article: string | undefined, place: string) => {
    const word = place === 'a' ? a : b;
    return article && startsWithVowelSound(word) ? `an ${word}` : `${article ?? ''}${word}`;
  });
}

/** Whether `an` goes before a word, by the spellings that tell. */
function startsWithVowelSound(word: string): boolean {
  return /^(?:[aeio]|u(?!ni(?!n|m)|s[aeiu]|t[ei]|r[aeio]|k)|hour|honest|honou?r|heir)/i.test(word) && !/^(?:eu|ewe|one|once)/i.test(word);
}

/** A probability in per cent; the ends are never claimed. */
export function percent(probability: number): string {
  if (probability > 0.99) return 'above 99 %';
  return probability < 0.01 ? 'below 1 %' : `${Math.round(100 * probability)} %`;
}

/** A cosine as it is printed. */
export function cosineText(cosine: number): string {
  return cosine.toFixed(2).replace(/^-(0\.00)$/, '$1');
}

const LIKENESS: readonly (readonly [from: number, text: string])[] = [
  [0.7, 'very much alike'],
  [0.5, 'much alike'],
  [0.3, 'somewhat alike'],
  [0.1, 'little alike'],
  [-0.1, 'not alike'],
];

/** How alike things of a cosine are. */
export function likenessText(cosine: number): string {
  return LIKENESS.find(([from]) => cosine >= from)?.[1] ?? 'opposed';
}

/** What the sentences of an explanation are made from. */
export type Findings = Pick<ExplainAnalogyResponse, 'valid' | 'confidence' | 'similarity'> & {
  readonly relationAB: PairRelation;
  readonly relationCD: PairRelation;
  readonly better: readonly AnalogySolution[];
  /** Whether a change of form from a to b makes d of c. */
  readonly isMadeByForm: boolean;
};

/** The explanation, of nothing but the findings. */
export function explanationOf({ a, b, c, d }: WrittenWords, findings: Findings): string {
  const { valid, confidence, similarity, relationAB, relationCD, better } = findings;
  const [best] = better;
  const sentences = [
    `${a} : ${b} :: ${c} : ${d} ${valid ? 'holds' : 'does not hold'} by this model: its confidence that ${d} stands to ${c} as ${b} to ${a} is ${percent(confidence)}.`,
    ...relationSentences(relationAB, relationCD, [`${a} and ${b}`, `${c} and ${d}`]),
    ...formSentences(findings, { a, b, c, d }),
    `The steps from ${a} to ${b} and from ${c} to ${d} are ${likenessText(similarity)} (cosine ${cosineText(similarity)}).`,
    ...(best ? [`A likelier fourth word is ${best.answer} (${percent(best.confidence)}).`] : []),
  ];
  return sentences.join(' ');
}

function relationSentences(one: PairRelation, other: PairRelation, [pairOne, pairOther]: readonly [string, string]): string[] {
  if (one.name === null || one.name !== other.name) return [relationSentence(one, pairOne), relationSentence(other, pairOther)];
  const shown = ({ sentence, confidence }: PairRelation, pair: string): string => `${sentence ?? pair} (${percent(confidence)})`;
  return [`The likeliest relation of both pairs is ${one.name}: ${shown(one, pairOne)}, and ${shown(other, pairOther)}.`];
}

function relationSentence({ name, confidence, sentence, candidates }: PairRelation, pair: string): string {
  if (name !== null) return `For ${pair} the likeliest relation is ${name} (${percent(confidence)}): ${sentence ?? pair}.`;
  const [likeliest] = candidates;
  return `No known relation is likely for ${pair}${likeliest ? `; the likeliest is ${likeliest.name} (${percent(likeliest.confidence)})` : ''}.`;
}

function formSentences({ relationAB, relationCD, isMadeByForm }: Findings, { a, b, c, d }: WrittenWords): string[] {
  const [one, other] = [relationAB.morphology, relationCD.morphology];
  if (one === undefined) return other === undefined ? [] : [`The form changes from ${c} to ${d} (${other}), but not from ${a} to ${b}.`];
  if (isMadeByForm) return [`The change of form from ${a} to ${b} (${one}) makes ${d} of ${c}.`];
  return [`The change of form from ${a} to ${b} (${one}) does not make ${d} of ${c}.`];
}
