import { isArray, isObject, isString, ValidateBy } from 'class-validator';
import { RULES } from '../rules';

/** Most pairs of a record. */
export const MOST_PAIRS = 64;

/** What the name of a kept record looks like: lower-case letters, digits, `_` and `-`, at most 63, a letter or a digit first. */
export const RECORD_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** The name of a kept record, see {@link RECORD_NAME}. */
export function IsRecordName(): PropertyDecorator {
  return ValidateBy({
    name: RULES.recordName,
    validator: {
      validate: (value) => isString(value) && RECORD_NAME.test(value),
      defaultMessage: (fault) =>
        `${fault?.property ?? 'name'} must be 1 to 63 lower-case letters, digits, "_" or "-", with a letter or a digit first`,
    },
  });
}

/** A list of pairs each of whose roles is there once. */
export function HasRolesOnce(): PropertyDecorator {
  return ValidateBy({
    name: RULES.rolesOnce,
    validator: {
      validate: (value) => {
        if (!isArray(value)) return false;
        const roles = value.flatMap((pair: unknown) => (isObject(pair) && 'role' in pair && isString(pair.role) ? [pair.role] : []));
        return new Set(roles).size === roles.length;
      },
      defaultMessage: (fault) => `each role of ${fault?.property ?? 'pairs'} must be there once`,
    },
  });
}
