import { type Lexicon, NearestWords } from '@sigmalang/lexicon';
import type { KnownRelation } from '../catalogue/relation';
import type { FittedWeights } from '../fit/fitted-weights';
import { orientedRelations } from '../relations/oriented-relation';
import { RelationRecognizer } from '../relations/relation-recognizer';
import { WordSpace } from '../word-space';
import { CandidateFinder } from './candidates';

/** The models by which analogies are solved and weighed. */
export interface SolvingModels {
  readonly space: WordSpace;
  readonly recognizer: RelationRecognizer;
  readonly finder: CandidateFinder;
  /** Of a question and an answer, see `answerFeatures`. */
  readonly answerWeights: readonly number[];
}

/** The models over a lexicon that was loaded for scanning, with the relations of a catalogue. */
export function solvingModels(lexicon: Lexicon, catalogue: readonly KnownRelation[], weights: Pick<FittedWeights, 'pair' | 'answer'>): SolvingModels {
  const space = new WordSpace(lexicon, new NearestWords(lexicon));
  const recognizer = new RelationRecognizer(space, orientedRelations(catalogue, space), weights.pair);
  return { space, recognizer, finder: new CandidateFinder(space), answerWeights: weights.answer };
}
