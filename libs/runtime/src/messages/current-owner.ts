import { EVERY_OWNER, ServiceError } from '@sigmalang/contracts';
import { currentRequest } from './request-context';

/** Whose things the request being worked on is about; throws INVALID_REQUEST where it is about those of all, and an Error where nobody asks. */
export function currentOwner(): string {
  const owner = currentOwnerOrEvery();
  if (owner !== EVERY_OWNER) return owner;
  const message = 'owner: only lists are of all owners; name one';
  throw new ServiceError('INVALID_REQUEST', message, [{ field: 'owner', rule: 'oneOwner', message }]);
}

/** As {@link currentOwner}, for lists: EVERY_OWNER where the request is about the things of all; throws an Error where nobody asks. */
export function currentOwnerOrEvery(): string {
  const owner = currentRequest()?.identity?.owner;
  if (owner === undefined) throw new Error('Nobody asks: there is no request, or it is from nobody');
  return owner;
}
