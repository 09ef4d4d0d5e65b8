import type { AnalogySolution, ExplainAnalogyResponse, PairRelation, SupportingPair } from '@sigmalang/contracts';
import type { Example, OrientedRelation } from '../relations/oriented-relation';
import type { RecognizedRelation, RelationRecognizer } from '../relations/relation-recognizer';
import type { CandidateFinder } from '../solver/candidates';
import { cosineOfUnits, type WordSpace } from '../word-space';
import { type Evidence, WeighedQuestion } from './evidence';
import type { SolvingModels } from '../solver/solving-models';
import { MOST_RANKED, stepsOf } from './steps';
import { validityFeatures, validityOf } from './validity';
import { explanationOf, sentenceOf } from './wording';

/** Four listed words by their indices: a : b :: c : d. */
export interface IndexedAnalogy {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** How much to tell. */
export type ExplanationDepth = 1 | 2 | 3;

/** What is said of each, at most, at each depth. */
const AT_MOST: Record<ExplanationDepth, { readonly relations: number; readonly pairs: number; readonly better: number }> = {
  1: { relations: 1, pairs: 0, better: 0 },
  2: { relations: 3, pairs: 3, better: 3 },
  3: { relations: 5, pairs: 8, better: 10 },
};

/** Relations of a smaller probability are not named. */
const LEAST_NAMED = 0.01;

/** Tells whether four listed words are an analogy, and why. */
export class AnalogyExplainer {
  private readonly models: SolvingModels;
  /** Every pair of the catalogue, both ways round. */
  private readonly knownPairs: readonly { readonly relation: OrientedRelation; readonly example: Example }[];

  constructor(
    private readonly space: WordSpace,
    recognizer: RelationRecognizer,
    finder: CandidateFinder,
    answerWeights: readonly number[],
    private readonly validityWeights: readonly number[],
  ) {
    this.models = { space, recognizer, finder, answerWeights };
    this.knownPairs = recognizer.relations.flatMap((relation) => relation.examples.map((example) => ({ relation, example })));
  }

  /** Explains four words; `spell` says how a word is to be written, as it is listed unless said. */
  explain(words: IndexedAnalogy, depth: ExplanationDepth, spell = (index: number): string => this.space.lexicon.word(index)): Omit<ExplainAnalogyResponse, 'unknown' | 'readAs'> {
    const evidence = new WeighedQuestion(this.models, words).evidence(words.d);
    const written = { a: spell(words.a), b: spell(words.b), c: spell(words.c), d: spell(words.d) };
    const confidence = validityOf(validityFeatures(evidence), this.validityWeights);
    const findings = {
      valid: confidence >= 0.5,
      confidence,
      similarity: evidence.cosineOffsets,
      relationAB: pairRelation(evidence.relationsAB, evidence.formsAB, evidence.cosineAB, [written.a, written.b], depth),
      relationCD: pairRelation(evidence.relationsCD, evidence.formsCD, evidence.cosineCD, [written.c, written.d], depth),
      better: better(evidence, spell).slice(0, AT_MOST[depth].better),
    };
    return {
      ...findings,
      supportingPairs: this.supportingPairs(evidence, words, AT_MOST[depth].pairs),
      steps: depth === 1 ? [] : stepsOf(evidence, this.rankOf(evidence), written, depth),
      explanation: explanationOf(written, { ...findings, isMadeByForm: evidence.formAgreement > 0 }),
    };
  }

  /** The known pairs whose offset is most like that of a and b, without those that hold a word of the question. */
  private supportingPairs({ question: { offset } }: Evidence, words: IndexedAnalogy, count: number): SupportingPair[] {
    if (count === 0) return [];
    const asked = new Set(Object.values(words));
    return this.knownPairs
      .filter(({ example }) => !asked.has(example.a) && !asked.has(example.b))
      .map(({ relation, example }) => ({ relation, example, similarity: cosineOfUnits(example.offset, offset) }))
      .sort((x, y) => y.similarity - x.similarity)
      .slice(0, count)
      .map(({ relation: { name }, example, similarity }) => {
        const [a, b] = [this.space.lexicon.word(example.a), this.space.lexicon.word(example.b)];
        return { a, b, relation: name, similarity };
      });
  }

  /** How many words but a, b and c are as near to b - a + c as d is, d with them; one more than are ranked where it is farther. */
  private rankOf({ question: { a, b, c, target }, d }: Evidence): number {
    const [ranked = []] = this.space.nearest.nearest([target], MOST_RANKED, new Set([a, b, c].filter((word) => word !== d.index)));
    const place = ranked.findIndex(({ index }) => index === d.index);
    return place < 0 ? MOST_RANKED + 1 : place + 1;
  }
}

function pairRelation(relations: readonly RecognizedRelation[], forms: readonly string[], similarity: number, [first, second]: readonly [string, string], depth: ExplanationDepth): PairRelation {
  const [likeliest] = relations;
  const isLikely = likeliest !== undefined && likeliest.probability >= 0.5;
  const [morphology] = forms;
  return {
    name: isLikely ? likeliest.relation.name : null,
    confidence: isLikely ? likeliest.probability : 0,
    ...(isLikely && { sentence: sentenceOf(likeliest.relation, first, second) }),
    ...(morphology !== undefined && { morphology }),
    similarity,
    candidates: relations
      .filter(({ probability }) => probability >= LEAST_NAMED)
      .slice(0, AT_MOST[depth].relations)
      .map(({ relation: { name }, probability }) => ({ name, confidence: probability })),
  };
}

/** The words that are likelier than d. */
function better({ d, others }: Evidence, spell: (index: number) => string): AnalogySolution[] {
  return others.filter(({ score }) => score > d.score).map(({ index, score, probability }) => ({ answer: spell(index), score, confidence: probability }));
}
