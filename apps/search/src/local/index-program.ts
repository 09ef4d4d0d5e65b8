import type { WorkerProgram } from '@sigmalang/runtime';
import { AnswerTooLargeError, ChangeFailedError, IndexNotOpenError } from './index-error';
import type { IndexTasks } from './index-worker';

/** Local indexes as a program for worker threads, built from `index-worker.ts`; one thread has all that are open. */
export const indexProgram: WorkerProgram<IndexTasks> = {
  name: 'index',
  operations: { search: 'search' },
  errors: [ChangeFailedError, IndexNotOpenError, AnswerTooLargeError],
};
