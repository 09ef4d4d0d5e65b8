import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { VOCABULARY_PATH } from '../test-vocabulary';
import { TEST_VECTOR_FOLDER, testVectorFiles } from './test-vector-files';

const isNewEnough = 'import sys; sys.exit(sys.version_info < (3, 8))';
const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', isNewEnough]).status === 0);

describe('the reader in Python', () => {
  if (python === undefined) {
    console.log('skipped: docs/sigma-vector/reader.py, because there is no Python 3.8 or newer');
    it.skip('agrees with all test vectors (there is no python3)', () => undefined);
    return;
  }

  it('agrees with all test vectors', () => {
    const { status, stdout, stderr } = spawnSync(python, [join(TEST_VECTOR_FOLDER, 'reader.py'), VOCABULARY_PATH], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const name of Object.keys(testVectorFiles)) {
      expect(stdout).toMatch(new RegExp(`^${name.replace('.json', '')}: [1-9]\\d* checks$`, 'm'));
    }
  }, 120_000);
});
