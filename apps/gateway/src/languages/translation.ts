import { fillTemplate, Message, type ServiceError } from '@sigmalang/contracts';
import { ABOUT_FIELD, type Catalogue, CATALOGUES, PARTS } from './catalogues';
import { type ForeignLanguage, type Language, preferredLanguage } from './language';
import { type ReadSentence, TemplateReader } from './template-reader';

/** What a problem document says in words, all of it in one language. */
export interface ProblemWords {
  readonly language: Language;
  readonly title: string;
  readonly detail: string;
  /** The messages of its faults, in their order. */
  readonly faults: readonly string[];
}

/** Parts of a sentence within one another that are told apart, and the longest text that is. */
const DEEPEST = 4;
const LONGEST_TEXT = 2_000;

/** The sentences of a catalogue, and the parts of such. */
class Reading {
  private readonly sentences: TemplateReader;
  private readonly parts: TemplateReader;

  constructor(readonly catalogue: Catalogue) {
    const templates = [...catalogue.keys()].filter((template) => template !== ABOUT_FIELD);
    this.sentences = new TemplateReader(templates.filter((template) => !PARTS.has(template)));
    this.parts = new TemplateReader(templates.filter((template) => PARTS.has(template)));
  }

  /** A text in the language of the catalogue; undefined where it is none of its sentences. */
  sentence(text: string, depth = DEEPEST): string | undefined {
    const fixed = this.catalogue.get(text);
    if (fixed !== undefined || depth === 0 || text.length > LONGEST_TEXT) return fixed;
    const about = this.aboutField(text, depth);
    const read = about === undefined ? this.sentences.read(text) : undefined;
    return read ? this.filled(read, depth) : about;
  }

  private filled({ template, values }: ReadSentence, depth: number): string {
    const texts = values.map((value) => this.value(value, depth - 1));
    const translation = texts.reduce((before, said, i) => closedUp(before, i, said), this.catalogue.get(template) ?? template);
    return fillTemplate(translation, texts);
  }

  /** A value is a name or a number, unless it is said in words. */
  private value(text: string, depth: number): string {
    if (depth === 0 || !text.includes(' ')) return text;
    const said = this.sentence(text, depth);
    const part = said === undefined ? this.parts.read(text) : undefined;
    return part ? this.filled(part, depth) : said ?? text;
  }

  private aboutField(text: string, depth: number): string | undefined {
    const [field = '', ...rest] = text.split(': ');
    const said = rest.length > 0 && !field.includes(' ') ? this.sentence(rest.join(': '), depth - 1) : undefined;
    return said === undefined ? undefined : fillTemplate(this.catalogue.get(ABOUT_FIELD) ?? ABOUT_FIELD, [field, said]);
  }
}

/** A template without the space that stands between a name and what follows it in Chinese and Japanese, where it is words that end there. */
function closedUp(template: string, place: number, said: string): string {
  return /[\u3040-\u30ff\u4e00-\u9fff]$/.test(said) ? template.replace(`{${place}} `, `{${place}}`) : template;
}

const readings = new Map<ForeignLanguage, Reading>();

function readingOf(language: ForeignLanguage): Reading {
  const known = readings.get(language) ?? new Reading(CATALOGUES[language]);
  readings.set(language, known);
  return known;
}

/** A message in another language; undefined where that lacks it, or a part of it. */
export function translate(message: Message, language: ForeignLanguage): string | undefined {
  const { template, values, text } = message;
  const translation = CATALOGUES[language].get(template);
  if (translation === undefined) return values.length === 0 ? readingOf(language).sentence(text) : undefined;
  const texts = values.flatMap((value) => (value instanceof Message ? translate(value, language) ?? [] : String(value)));
  return texts.length === values.length ? fillTemplate(translation, texts) : undefined;
}

/**
 * What a problem says, in the language that the caller's Accept-Language header wants: English where one of its sentences cannot be said in that,
 * since a document is of one language.
 */
export function wordsOf({ message, errors, said }: ServiceError, title: Message, acceptLanguage: string | undefined): ProblemWords {
  const english = { language: 'en', title: title.text, detail: message, faults: errors.map((fault) => fault.message) } as const;
  const language = preferredLanguage(acceptLanguage);
  if (language === 'en') return english;
  const messages = [title, said.message, ...said.errors.map((fault) => fault.message)];
  const translated = messages.flatMap((each) => translate(each, language) ?? []);
  const [ofTitle, detail, ...faults] = translated;
  if (ofTitle === undefined || detail === undefined || translated.length < messages.length) return english;
  return { language, title: ofTitle, detail, faults };
}
