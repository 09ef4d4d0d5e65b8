const PLACE = /\{(\d{1,2})\}/;

interface Form {
  readonly template: string;
  /** What stands before, between and after the values. */
  readonly words: readonly string[];
  /** Which value stands in each place. */
  readonly places: readonly number[];
}

/** A sentence, told apart. */
export interface ReadSentence {
  readonly template: string;
  /** What stands in the places of the template, by their numbers. */
  readonly values: readonly string[];
}

/**
 * Tells sentences apart into template and values: those that come as mere text, from class-validator and from libraries that know nothing of
 * messages. Of several templates that fit the one with the most words counts.
 */
export class TemplateReader {
  private readonly forms: readonly Form[];

  /** @param templates the templates that are looked for; those without values count for nothing */
  constructor(templates: Iterable<string>) {
    this.forms = [...templates]
      .map(toForm)
      .filter(({ places }) => places.length > 0)
      .sort((a, b) => letters(b) - letters(a));
  }

  /** What a text is made of; undefined where no template fits. Its time is linear in the length of the text. */
  read(text: string): ReadSentence | undefined {
    for (const { template, words, places } of this.forms) {
      const found = valuesBetween(words, text);
      if (!found) continue;
      const values = Array.from({ length: Math.max(...places) + 1 }, (_value, i) => found[places.indexOf(i)] ?? '');
      return { template, values };
    }
    return undefined;
  }
}

function toForm(template: string): Form {
  const pieces = template.split(PLACE); // words and, in every other place, the number of a value
  return {
    template,
    words: pieces.filter((_piece, i) => i % 2 === 0),
    places: pieces.filter((_piece, i) => i % 2 === 1).map(Number),
  };
}

function letters({ words }: Form): number {
  return words.join('').length;
}

/** What stands between words that follow one another in a text from its beginning to its end; each value ends where it can first. */
function valuesBetween(words: readonly string[], text: string): string[] | undefined {
  const [first = '', ...others] = words;
  const last = others.pop() ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return undefined;
  const values: string[] = [];
  const end = text.length - last.length;
  let from = first.length;
  for (const word of others) {
    const at = text.indexOf(word, from);
    if (at < 0 || at + word.length > end) return undefined;
    values.push(text.slice(from, at));
    from = at + word.length;
  }
  values.push(text.slice(from, end));
  return values;
}
