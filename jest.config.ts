import type { Config } from 'jest';
import { availableParallelism } from 'node:os';
import tsconfig from './tsconfig.base.json' with { type: 'json' };

const root = import.meta.dirname;

/** `@sigmalang/x` → its source file, from the one list of paths in tsconfig.base.json. */
const projectPaths = Object.fromEntries(
  Object.entries(tsconfig.compilerOptions.paths).map(([name, [file]]) => [`^${name}$`, `<rootDir>/${file}`]),
);

const shared = {
  rootDir: root,
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': ['@swc/jest', {}] as [string, Record<string, unknown>],
    '^.+\\.js$': ['@swc/jest', { module: { type: 'commonjs' } }] as [string, Record<string, unknown>],
  },
  transformIgnorePatterns: ['/node_modules/(?!jose/)'], // it is published as modules alone
  moduleNameMapper: projectPaths,
  setupFiles: ['reflect-metadata'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

const config: Config = {
  maxWorkers: Math.max(2, availableParallelism() - 1), // much of the suite waits for processes
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts'] },
    { ...shared, displayName: 'ops', testMatch: ['<rootDir>/deploy/**/*.spec.ts', '<rootDir>/apps/e2e/**/*.ops-spec.ts'] },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/apps/e2e/**/*.e2e-spec.ts'] },
  ],
  coverageProvider: 'v8',
  collectCoverageFrom: ['libs/*/src/**/*.ts', '!**/*.{spec,bench,gen}.ts', '!**/index.ts', '!libs/codec/src/fuzz/**'],
  coverageThreshold: { global: { lines: 95 } },
};

export default config;
