import type { Filter, FilterRange, Metadata, Scalar } from '@sigmalang/contracts';

/** What a key of metadata holds. */
type MetadataValue = Metadata[string];

/**
 * Whether a document with this metadata fits a filter that keeps its contract; what every other implementation of filters is tested
 * against. A filter that says nothing lets everything through.
 */
export function matches(filter: Filter, metadata: Metadata): boolean {
  if (filter.and) return filter.and.every((part) => matches(part, metadata));
  if (filter.or) return filter.or.some((part) => matches(part, metadata));
  if (filter.not) return !matches(filter.not, metadata);
  if (filter.key === undefined) return true;
  const value = valueAt(metadata, filter.key);
  const { equals, in: values, range, exists } = filter;
  if (equals !== undefined) return scalarsOf(value).some((scalar) => scalar === equals);
  if (values) return scalarsOf(value).some((scalar) => values.includes(scalar));
  if (range) return scalarsOf(value).some((scalar) => isWithin(scalar, range));
  return isThere(value) === (exists ?? true);
}

/** What is at a path of keys joined by dots; undefined where there is nothing. */
export function valueAt(metadata: Metadata, path: string): MetadataValue | undefined {
  let value: MetadataValue | undefined = metadata;
  for (const key of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** Less than 0, 0 or more than 0 as `a` comes before, at or after `b` in the order of code points. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return orderOf(x) - orderOf(y);
  }
  return a.length - b.length;
}

/** Moves the halves of a pair, which stand for code points from U+10000 on, behind the other units. */
function orderOf(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function scalarsOf(value: MetadataValue | undefined): readonly Scalar[] {
  if (value === undefined || isObject(value)) return [];
  return isList(value) ? value : [value];
}

function isThere(value: MetadataValue | undefined): boolean {
  if (value === undefined) return false;
  if (isList(value)) return value.length > 0;
  return !isObject(value) || Object.keys(value).length > 0;
}

function isWithin(value: Scalar, { gt, gte, lt, lte }: FilterRange): boolean {
  const over = (bound: number | string | undefined, fits: (order: number) => boolean): boolean => {
    if (bound === undefined) return true;
    const order = compare(value, bound);
    return order !== undefined && fits(order);
  };
  return over(gt, (order) => order > 0) && over(gte, (order) => order >= 0) && over(lt, (order) => order < 0) && over(lte, (order) => order <= 0);
}

/** As `compareCodePoints`; undefined for values of different types. */
function compare(a: Scalar, b: number | string): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b);
  return typeof a === 'number' && typeof b === 'number' ? Number(a > b) - Number(a < b) : undefined;
}

function isList(value: MetadataValue): value is readonly Scalar[] {
  return Array.isArray(value);
}

function isObject(value: MetadataValue | undefined): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
