// Gathers what /docs and /redoc show into dist/assets/api-docs: our pages, Swagger UI and ReDoc.
import { cpSync, mkdirSync, rmSync } from 'node:fs';

const target = 'dist/assets/api-docs';
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
cpSync('apps/gateway/assets', target, { recursive: true });
for (const file of ['swagger-ui-dist/swagger-ui.css', 'swagger-ui-dist/swagger-ui-bundle.js', 'redoc/bundles/redoc.standalone.js']) {
  cpSync(`node_modules/${file}`, `${target}/${file.split('/').at(-1)}`);
}
