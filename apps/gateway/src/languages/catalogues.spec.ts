import { fillTemplate, Message } from '@sigmalang/contracts';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ABOUT_FIELD, CATALOGUES, PARTS } from './catalogues';
import { type ForeignLanguage, LANGUAGES } from './language';
import { templatesOfSources } from './source-templates';
import { translate } from './translation';

const ROOT = resolve(__dirname, '../../../..');
const SAYS_NOTHING = ['e2e', 'bench'];

const apps = readdirSync(resolve(ROOT, 'apps')).filter((app) => !SAYS_NOTHING.includes(app));
const { templates, faults } = templatesOfSources(ROOT, [...apps.map((app) => `apps/${app}`), 'libs']);
const foreign = LANGUAGES.filter((language): language is ForeignLanguage => language !== 'en');

const placesOf = (text: string): string[] => [...new Set(text.match(/\{\d+\}/g))].sort();

it('everything that a caller can be told is a template: a literal, or say`…` where it has values', () => {
  expect(faults).toEqual([]);
});

it('the sources are read', () => {
  expect(templates.size).toBeGreaterThan(150);
  for (const template of [...PARTS, ABOUT_FIELD]) expect([...templates.keys()]).toContain(template);
});

describe.each(foreign)('the catalogue of %s', (language) => {
  const catalogue = CATALOGUES[language];

  it('has every template of the sources', () => {
    const lacking = [...templates].filter(([template]) => !catalogue.has(template));
    const lines = lacking.map(([template, place]) => `  ${JSON.stringify(template)}: "",    <- ${place}`);
    if (lines.length > 0) throw new Error(`${language}.json lacks ${lines.length} translations; add these lines and fill them in:\n${lines.join('\n')}`);
  });

  it('has nothing that nobody says', () => {
    const superfluous = [...catalogue.keys()].filter((template) => !templates.has(template));
    if (superfluous.length > 0) throw new Error(`${language}.json has what no source says; remove it:\n  ${superfluous.join('\n  ')}`);
  });

  it('has each template once', () => {
    const keys = [...readFileSync(resolve(__dirname, `${language}.json`), 'utf8').matchAll(/^ {2}("(?:[^"\\]|\\.)*"): /gm)].map(([, key]) => key);
    expect(keys.filter((key, i) => keys.indexOf(key) < i)).toEqual([]);
    expect(keys).toHaveLength(catalogue.size);
  });

  it('has the same places in each translation as in its template', () => {
    const unequal = [...catalogue].filter(([template, text]) => placesOf(template).join() !== placesOf(text).join());
    expect(unequal).toEqual([]);
  });

  it('translates: no sentence is empty, or English', () => {
    const same = [...catalogue].filter(([template, text]) => text.trim() === '' || (text === template && template !== ABOUT_FIELD));
    expect(same).toEqual([]);
  });

  it('keeps names and literals as they are', () => {
    const names = /\b(?:DATA_DIR|X-API-Key|Authorization|base64|UTF-8|JSON|NATS|topK|minSeq|U\+0000|RFC 4648|semanticEmpty)\b|\{\w+[?,][^}]*\}|"[^"]*"|\b\d{2,}\b/g;
    const lost = [...catalogue].filter(([template, text]) => (template.match(names) ?? []).some((name) => !text.includes(name)));
    expect(lost).toEqual([]);
  });

  it('is found for each sentence that comes as mere text, with its values in their places', () => {
    const samples = ['texts', '4096', 'items', '7'];
    const wrong = [...catalogue.keys()].filter((template) => template !== ABOUT_FIELD && !PARTS.has(template)).flatMap((template) => {
      const expected = fillTemplate(catalogue.get(template) ?? '', samples);
      const found = translate(new Message(fillTemplate(template, samples)), language);
      return found === expected ? [] : [{ template, expected, found }];
    });
    expect(wrong).toEqual([]);
  });
});
