import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILED_FOLDER, compiledFiles } from './compiled-files';

it('the dashboards and rules of the umbrella chart are those that compile now: npm run monitoring', () => {
  const written = globSync(['{dashboards,rules}/*', 'documents-url.txt'], { cwd: COMPILED_FOLDER });
  const texts = new Map(written.map((path) => [path, readFileSync(join(COMPILED_FOLDER, path), 'utf8')]));
  expect(texts).toEqual(compiledFiles());
});
