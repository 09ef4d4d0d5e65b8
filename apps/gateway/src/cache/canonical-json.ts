/** Levels of objects and lists within one another; a request that is valid has fewer. */
const DEEPEST = 32;

/** Objects, fields, and items of lists that hold objects: few enough to be written in some milliseconds. */
const MOST_VALUES = 10_000;

/**
 * A value that was parsed from JSON as the one text that stands for it: keys in their order, no spaces. Undefined for a value nested
 * deeper than 32 levels, one of more than 10,000 fields and items (a list of plain values counts as one), and one with a number too large
 * for JSON to write.
 */
export function canonicalJson(value: unknown): string | undefined {
  return new Writer().write(value, DEEPEST);
}

class Writer {
  private left = MOST_VALUES;

  write(value: unknown, levels: number): string | undefined {
    if (typeof value !== 'object' || value === null) return isWritable(value) ? JSON.stringify(value) : undefined;
    if (levels === 0) return undefined;
    return Array.isArray(value) ? this.writeList(value, levels - 1) : this.writeObject(value as Readonly<Record<string, unknown>>, levels - 1);
  }

  private writeObject(object: Readonly<Record<string, unknown>>, levels: number): string | undefined {
    const keys = Object.keys(object);
    if (!this.takes(keys.length)) return undefined;
    const fields: string[] = [];
    for (const key of keys.sort()) {
      const field = this.write(object[key], levels);
      if (field === undefined) return undefined;
      fields.push(`${JSON.stringify(key)}:${field}`);
    }
    return `{${fields.join(',')}}`;
  }

  private writeList(list: readonly unknown[], levels: number): string | undefined {
    if (list.every((item) => typeof item !== 'object' && isWritable(item))) return JSON.stringify(list); // one call for the numbers of a vector
    if (!this.takes(list.length)) return undefined;
    const items: string[] = [];
    for (const value of list) {
      const item = this.write(value, levels);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return `[${items.join(',')}]`;
  }

  private takes(values: number): boolean {
    this.left -= values;
    return this.left >= 0;
  }
}

/** Whether a value is what it is in JSON: 1e999 is read as infinity, which would be written as null. */
function isWritable(value: unknown): boolean {
  return typeof value !== 'number' || Number.isFinite(value);
}
