import { plainToInstance, Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsBoolean, isObject, ValidateBy, ValidateNested } from 'class-validator';
import { say } from '../messages/message';
import { IsNested, Optional, RequiredUnless, RULES } from '../rules';
import { IsMetadataPath, IsScalar, isScalar, type Scalar } from './collection-rules';

/** Most values of `in`, and most filters of a filter, itself and those within one another counted. */
export const MOST_FILTER_PARTS = 256;

const CONDITIONS = ['equals', 'in', 'range', 'exists'] as const;
const COMBINATIONS = ['and', 'or', 'not'] as const;

/** Bounds of a range: all of them numbers, or all of them strings, which are compared by code points. */
export class FilterRange {
  /** The value is greater than this. */
  @Optional()
  @IsRangeBound()
  gt?: number | string;

  /** The value is this or greater. */
  @Optional()
  @IsRangeBound()
  gte?: number | string;

  /** The value is less than this. */
  @Optional()
  @IsRangeBound()
  lt?: number | string;

  /** The value is this or less. */
  @Optional()
  @IsRangeBound()
  lte?: number | string;
}

/**
 * Which documents count, by their metadata: `key` with one of `equals`, `in`, `range` and `exists`, or one of `and`, `or` and `not` with
 * further filters, 256 in all. Of a list in the metadata it is enough that one item fits. Values of different types are never equal, and no value lies
 * in a range of another type.
 */
export class Filter {
  /** Path of the metadata key that a condition is about, such as `author.name`; needed unless there is one of `and`, `or` and `not`. */
  @RequiredUnless(...COMBINATIONS)
  @IsMetadataPath()
  @IsOneCondition()
  key?: string;

  /** The value is this. */
  @Optional()
  @BelongsToKey()
  @IsScalar()
  equals?: Scalar;

  /** The value is one of these, 1 to 256. */
  @Optional()
  @BelongsToKey()
  @IsScalarList()
  in?: Scalar[];

  /** The value lies within these bounds. */
  @Optional()
  @BelongsToKey()
  @HasBounds()
  @IsNested(() => FilterRange)
  range?: FilterRange;

  /** Whether the key is there, with whatever value but an empty list or an empty object. */
  @Optional()
  @BelongsToKey()
  @IsBoolean()
  exists?: boolean;

  /** All of these hold, 1 to 256. */
  @Optional()
  @StandsAlone()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_FILTER_PARTS)
  @IsNested(() => Filter, { each: true })
  and?: Filter[];

  /** At least one of these holds, 1 to 256. */
  @Optional()
  @StandsAlone()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_FILTER_PARTS)
  @IsNested(() => Filter, { each: true })
  or?: Filter[];

  /** This does not hold. */
  @Optional()
  @StandsAlone()
  @IsNested(() => Filter)
  not?: Filter;
}

/** Stands for a filter that is too large to be read; no rule of a class applies to it. */
const TOO_MANY_PARTS = Object.freeze({});

/** The filter of a request; one of more than 256 filters in all is refused without a look at them. */
export function IsFilter(): (target: object, property: string) => void {
  const rules = [
    ValidateBy({
      name: RULES.filterForm,
      validator: {
        validate: (value) => value !== TOO_MANY_PARTS,
        defaultMessage: (fault) => say`${fault?.property ?? 'filter'} must have at most ${MOST_FILTER_PARTS} filters in all`.text,
      },
    }),
    ValidateBy({
      name: RULES.nested,
      validator: {
        validate: (value) => isObject(value) && !Array.isArray(value),
        defaultMessage: (fault) => say`${fault?.property ?? 'filter'} must be an object`.text,
      },
    }),
    ValidateNested(),
    Transform(({ value }: { value: unknown }) => {
      if (!isObject(value) || Array.isArray(value)) return value;
      return partsOf(value) > MOST_FILTER_PARTS ? TOO_MANY_PARTS : plainToInstance(Filter, value);
    }),
  ];
  return (target, property) => {
    for (const rule of rules) rule(target, property);
  };
}

/** How many filters a filter is made of, itself among them. */
function partsOf(filter: unknown): number {
  if (!isObject(filter)) return 1;
  const { and, or, not } = filter as Readonly<Record<'and' | 'or' | 'not', unknown>>;
  const parts = [and, or].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return [...parts, ...(isObject(not) ? [not] : [])].reduce<number>((sum, part) => sum + partsOf(part), 1);
}

function given(message: object, field: string): boolean {
  return (message as Record<string, unknown>)[field] !== undefined;
}

function IsRangeBound(): PropertyDecorator {
  return ValidateBy({
    name: RULES.rangeBound,
    validator: {
      validate: (value) => isScalar(value) && (typeof value === 'number' || typeof value === 'string'),
      defaultMessage: (fault) => say`${fault?.property ?? 'bound'} must be a number or a string`.text,
    },
  });
}

function IsScalarList(): PropertyDecorator {
  return ValidateBy({
    name: RULES.scalarList,
    validator: {
      validate: (value) => Array.isArray(value) && value.length >= 1 && value.length <= MOST_FILTER_PARTS && value.every(isScalar),
      defaultMessage: () => say`in must be a list of 1 to ${MOST_FILTER_PARTS} strings, numbers, booleans or nulls`.text,
    },
  });
}

/** On `key`: exactly one condition beside it. */
function IsOneCondition(): PropertyDecorator {
  return ValidateBy({
    name: RULES.filterForm,
    validator: {
      validate: (_value, fault) => CONDITIONS.filter((field) => given(fault?.object ?? {}, field)).length === 1,
      defaultMessage: (fault) =>
        fault?.value === undefined
          ? say`a filter must have a key with one of ${CONDITIONS.join(', ')}, or else one of ${COMBINATIONS.join(', ')}`.text
          : say`key must have exactly one of ${CONDITIONS.join(', ')} beside it`.text,
    },
  });
}

/** On a condition: there is a key. */
function BelongsToKey(): PropertyDecorator {
  return ValidateBy({
    name: RULES.filterForm,
    validator: {
      validate: (_value, fault) => given(fault?.object ?? {}, 'key'),
      defaultMessage: (fault) => say`${fault?.property ?? 'a condition'} needs a key beside it`.text,
    },
  });
}

/** On a combination: nothing beside it. */
function StandsAlone(): PropertyDecorator {
  return ValidateBy({
    name: RULES.filterForm,
    validator: {
      validate: (_value, fault) =>
        ['key', ...CONDITIONS, ...COMBINATIONS].filter((field) => given(fault?.object ?? {}, field)).length === 1,
      defaultMessage: (fault) => say`${fault?.property ?? 'a combination'} cannot have anything beside it`.text,
    },
  });
}

/** On a range: at least one bound, and all of one type. */
function HasBounds(): PropertyDecorator {
  return ValidateBy({
    name: RULES.rangeBounds,
    validator: {
      validate: (value) => {
        if (typeof value !== 'object' || value === null) return false;
        const bounds = Object.values(value as Record<string, unknown>).filter((bound) => bound !== undefined);
        return bounds.length > 0 && new Set(bounds.map((bound) => typeof bound)).size === 1;
      },
      defaultMessage: () => say`range must have at least one of gt, gte, lt, lte, all numbers or all strings`.text,
    },
  });
}
