import { isString, ValidateBy } from 'class-validator';
import { EVERY_OWNER, SUBJECT } from './identity/identity';
import { KEPT_NAME } from './kept-name';
import { RULES } from './rules';
import { ServiceError } from './service-error';
import { say } from './messages/message';

/** Where in a list of what is kept something stands: lists go by owner, then by name. */
export interface ListPosition {
  /** Whose it is. */
  readonly owner: string;
  /** Its name. */
  readonly name: string;
}

/** Longest cursor of a list: an owner, `/`, a name. */
const LONGEST_CURSOR = 128 + 1 + 63;

/** What a cursor of a list by name looks like, as a pattern: a name, or `<owner>/<name>` in the list of all owners. */
export const LIST_CURSOR = '^([A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}/)?[a-z0-9][a-z0-9_-]{0,62}$';

/** A cursor of a list by name, see {@link LIST_CURSOR}. */
export function IsListCursor(): PropertyDecorator {
  return ValidateBy({
    name: RULES.listCursor,
    validator: {
      validate: (value) => isString(value) && value.length <= LONGEST_CURSOR && isCursor(value),
      defaultMessage: (fault) => say`${fault?.property ?? 'cursor'} must be the nextCursor of a reply before`.text,
    },
  });
}

function isCursor(text: string): boolean {
  const { owner, name } = split(text);
  return (owner === undefined || SUBJECT.test(owner)) && KEPT_NAME.test(name);
}

function split(cursor: string): { readonly owner: string | undefined; readonly name: string } {
  const slash = cursor.indexOf('/');
  return { owner: slash < 0 ? undefined : cursor.slice(0, slash), name: cursor.slice(slash + 1) };
}

/** The cursor behind something, in the list of an owner or of {@link EVERY_OWNER}. */
export function cursorOf(listed: string, { owner, name }: ListPosition): string {
  return listed === EVERY_OWNER ? `${owner}/${name}` : name;
}

/** Where the list of an owner, or of {@link EVERY_OWNER}, goes on behind a cursor; its beginning without one. Throws INVALID_REQUEST where the cursor is of a list of the other kind. */
export function positionOf(listed: string, cursor?: string): ListPosition {
  const isOfAll = listed === EVERY_OWNER;
  if (cursor === undefined) return { owner: isOfAll ? '' : listed, name: '' };
  const { owner = listed, name } = split(cursor);
  if (cursor.includes('/') === isOfAll) return { owner, name };
  const message = 'cursor must be the nextCursor of a reply before, to a request for the same owner';
  throw new ServiceError('INVALID_REQUEST', message, [{ field: 'cursor', rule: RULES.listCursor, message }]);
}
