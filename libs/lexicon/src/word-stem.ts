import { BASE_FORMS } from './english-words';

/** Doubled before -ing and -ed: `running`, `stopped`; `l` and `s` stay, as in `falling`, `passed`. */
const DOUBLED = /([bdfgkmnprt])\1$/;

/**
 * A key that the inflected forms of an English word share (`men` man, `studies` studi, `running` run); not always a word.
 * Takes a lower-case word; other scripts come back unchanged.
 */
export function stem(word: string): string {
  const singular = withoutPlural(BASE_FORMS.get(word) ?? word);
  return withoutFinalVowel(withoutParticiple(singular));
}

function withoutPlural(word: string): string {
  if (word.length <= 3 || !word.endsWith('s') || /[sui]s$/.test(word)) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return /(?:[sxz]|ch|sh)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}

function withoutParticiple(word: string): string {
  const ending = word.endsWith('ing') ? 3 : word.endsWith('ed') && !word.endsWith('eed') ? 2 : 0;
  const base = word.slice(0, word.length - ending);
  if (ending === 0 || base.length < 3 || !/[aeiouy]/.test(base)) return word;
  return DOUBLED.test(base) ? base.slice(0, -1) : base;
}

function withoutFinalVowel(word: string): string {
  if (word.length > 3 && word.endsWith('e')) return word.slice(0, -1);
  return word.endsWith('y') ? `${word.slice(0, -1)}i` : word;
}
