/** What stands in the place of `{0}`, `{1}` … of a template: a name, a number, or a part that is said in words itself. */
export type MessageValue = string | number | Message;

/** A {@link Message} of values as it travels; its text is made of these. */
export interface WirePhrase {
  readonly template: string;
  readonly values: readonly (string | number | WirePhrase)[];
}

/** The most messages within one another that are read from a reply. */
const DEEPEST = 4;

/** A sentence in English that callers can be told in their own language: what is always said, apart from what differs each time. */
export class Message {
  /** The sentence in English. */
  readonly text: string;

  /**
   * @param template the sentence in English, with `{0}`, `{1}` … for its values; the key of its translations
   * @param values what differs each time: names, numbers, limits
   */
  constructor(
    readonly template: string,
    readonly values: readonly MessageValue[] = [],
  ) {
    this.text = fillTemplate(template, values.map((value) => (value instanceof Message ? value.text : String(value))));
  }

  /** The same with what `change` makes of each name in it, and of the whole where it has no values. */
  renamed(change: (text: string) => string): Message {
    if (this.values.length === 0) return new Message(change(this.template));
    const values = this.values.map((value) => {
      if (value instanceof Message) return value.renamed(change);
      return typeof value === 'string' ? change(value) : value;
    });
    return new Message(this.template, values);
  }

  /** What travels beside the text; undefined where the text says it all. */
  toWire(): WirePhrase | undefined {
    return this.values.length > 0 ? toPhrase(this) : undefined;
  }

  /** The message of a text and of what came beside it, which counts for nothing unless it makes that very text. */
  static fromWire(text: string, phrase: unknown): Message {
    const message = readPhrase(phrase, DEEPEST);
    return message?.text === text ? message : new Message(text);
  }
}

/** Makes a message of a template literal: say`${name} must be a string`. Nothing but values stands in `${}`, and no words. */
export function say(parts: TemplateStringsArray, ...values: MessageValue[]): Message {
  return new Message(parts.reduce((template, part, i) => `${template}{${i - 1}}${part}`), values);
}

/** The message of a sentence that was made elsewhere; it is told apart into template and values where it is translated. */
export function sentence(text: string | Message): Message {
  return text instanceof Message ? text : new Message(text);
}

/** A list of names of which one counts: `a or b or c`. */
export function anyOf(names: readonly string[]): MessageValue {
  const [first = '', ...rest] = names;
  return rest.reduce<MessageValue>((before, name) => say`${before} or ${name}`, first);
}

/** A list of names all of which count: `a and b and c`. */
export function allOf(names: readonly string[]): MessageValue {
  const [first = '', ...rest] = names;
  return rest.reduce<MessageValue>((before, name) => say`${before} and ${name}`, first);
}

/** A template with texts in the places of its values; a place without a text stays as it is. */
export function fillTemplate(template: string, texts: readonly string[]): string {
  return template.replace(/\{(\d{1,2})\}/g, (place, i: string) => texts[Number(i)] ?? place);
}

function toPhrase({ template, values }: Message): WirePhrase {
  return { template, values: values.map((value) => (value instanceof Message ? toPhrase(value) : value)) };
}

function readPhrase(phrase: unknown, depth: number): Message | undefined {
  if (depth === 0 || typeof phrase !== 'object' || phrase === null) return undefined;
  const { template, values } = phrase as Partial<Record<keyof WirePhrase, unknown>>;
  if (typeof template !== 'string' || !Array.isArray(values)) return undefined;
  const read: MessageValue[] = [];
  for (const value of values as unknown[]) {
    const known = typeof value === 'string' || typeof value === 'number' ? value : readPhrase(value, depth - 1);
    if (known === undefined) return undefined;
    read.push(known);
  }
  return new Message(template, read);
}
