import { say, ServiceError } from '@sigmalang/contracts';

/** The error of a name that no collection has, pointing at the field that says it. */
export function collectionNotFound(field: string): ServiceError {
  const message = say`${field}: there is no collection of this name`;
  return new ServiceError('NOT_FOUND', message, [{ field, rule: 'exists', message }]);
}
