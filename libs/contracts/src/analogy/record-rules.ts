import { isArray, isObject, isString, ValidateBy } from 'class-validator';
import { keptName } from '../kept-name';
import { say } from '../messages/message';
import { RULES } from '../rules';

/** Most pairs of a record. */
export const MOST_PAIRS = 64;

/** The name of a kept record. */
export const IsRecordName = (): PropertyDecorator => keptName(RULES.recordName);

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
      defaultMessage: (fault) => say`each role of ${fault?.property ?? 'pairs'} must be there once`.text,
    },
  });
}
