import { Type } from 'class-transformer';
import {
  isArray,
  isObject,
  isString,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationArguments,
  type ValidationOptions,
} from 'class-validator';
import type { MessageClass } from './contract';
import { limits } from './limits';
import { anyOf, say } from './messages/message';

/** Names of the rules below, as they stand in a fault and in class-validator's metadata. */
export const RULES = {
  text: 'text',
  atMostTexts: 'atMostTexts',
  atMostVectors: 'atMostVectors',
  textOrTexts: 'textOrTexts',
  textOrVector: 'textOrVector',
  vectorData: 'vectorData',
  erasure: 'erasure',
  copies: 'copies',
  nested: 'nested',
  floats: 'floats',
  symbol: 'symbol',
  unique: 'unique',
  analogyQuery: 'analogyQuery',
  notTogetherWith: 'notTogetherWith',
  recordName: 'recordName',
  rolesOnce: 'rolesOnce',
  listCursor: 'listCursor',
  collectionName: 'collectionName',
  documentId: 'documentId',
  storable: 'storable',
  documentText: 'documentText',
  idsOnce: 'idsOnce',
  metadata: 'metadata',
  metadataPath: 'metadataPath',
  scalar: 'scalar',
  scalarList: 'scalarList',
  rangeBound: 'rangeBound',
  rangeBounds: 'rangeBounds',
  filterForm: 'filterForm',
  query: 'query',
  weights: 'weights',
  corpus: 'corpus',
  moment: 'moment',
  callersSubject: 'callersSubject',
  momentToCome: 'momentToCome',
  refreshToken: 'refreshToken',
} as const;

/** Characters of a text, counted as Unicode code points. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}

/** Whether a value is a text that can be processed: well-formed Unicode of at most `limits.textCharacters`. */
export function isText(value: unknown): value is string {
  if (!isString(value) || !value.isWellFormed()) return false;
  return value.length <= limits.textCharacters || codePoints(value) <= limits.textCharacters;
}

/** What is wrong with a value that is no text, in words that do not repeat it; `name` is that of its field. */
export function textFault(value: unknown, name: string): string {
  if (!isString(value)) return say`${name} must be a string`.text;
  if (!value.isWellFormed()) return say`${name} must be well-formed Unicode: it holds a lone surrogate`.text;
  return say`${name} must have at most ${limits.textCharacters} characters`.text;
}

function eachName(name: string, options?: ValidationOptions): string {
  return options?.each ? say`each of ${name}`.text : name;
}

/** A string of well-formed Unicode with at most `limits.textCharacters` characters. */
export function IsText(options?: ValidationOptions): PropertyDecorator {
  const defaultMessage = (fault?: ValidationArguments): string => {
    const values: unknown[] = options?.each && isArray(fault?.value) ? fault.value : [fault?.value];
    const worst = values.find((value) => !isText(value));
    return textFault(worst, eachName(fault?.property ?? 'text', options));
  };
  return ValidateBy({ name: RULES.text, validator: { validate: isText, defaultMessage } }, options);
}

/** A list of 1 to `limits[limit]` items; `rule` names the limit. */
function boundedList(rule: string, limit: 'textsPerCall' | 'vectorsPerCall'): PropertyDecorator {
  return ValidateBy({
    name: rule,
    validator: {
      validate: (value) => isArray(value) && value.length >= 1 && value.length <= limits[limit],
      defaultMessage: (fault) => say`${fault?.property ?? 'list'} must be a list of 1 to ${limits[limit]} items`.text,
    },
  });
}

/** A list of 1 to `limits.textsPerCall` items. */
export const AtMostTexts = (): PropertyDecorator => boundedList(RULES.atMostTexts, 'textsPerCall');

/** A list of 1 to `limits.vectorsPerCall` items. */
export const AtMostVectors = (): PropertyDecorator => boundedList(RULES.atMostVectors, 'vectorsPerCall');

/** One text, or a list of 1 to `limits.textsPerCall` texts. */
export function IsTextOrTexts(): PropertyDecorator {
  return ValidateBy({
    name: RULES.textOrTexts,
    validator: {
      validate: (value) =>
        isText(value) ||
        (isArray(value) && value.length >= 1 && value.length <= limits.textsPerCall && value.every(isText)),
      defaultMessage: (fault) => {
        const value: unknown = fault?.value;
        const name = fault?.property ?? 'input';
        if (!isArray(value)) return textFault(value, name);
        if (value.length < 1 || value.length > limits.textsPerCall) {
          return say`${name} must be a text or a list of 1 to ${limits.textsPerCall} texts`.text;
        }
        return textFault(
          value.find((item) => !isText(item)),
          say`each of ${name}`.text,
        );
      },
    },
  });
}

/** May be left out; null is not the same as left out. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_message, value) => value !== undefined);
}

/** Required unless one of the other fields is given; the rules beside it run only then or when the field is given. */
export function RequiredUnless(...others: string[]): (target: object, property: string) => void {
  return (target, property) => {
    ValidateIf((message: Record<string, unknown>) => {
      return message[property] !== undefined || others.every((other) => message[other] === undefined);
    })(target, property);
  };
}

