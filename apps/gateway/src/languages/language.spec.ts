import { LANGUAGES, preferredLanguage } from './language';

it.each<[string | undefined, string]>([
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'de'],
  ['DE', 'de'],
  ['de-CH', 'de'],
  ['zh-Hant-TW', 'zh'],
  ['de-CH-1996, fr;q=0.9', 'de'],
  ['fr;q=0.3, ja;q=0.9, de;q=0.5', 'ja'],
  ['es, fr', 'es'],
  ['fr , es', 'fr'],
  ['fr;q=0.5,es;q=0.5', 'fr'],
  ['pt-BR, it;q=0.9, es;q=0.1', 'es'],
  ['pt, it', 'en'],
  ['*', 'en'],
  ['*, de', 'de'],
  ['*, de;q=0.5', 'en'],
  ['de;q=0.5, *;q=0.1', 'de'],
  ['en;q=0, *', 'es'],
  ['en;q=0', 'en'],
  ['de;q=0', 'en'],
  ['de;q=0.000, fr;q=0.001', 'fr'],
  ['de-AT;q=0.2, de;q=0.9, fr;q=0.5', 'de'],
  ['ja ; q = 0.5 , fr;q=0.4', 'ja'],
  ['de;q=1.000', 'de'],
])('of %j the language is %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});

it.each([
  'de;q=2',
  'de;q=-1',
  'de;q=0.1234',
  'de;q=',
  'de;level=1',
  'd_e',
  'de fr',
  'deutschland',
  '-de',
  'de-',
  '**',
  ';q=1',
  '\0de',
])('%j says nothing, and spoils nothing beside it', (part) => {
  expect(preferredLanguage(part)).toBe('en');
  expect(preferredLanguage(`${part}, fr;q=0.1`)).toBe('fr');
});

it.each(LANGUAGES)('%s is understood by its name', (language) => {
  expect(preferredLanguage(language)).toBe(language);
});

it('a header that is longer than any browser sends counts for nothing', () => {
  expect(preferredLanguage(`de${' '.repeat(1_000)}`)).toBe('en');
  expect(preferredLanguage(`${'x-1,'.repeat(40)}de`)).toBe('en');
});
