import { type Lexicon, NearestWords } from '@sigmalang/lexicon';
import { CATALOGUE } from '../catalogue/catalogue';
import { FITTED_WEIGHTS } from '../fit/fitted-weights';
import { orientedRelations } from '../relations/oriented-relation';
import { RelationRecognizer } from '../relations/relation-recognizer';
import { WordSpace } from '../word-space';
import { AnalogySolver } from './analogy-solver';
import { CandidateFinder } from './candidates';

/** The parts that solve analogies over one lexicon, with the weights in use. */
export interface OpenSolver {
  readonly space: WordSpace;
  readonly recognizer: RelationRecognizer;
  readonly finder: CandidateFinder;
  readonly solver: AnalogySolver;
}

/** Makes the parts for a lexicon, which is fast when it was loaded for scanning. */
export function openSolver(lexicon: Lexicon): OpenSolver {
  const space = new WordSpace(lexicon, new NearestWords(lexicon));
  const recognizer = new RelationRecognizer(space, orientedRelations(CATALOGUE, space), FITTED_WEIGHTS.pair);
  const finder = new CandidateFinder(space);
  return { space, recognizer, finder, solver: new AnalogySolver(space, recognizer, finder, FITTED_WEIGHTS) };
}
