import { isString, ValidateBy } from 'class-validator';
import { say } from './messages/message';

/** What the name of something kept looks like: lower-case letters, digits, `_` and `-`, at most 63, a letter or a digit first. */
export const KEPT_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** A name as {@link KEPT_NAME} has it, by a rule of its own. */
export function keptName(rule: string): PropertyDecorator {
  return ValidateBy({
    name: rule,
    validator: {
      validate: (value) => isString(value) && KEPT_NAME.test(value),
      defaultMessage: (fault) =>
        say`${fault?.property ?? 'name'} must be 1 to 63 lower-case letters, digits, "_" or "-", with a letter or a digit first`.text,
    },
  });
}
