import { Type } from 'class-transformer';
import { isArray, isString, ValidateBy, validateSync, type ValidationError } from 'class-validator';
import type { MessageClass } from './contract';
import { type Message, say, sentence } from './messages/message';
import { isVectorData, MOST_DIMENSIONS, RULES } from './rules';

/** The most further copies of a vector. */
export const MOST_COPIES = 15;

/** The most spans that a vector's erased bits may be given in. */
export const MOST_SPANS = 1024;

/** What is wrong with a list of spans of that name, and where; undefined when nothing is. */
function faultOf(spans: readonly unknown[], spanClass: MessageClass<object>, name: string): Message | undefined {
  if (spans.length > MOST_SPANS) return say`${spans.length} spans`;
  for (const [i, span] of spans.entries()) {
    if (!(span instanceof spanClass)) return say`${`${name}[${i}]`} must be an object`;
    const [first] = validateSync(span, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true });
    if (first) return say`${`${name}[${i}]`}: ${messageOf(first)}`;
  }
  return undefined;
}

function messageOf({ property, constraints = {} }: ValidationError): Message {
  if ('whitelistValidation' in constraints) return say`${property.slice(0, 100)} is not a field of a span`;
  return sentence(Object.values(constraints).join());
}

/** Which bits of a vector are unknown: text (base64 or a string of 0 and 1), or a list of at most 1,024 objects of the span class. */
export function IsErasure(spanClass: MessageClass<object>): (target: object, property: string) => void {
  const validate = ValidateBy({
    name: RULES.erasure,
    constraints: [spanClass.name],
    validator: {
      validate: (value) => isString(value) || (isArray(value) && faultOf(value, spanClass, '') === undefined),
      defaultMessage: (fault) => {
        const name = fault?.property ?? 'erased';
        const value: unknown = fault?.value;
        const where = isArray(value) ? faultOf(value, spanClass, name) : undefined;
        return where
          ? say`${name} must be base64, a string of 0 and 1, or a list of at most ${MOST_SPANS} spans {start, length}: ${where}`.text
          : say`${name} must be base64, a string of 0 and 1, or a list of at most ${MOST_SPANS} spans {start, length}`.text;
      },
    },
  });
  return (target, property) => {
    validate(target, property);
    Type(() => spanClass)(target, property);
  };
}

/** Further copies of a vector: a list of at most 15, each text (base64 or a string of 0 and 1) or a list of 1 and -1. */
export function IsVectorCopies(): PropertyDecorator {
  return ValidateBy({
    name: RULES.copies,
    validator: {
      validate: (value) => isArray(value) && value.length <= MOST_COPIES && value.every(isVectorData),
      defaultMessage: (fault) => {
        const name = fault?.property ?? 'copies';
        const value: unknown = fault?.value;
        const wrong = isArray(value) && value.length <= MOST_COPIES ? value.findIndex((copy) => !isVectorData(copy)) : -1;
        return wrong < 0
          ? say`${name} must be a list of at most ${MOST_COPIES} copies, each base64, a string of 0 and 1, or a list of at most ${MOST_DIMENSIONS} times 1 or -1`.text
          : say`${name} must be a list of at most ${MOST_COPIES} copies, each base64, a string of 0 and 1, or a list of at most ${MOST_DIMENSIONS} times 1 or -1: ${`${name}[${wrong}]`} is none`.text;
      },
    },
  });
}
