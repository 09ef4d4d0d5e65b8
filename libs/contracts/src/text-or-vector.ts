import { plainToInstance, Transform } from 'class-transformer';
import { isArray, isObject, isString, ValidateBy, validateSync } from 'class-validator';
import type { MessageClass } from './contract';
import { limits } from './limits';
import { isText, RULES } from './rules';

/** A text under the limits of a text, or an object of the vector class. */
export function IsTextOrVector(vector: MessageClass<object>): (target: object, property: string) => void {
  const isVector = (value: unknown): boolean =>
    value instanceof vector && validateSync(value, { whitelist: true, forbidNonWhitelisted: true }).length === 0;
  const validate = ValidateBy({
    name: RULES.textOrVector,
    constraints: [vector.name],
    validator: {
      validate: (value) => (isString(value) ? isText(value) : isVector(value)),
      defaultMessage: (fault) =>
        `${fault?.property ?? 'value'} must be a text (well-formed, at most ${limits.textCharacters} characters) ` +
        'or a Σ-vector {data, header?}',
    },
  });
  const transform = Transform(({ value }: { value: unknown }) =>
    isObject(value) && !isArray(value) ? plainToInstance(vector, value) : value,
  );
  return (target, property) => {
    validate(target, property);
    transform(target, property);
  };
}
