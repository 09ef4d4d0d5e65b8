import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testVocabulary } from '../test-vocabulary';
import { TextCodec } from '../text-codec';
import { jsonText } from './json-text';
import { TEST_VECTOR_FOLDER, testVectorFiles } from './test-vector-files';

const codec = new TextCodec(testVocabulary());
mkdirSync(TEST_VECTOR_FOLDER, { recursive: true });
for (const [name, contents] of Object.entries(testVectorFiles)) {
  writeFileSync(join(TEST_VECTOR_FOLDER, name), jsonText(contents(codec)));
  process.stdout.write(`${join(TEST_VECTOR_FOLDER, name)}\n`);
}
