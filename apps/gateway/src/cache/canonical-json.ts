/** Levels of objects and lists within one another; a request that is valid has fewer. */
const DEEPEST = 32;

/**
 * A value that was parsed from JSON as the one text that stands for it: keys in their order, no spaces. Undefined for a value nested
 * deeper than 32 levels, and for one with a number too large for JSON to write.
 */
export function canonicalJson(value: unknown): string | undefined {
  return write(value, DEEPEST);
}

function write(value: unknown, levels: number): string | undefined {
  if (typeof value !== 'object' || value === null) return isWritable(value) ? JSON.stringify(value) : undefined;
  if (levels === 0) return undefined;
  if (Array.isArray(value)) return writeList(value, levels);
  const fields: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const field = write((value as Record<string, unknown>)[key], levels - 1);
    if (field === undefined) return undefined;
    fields.push(`${JSON.stringify(key)}:${field}`);
  }
  return `{${fields.join(',')}}`;
}

function writeList(list: readonly unknown[], levels: number): string | undefined {
  if (list.every((item) => typeof item !== 'object' && isWritable(item))) return JSON.stringify(list); // one call for the numbers of a vector
  const items: string[] = [];
  for (const value of list) {
    const item = write(value, levels - 1);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return `[${items.join(',')}]`;
}

/** Whether a value is what it is in JSON: 1e999 is read as infinity, which would be written as null. */
function isWritable(value: unknown): boolean {
  return typeof value !== 'number' || Number.isFinite(value);
}
