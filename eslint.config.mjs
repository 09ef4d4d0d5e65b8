import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Who may import whom (docs/architecture.md): everything not named here is refused. */
const boundaries = [
  { sourceTag: 'project:contracts', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'project:vector', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'project:codec', onlyDependOnLibsWithTags: ['project:vector'] },
  { sourceTag: 'project:lexicon', onlyDependOnLibsWithTags: ['project:vector'] },
  { sourceTag: 'project:runtime', onlyDependOnLibsWithTags: ['project:contracts'] },
  { sourceTag: 'project:storage', onlyDependOnLibsWithTags: ['project:contracts', 'project:runtime'] },
  { sourceTag: 'type:service', onlyDependOnLibsWithTags: ['type:library'] },
  { sourceTag: 'type:standalone', onlyDependOnLibsWithTags: ['type:library', 'type:service'] },
  { sourceTag: 'type:bench', onlyDependOnLibsWithTags: ['type:library', 'project:gateway', 'project:search'] },
  { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['project:contracts', 'type:operations'] },
  { sourceTag: 'type:operations', onlyDependOnLibsWithTags: ['project:contracts', 'project:runtime'] },
];

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '**/*.gen.ts', 'libs/*/assembly/', 'coverage/', '.nx/'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: [], enforceBuildableLibDependency: false, depConstraints: boundaries },
      ],
      '@typescript-eslint/no-extraneous-class': 'off', // Nest modules are classes without members
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-inferrable-types': ['error', { ignoreProperties: true }], // Nest reads the types of fields
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // a message is plain data in the shape of its class
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.{spec,e2e-spec,ops-spec,bench}.ts'],
    rules: { 'no-console': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
);
