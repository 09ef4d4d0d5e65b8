import weights from './fitted-weights.json';

/** Weights of every model of this service, fitted by `npm run fit-analogies` on the catalogue and written to `fitted-weights.json`. */
export interface FittedWeights {
  /** Of a pair of words and a relation, see `PAIR_FEATURES` and `NO_RELATION_FEATURES`. */
  readonly pair: readonly number[];
  /** Of a question and an answer, see `ANSWER_FEATURES` and `NO_ANSWER_FEATURES`. */
  readonly answer: readonly number[];
  /** Of a question and an answer by vectors alone, see `PLAIN_FEATURES`: of 3CosAdd. */
  readonly add: readonly number[];
  /** The same of 3CosMul. */
  readonly mul: readonly number[];
  /** Of an analogy and whether it holds, see `VALIDITY_FEATURES`. */
  readonly validity: readonly number[];
}

/** The weights in use. */
export const FITTED_WEIGHTS: FittedWeights = weights;