/** Refused when one of the other fields is given too. */
export function NotTogetherWith(...others: string[]): PropertyDecorator {
  return ValidateBy({
    name: RULES.notTogetherWith,
    constraints: others,
    validator: {
      validate: (value, fault) => {
        const message = (fault?.object ?? {}) as Record<string, unknown>;
        return value === undefined || others.every((other) => message[other] === undefined);
      },
      defaultMessage: (fault) => say`${fault?.property ?? 'field'} cannot be given together with ${anyOf(others)}`.text,
    },
  });
}

/** The most bits that a vector may have. */
export const MOST_DIMENSIONS = 65_536;

/** Whether a value can be the data of a vector: text (base64 or a string of 0 and 1), or a list of 1 and -1. */
export function isVectorData(value: unknown): boolean {
  return isString(value) || (isArray(value) && value.length <= MOST_DIMENSIONS && value.every((item) => item === 1 || item === -1));
}

/** The data of a vector: text (base64 or a string of 0 and 1), or a list of 1 and -1. */
export function IsVectorData(): PropertyDecorator {
  return ValidateBy({
    name: RULES.vectorData,
    validator: {
      validate: isVectorData,
      defaultMessage: (fault) =>
        say`${fault?.property ?? 'data'} must be base64, a string of 0 and 1, or a list of at most ${MOST_DIMENSIONS} times 1 or -1`.text,
    },
  });
}

/** An object of a class, or a list of such, checked by the rules of that class; lists do not stand for objects. */
export function IsNested(
  nested: () => MessageClass<object>,
  options: { each?: boolean } = {},
): (target: object, property: string) => void {
  const isPlainObject = ValidateBy(
    {
      name: RULES.nested,
      validator: {
        validate: (value) => isObject(value) && !isArray(value),
        defaultMessage: (fault) => say`${eachName(fault?.property ?? 'value', options)} must be an object`.text,
      },
    },
    options,
  );
  return (target, property) => {
    isPlainObject(target, property);
    ValidateNested(options)(target, property);
    Type(nested)(target, property);
    Reflect.defineMetadata(NESTED, nested, target, property);
  };
}

const NESTED = Symbol('nested class');

/** The class that {@link IsNested} names for a field of a message, if it does. */
export function nestedClassOf(message: MessageClass<object>, field: string): MessageClass<object> | undefined {
  const nested = Reflect.getMetadata(NESTED, message.prototype as object, field) as (() => MessageClass<object>) | undefined;
  return nested?.();
}

/**
 * A message, in plain data, whose lists end with their first item that is no object, wherever {@link IsNested} asks for objects. By that item
 * it is refused as before; of each further one class-validator would make an error, and a list may hold millions.
 */
export function cutLists(message: MessageClass<object>, value: object): object {
  const cut = Object.entries(value).flatMap(([field, item]: [string, unknown]) => {
    const nested = isObject(item) || isArray(item) ? nestedClassOf(message, field) : undefined;
    return nested ? [[field, cutWithin(nested, item)] as const] : [];
  });
  return cut.length > 0 ? { ...value, ...Object.fromEntries(cut) } : value;
}

function cutWithin(nested: MessageClass<object>, item: unknown): unknown {
  if (isObject(item)) return cutLists(nested, item);
  if (!Array.isArray(item)) return item;
  const items: readonly unknown[] = item;
  const last = items.findIndex((each) => !isObject(each));
  return (last < 0 ? items : items.slice(0, last + 1)).map((each) => (isObject(each) ? cutLists(nested, each) : each));
}

/** The values of an embedding: a list of numbers, or base64. */
export function IsFloats(): PropertyDecorator {
  return ValidateBy({
    name: RULES.floats,
    validator: {
      validate: (value) => isString(value) || (isArray(value) && value.every((item) => Number.isFinite(item))),
      defaultMessage: (fault) => say`${fault?.property ?? 'value'} must be a list of numbers, or base64`.text,
    },
  });
}

/** The most characters of a symbol. */
export const LONGEST_SYMBOL = 256;

/** Whether a value is a symbol: well-formed Unicode of 1 to 256 characters. */
export function isSymbol(value: unknown): value is string {
  return isString(value) && value.length >= 1 && value.isWellFormed() && codePoints(value) <= LONGEST_SYMBOL;
}

/** A name of a hypervector: well-formed Unicode of 1 to 256 characters. */
export function IsSymbol(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: RULES.symbol,
      validator: {
        validate: isSymbol,
        defaultMessage: (fault) =>
          say`${eachName(fault?.property ?? 'symbol', options)} must be well-formed Unicode of 1 to ${LONGEST_SYMBOL} characters`.text,
      },
    },
    options,
  );
}

/** A list whose items all differ; in linear time, since it runs on lists that are too long as well. */
export function IsUnique(): PropertyDecorator {
  return ValidateBy({
    name: RULES.unique,
    validator: {
      validate: (value) => isArray(value) && new Set(value).size === value.length,
      defaultMessage: (fault) => say`each of ${fault?.property ?? 'list'} must be there once`.text,
    },
  });
}
