import de from './de.json';
import es from './es.json';
import fr from './fr.json';
import ja from './ja.json';
import type { ForeignLanguage } from './language';
import zh from './zh.json';

/** A language's sentences, by their templates in English. */
export type Catalogue = ReadonlyMap<string, string>;

/** What is said in each language; catalogues.spec.ts names the templates that one of them lacks. */
export const CATALOGUES: Readonly<Record<ForeignLanguage, Catalogue>> = {
  es: new Map(Object.entries(es)),
  fr: new Map(Object.entries(fr)),
  de: new Map(Object.entries(de)),
  ja: new Map(Object.entries(ja)),
  zh: new Map(Object.entries(zh)),
};

/** Templates that are no sentences but the subjects and objects of some. */
export const PARTS: ReadonlySet<string> = new Set(['each of {0}', 'each value in {0}', '{0} or {1}', '{0} and {1}']);

/** The template of a sentence with the field that it is about before it. */
export const ABOUT_FIELD = '{0}: {1}';
