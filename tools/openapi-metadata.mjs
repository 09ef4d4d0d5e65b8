// Writes libs/contracts/src/openapi-metadata.gen.ts: types, rules and TSDoc of every contract class, from which the
// gateway makes its OpenAPI document.
import { PluginMetadataGenerator } from '@nestjs/cli/lib/compiler/plugins/plugin-metadata-generator.js';
import { ReadonlyVisitor } from '@nestjs/swagger/plugin';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

const source = resolve('libs/contracts/src');
const { config } = ts.readConfigFile('tsconfig.base.json', ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());

new PluginMetadataGenerator().generate({
  visitors: [
    new ReadonlyVisitor({
      introspectComments: true,
      classValidatorShim: true,
      dtoFileNameSuffix: ['.contract.ts'],
      controllerFileNameSuffix: ['.none.ts'],
      pathToSource: source,
    }),
  ],
  tsProgramRef: ts.createProgram(globSync(`${source}/**/*.contract.ts`).sort(), options),
  outputDir: source,
  filename: 'openapi-metadata.gen.ts',
});
