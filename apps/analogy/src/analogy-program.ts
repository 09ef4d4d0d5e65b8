import type { WorkerProgram } from '@sigmalang/runtime';
import { LexiconAssetError } from '@sigmalang/lexicon';
import type { AnalogyTasks } from './analogy-worker';

/** Analogies as a program for worker threads, built from `analogy-worker.ts`. */
export const analogyProgram: WorkerProgram<AnalogyTasks> = {
  name: 'analogy',
  operations: { solve: 'analogy', explain: 'explain', neighbours: 'neighbours' },
  errors: [LexiconAssetError],
};
