import type {
  AnalogyMethod,
  AnalogyQuestion,
  ExplainAnalogyRequest,
  ExplainAnalogyResponse,
  SolvedAnalogy,
  UnknownWord,
  WordNeighbours,
  WordReadAs,
} from '@sigmalang/contracts';

/** How a question is to be solved, all said. */
export interface SolveSettings {
  readonly method: AnalogyMethod;
  readonly topK: number;
  readonly threshold: number;
  readonly candidates?: readonly string[] | undefined;
}

/** The nearest words of a word, and what was to be said of the word. */
export interface FoundNeighbours extends WordNeighbours {
  readonly unknown: UnknownWord[];
  readonly readAs: WordReadAs[];
}

/** What a thread of the analogy program can do, each with one item. */
export interface AnalogyTasks {
  /** Solves one analogy. */
  readonly solve: (question: AnalogyQuestion, settings: SolveSettings) => SolvedAnalogy;
  /** Explains four words. */
  readonly explain: (request: ExplainAnalogyRequest) => ExplainAnalogyResponse;
  /** Finds the nearest words of one word, which came in `field`. */
  readonly neighbours: (item: { readonly word: string; readonly field: string }, settings: { readonly topK: number; readonly threshold: number }) => FoundNeighbours;
}

/** The tasks with the lexicon in a folder of assets; throws `LexiconAssetError` when that is missing or damaged. */
export default function openAnalogies(assets: string): AnalogyTasks {
  throw new Error(assets);
}
