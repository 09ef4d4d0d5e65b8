import { writeFileSync } from 'node:fs';
import { chartFiles } from './chart-files';

for (const [path, text] of chartFiles()) writeFileSync(path, text);
