import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { COMPILED_FOLDER, compiledFiles } from './compiled-files';

for (const folder of ['dashboards', 'rules']) rmSync(join(COMPILED_FOLDER, folder), { recursive: true, force: true });
for (const [path, text] of compiledFiles()) {
  const file = join(COMPILED_FOLDER, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
