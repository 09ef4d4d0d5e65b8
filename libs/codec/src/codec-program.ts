import type { CodecTasks } from './codec-worker';
import { SigmaVectorError } from './sigma-vector-error';
import { MalformedTextError } from './tokenizer';
import { VocabularyError } from './vocabulary';

/**
 * The codec as a program for worker threads, built from `codec-worker.ts`: its name, the vector operation that each task counts as, and
 * the errors that its tasks throw.
 */
export const codecProgram: {
  readonly name: 'codec';
  readonly operations: { readonly prove: 'encode'; readonly decode: 'decode' };
  readonly errors: readonly (abstract new (...args: never) => Error)[];
  /** Types of the tasks; never set. */
  readonly tasks?: CodecTasks;
} = {
  name: 'codec',
  operations: { prove: 'encode', decode: 'decode' },
  errors: [MalformedTextError, SigmaVectorError, VocabularyError],
};
