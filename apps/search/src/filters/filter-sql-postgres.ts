import type { Filter, FilterRange, Scalar } from '@sigmalang/contracts';
import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';

/** Comparisons of a range, in SQL. */
const OPERATORS = { gt: sql.raw('>'), gte: sql.raw('>='), lt: sql.raw('<'), lte: sql.raw('<=') } as const;

/**
 * The condition that a filter is over a `jsonb` column: true where `matches` is, false where it is not, and never null; a row without
 * metadata is one with `{}`. Whatever the filter says is a parameter.
 */
export function filterCondition(column: SQLWrapper, filter: Filter): SQL {
  if (filter.and) return joined(column, filter.and, sql` and `);
  if (filter.or) return joined(column, filter.or, sql` or `);
  if (filter.not) return sql`(not ${filterCondition(column, filter.not)})`;
  if (filter.key === undefined) return sql`true`;
  const value = valueAt(column, filter.key);
  const { equals, in: values, range, exists } = filter;
  if (equals !== undefined) return someItem(value, isOneOf([equals]));
  if (values) return someItem(value, isOneOf(values));
  if (range) return someItem(value, isWithin(range));
  return exists === false ? sql`(not ${isThere(value)})` : isThere(value);
}

function joined(column: SQLWrapper, parts: readonly Filter[], word: SQL): SQL {
  return sql`(${sql.join(parts.map((part) => filterCondition(column, part)), word)})`;
}

/** The value at a path, SQL's null where there is none: `->` with a text goes into objects only, as `#>` and JSON paths do not. */
function valueAt(column: SQLWrapper, path: string): SQL {
  return path.split('.').reduce((value, key) => sql`${value} -> ${key}::text`, sql`${column}`);
}

function isThere(value: SQL): SQL {
  return sql`coalesce((${value}) not in ('[]'::jsonb, '{}'::jsonb), false)`;
}

/** Whether a condition over `item` holds for one item of a list, or for the value itself. */
function someItem(value: SQL, condition: SQL): SQL {
  const items = sql`case jsonb_typeof(${value}) when 'array' then ${value} when 'object' then '[]' else jsonb_build_array(${value}) end`;
  return sql`exists (select from jsonb_array_elements(${items}) as items(item) where (${value}) is not null and ${condition})`;
}

/** Numbers are compared as decimals, of which each number of JavaScript has one of its own. */
function isOneOf(values: readonly Scalar[]): SQL {
  return sql`item in (select jsonb_array_elements(${JSON.stringify(values)}::text::jsonb))`;
}

/** The type is looked at first, by `case`, which alone keeps an order. Strings are compared by the bytes of UTF-8, which is by code points. */
function isWithin(range: FilterRange): SQL {
  const bounds = (['gt', 'gte', 'lt', 'lte'] as const).flatMap((name) => {
    const bound = range[name];
    return bound === undefined ? [] : [{ name, bound }];
  });
  const isNumber = typeof bounds[0]?.bound === 'number';
  const item = isNumber ? sql`item::numeric` : sql`(item #>> '{}') collate "C"`;
  const type = isNumber ? sql`::numeric` : sql``;
  const tests = bounds.map(({ name, bound }) => sql`${item} ${OPERATORS[name]} ${String(bound)}::text${type}`);
  return sql`case jsonb_typeof(item) when ${isNumber ? 'number' : 'string'}::text then ${sql.join(tests, sql` and `)} else false end`;
}
