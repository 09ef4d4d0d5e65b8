import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Vocabulary, VocabularyError } from './vocabulary';

const project = join(__dirname, '..');

/** The built vocabulary asset, as tests read it. */
export const VOCABULARY_PATH = join(project, '../../dist/assets/vocabulary/o200k.bin');

/** The vocabulary for tests and benchmarks; built first (as `nx run codec:vocabulary` does) when it is missing or of another version. */
export function testVocabulary(): Vocabulary {
  try {
    return Vocabulary.load(VOCABULARY_PATH);
  } catch (error) {
    if (!(error instanceof VocabularyError)) throw error;
    execFileSync(process.execPath, [join(project, 'build-vocabulary.mjs')], { stdio: 'ignore' });
    return Vocabulary.load(VOCABULARY_PATH);
  }
}
