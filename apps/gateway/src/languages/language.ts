/** The languages in which problems are told; the first is that of the sources, and of who asks for none. */
export const LANGUAGES = ['en', 'es', 'fr', 'de', 'ja', 'zh'] as const;

/** One of {@link LANGUAGES}, as a BCP 47 tag. */
export type Language = (typeof LANGUAGES)[number];

/** A language that sentences are translated to. */
export type ForeignLanguage = Exclude<Language, 'en'>;

const LONGEST_HEADER = 1_000;
const MOST_RANGES = 32;
const ANY = '*';
const RANGE = /^([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)(?:\s*;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

interface Range {
  /** The language without its region and script, or `*`. */
  readonly language: string;
  /** How much it is wanted, 0 (not at all) to 1. */
  readonly weight: number;
}

/**
 * The language that an Accept-Language header wants most (RFC 9110): `de-CH` is German, `*` whatever is not named. Of languages that are wanted
 * alike the one named first counts, and English where none is named. Parts of the header that are malformed count for nothing.
 */
export function preferredLanguage(header: string | undefined): Language {
  if (header === undefined || header.length > LONGEST_HEADER) return 'en';
  const ranges = header.toLowerCase().split(',', MOST_RANGES).flatMap(toRange);
  const named = ranges.flatMap(({ language }) => LANGUAGES.filter((known) => known === language));
  const weighed = [...new Set([...named, ...LANGUAGES])].map((language) => ({ language, weight: weightOf(language, ranges) }));
  const [first] = weighed.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  return first?.language ?? 'en';
}

function toRange(text: string): Range[] {
  const [, tag, weight = '1'] = RANGE.exec(text.trim()) ?? [];
  return tag === undefined ? [] : [{ language: tag.split('-', 1)[0] ?? tag, weight: Number(weight) }];
}

function weightOf(language: Language, ranges: readonly Range[]): number {
  const own = ranges.filter((range) => range.language === language);
  const counting = own.length > 0 ? own : ranges.filter((range) => range.language === ANY);
  return Math.max(0, ...counting.map(({ weight }) => weight));
}
