import type { Lexicon } from '@sigmalang/lexicon';
import { CATALOGUE } from '../catalogue/catalogue';
import { FITTED_WEIGHTS } from '../fit/fitted-weights';
import { AnalogySolver } from './analogy-solver';
import { type SolvingModels, solvingModels } from './solving-models';

/** The models and the solver over a lexicon that was loaded for scanning, with the catalogue and the weights in use. */
export function openSolver(lexicon: Lexicon): SolvingModels & { readonly solver: AnalogySolver } {
  const models = solvingModels(lexicon, CATALOGUE, FITTED_WEIGHTS);
  return { ...models, solver: new AnalogySolver(models.space, models.recognizer, models.finder, FITTED_WEIGHTS) };
}
