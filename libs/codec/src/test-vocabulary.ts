import { resolve } from 'node:path';
import { Vocabulary } from './vocabulary';

/** The vocabulary that is built before tests and benchmarks run, both at the root of the repository. */
export const VOCABULARY_PATH = resolve('dist/assets/vocabulary/o200k.bin');

/** The vocabulary for tests and benchmarks. */
export function testVocabulary(): Vocabulary {
  return Vocabulary.load(VOCABULARY_PATH);
}
