import { foldText, type Lexicon, similarSpellings } from '@sigmalang/lexicon';
import { basesOf, formsOf, WORD_FORMS, type WordForm } from '../morphology/word-forms';

/** A listed word that was read, and how it was written. */
export interface ReadWord {
  /** Index of the listed word. */
  readonly index: number;
  /** The listed word. */
  readonly word: string;
  /** What the word as it was sent has beside the listed one: how its letters are written, and an ending. */
  readonly style: WordStyle;
}

/** How a word is written. */
export interface WordStyle {
  readonly letters: 'as listed' | 'Capitalised' | 'CAPITALS';
  /** A form of which only the base is listed. */
  readonly form: WordForm | undefined;
  /** A possessive ending as it stood there, such as `'s`. */
  readonly possessive: string;
}

/** How many forms, from the first, an unlisted word is read as: inflections, not derivations. */
const READ_FORMS = 8;

/** Words spelled alike that are named for an unknown word. */
const MOST_SPELLINGS = 3;

/** Answers to unknown words that are kept. */
const MOST_KEPT = 1_000;

/** What may stand between the parts of a word. */
const BETWEEN = /(?<=[\p{L}\p{N}])[\s_-]+(?=[\p{L}\p{N}])/gu;

/** An abbreviation such as `U.S.`. */
const DOTTED = /^(?:\p{Lu}\.){2,}$|^(?:\p{Lu}\.)+\p{Lu}$/u;

const POSSESSIVE = /(?:['’]s|(?<=s)['’])$/i;

/** Reads words as people write them: with capitals, accents, possessives, and in forms of which only the base is listed. */
export class WordReader {
  private readonly spellings = new Map<string, readonly string[]>();

  constructor(private readonly lexicon: Lexicon) {}

  /** The listed word that a text stands for, or undefined. */
  read(text: string): ReadWord | undefined {
    const written = text.trim();
    const letters = lettersOf(written);
    const possessive = POSSESSIVE.exec(written)?.[0] ?? '';
    const bare = written.slice(0, written.length - possessive.length);
    for (const [word, ending] of [[written, ''], [bare, possessive]] as const) {
      const found = this.find(word);
      if (found) return { ...found, style: { letters, form: undefined, possessive: ending } };
    }
    return this.findBase(foldText(bare), { letters, form: undefined, possessive });
  }

  /** A few listed words that are spelled like one that is not, the most alike first. */
  spelledLike(text: string): string[] {
    const word = foldText(text.trim());
    const known = this.spellings.get(word);
    if (known) return [...known];
    const found = similarSpellings(this.lexicon, word, MOST_SPELLINGS).map(({ index }) => this.lexicon.word(index));
    if (this.spellings.size >= MOST_KEPT) this.spellings.clear();
    this.spellings.set(word, found);
    return [...found];
  }

  private find(text: string): Omit<ReadWord, 'style'> | undefined {
    const letters = DOTTED.test(text) ? text.replaceAll('.', '') : text;
    const folded = letters === 'US' ? 'usa' : foldText(letters); // in capitals it is no pronoun
    for (const word of [letters === 'US' ? folded : letters.toLowerCase(), folded, folded.replace(BETWEEN, '-'), folded.replace(BETWEEN, '')]) {
      const index = this.lexicon.indexOf(word);
      if (index !== undefined) return { index, word };
    }
    return undefined;
  }

  /** The commonest word that an unlisted one is a form of. */
  private findBase(word: string, style: WordStyle): ReadWord | undefined {
    for (const form of WORD_FORMS.slice(0, READ_FORMS)) {
      const indices = basesOf(form, word).flatMap((base) => this.lexicon.indexOf(base) ?? []);
      if (indices.length === 0) continue;
      const index = Math.min(...indices);
      return { index, word: this.lexicon.word(index), style: { ...style, form } };
    }
    return undefined;
  }
}

/** Whether a word was read as another than the one that was sent, but for its capitals. */
export function isReadAsAnother(text: string, { word }: ReadWord): boolean {
  return text.trim().toLowerCase() !== word;
}

/** Writes a listed word in a style: in the form, with the ending and with the capitals that another word had. */
export function write(word: string, { letters, form, possessive }: WordStyle): string {
  const formed = form ? (formsOf(form, word)[0] ?? word) : word;
  const cased = letters === 'CAPITALS' ? formed.toUpperCase() : letters === 'Capitalised' ? capitalised(formed) : formed;
  const ending = possessive.length === 1 && !formed.endsWith('s') ? `${possessive}s` : possessive;
  return cased + (letters === 'CAPITALS' ? ending.toUpperCase() : ending.toLowerCase());
}

function capitalised(word: string): string {
  return word.replace(/(^|-)(\p{L})/gu, (_match, before: string, letter: string) => before + letter.toUpperCase());
}

function lettersOf(text: string): WordStyle['letters'] {
  const letters = text.replace(POSSESSIVE, '').replace(/[^\p{L}]/gu, '');
  if (letters.length > 1 && letters === letters.toUpperCase() && letters !== letters.toLowerCase()) return 'CAPITALS';
  const [first = ''] = letters;
  return first !== first.toLowerCase() ? 'Capitalised' : 'as listed';
}
