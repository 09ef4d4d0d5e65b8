type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * JSON with two spaces a level, what fits on a line of 140 characters on one, and no invisible
 * characters: to be read and compared.
 */
export function jsonText(value: unknown): string {
  return `${write(value as Json, '').replace(INVISIBLE, escaped)}\n`;
}

const INVISIBLE = /[\u007f-\u00a0\u200b-\u200f\u2028\u2029\ufeff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function write(value: Json, indent: string): string {
  const short = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || indent.length + short.length <= 140) return short;
  const deeper = `${indent}  `;
  if (isList(value)) return isNumbers(value) ? short : block('[', ']', value.map((item) => write(item, deeper)), indent);
  const fields = Object.entries(value).filter((field): field is [string, Json] => field[1] !== undefined);
  return block('{', '}', fields.map(([key, field]) => `${JSON.stringify(key)}: ${write(field, deeper)}`), indent);
}

function block(open: string, close: string, lines: readonly string[], indent: string): string {
  return `${open}\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}${close}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isNumbers(list: readonly Json[]): boolean {
  return list.every((item) => typeof item === 'number');
}
