import { plainToInstance, Transform } from 'class-transformer';
import { isArray, isObject, isString, ValidateBy, validateSync, type ValidationError } from 'class-validator';
import type { MessageClass } from './contract';
import { limits } from './limits';
import { say } from './messages/message';
import { cutLists, isText, RULES } from './rules';

function pathOf({ property, children = [] }: ValidationError): string {
  const name = property.slice(0, 100);
  return children[0] ? `${name}.${pathOf(children[0])}` : name;
}

/** A text under the limits of a text, or an object of the vector class. */
export function IsTextOrVector(vector: MessageClass<object>): (target: object, property: string) => void {
  const faultsOf = (value: object) => validateSync(value, { whitelist: true, forbidNonWhitelisted: true });
  const isVector = (value: unknown): boolean => value instanceof vector && faultsOf(value).length === 0;
  const validate = ValidateBy({
    name: RULES.textOrVector,
    constraints: [vector.name],
    validator: {
      validate: (value) => (isString(value) ? isText(value) : isVector(value)),
      defaultMessage: (fault) => {
        const name = fault?.property ?? 'value';
        const value: unknown = fault?.value;
        const [first] = value instanceof vector ? faultsOf(value) : [];
        const most = limits.textCharacters;
        return first
          ? say`${name} must be a text (well-formed, at most ${most} characters) or a Σ-vector {data, header?}: ${`${name}.${pathOf(first)}`} is not as it must be`.text
          : say`${name} must be a text (well-formed, at most ${most} characters) or a Σ-vector {data, header?}`.text;
      },
    },
  });
  const transform = Transform(({ value }: { value: unknown }) =>
    isObject(value) && !isArray(value) ? plainToInstance(vector, cutLists(vector, value)) : value,
  );
  return (target, property) => {
    validate(target, property);
    transform(target, property);
  };
}
