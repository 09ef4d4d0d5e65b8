import { isObject, isString, ValidateBy } from 'class-validator';
import { keptName } from '../kept-name';
import { type Message, say } from '../messages/message';
import { codePoints, isText, RULES, textFault } from '../rules';

/** Most documents that one call may carry. */
export const MOST_DOCUMENTS = 1_000;

/** Most characters of a document's id. */
export const LONGEST_DOCUMENT_ID = 256;

/** Most keys of a document's metadata, those of nested objects among them. */
export const MOST_METADATA_KEYS = 64;

/** Most bytes of a document's metadata, as JSON in UTF-8. */
export const MOST_METADATA_BYTES = 16_384;

/** Most objects within one another in metadata, the outermost among them. */
export const DEEPEST_METADATA = 4;

/** A value that a filter compares with. */
export type Scalar = string | number | boolean | null;

/** What a document says of itself: scalars, lists of scalars, and objects of such. */
export interface Metadata {
  readonly [key: string]: Scalar | readonly Scalar[] | Metadata;
}

/** Whether a string is well-formed and without U+0000, which databases do not keep. */
export function isStorable(value: unknown): value is string {
  return isString(value) && value.isWellFormed() && !value.includes('\0');
}

/** Whether a value is null, a boolean, a finite number or a storable string. */
export function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) || isStorable(value);
}

/** The name of a collection. */
export const IsCollectionName = (): PropertyDecorator => keptName(RULES.collectionName);

/** The id of a document: 1 to 256 characters of well-formed Unicode without U+0000; not `.` or `..`, by which a URL would mean something else. */
export function IsDocumentId(): PropertyDecorator {
  return ValidateBy({
    name: RULES.documentId,
    validator: {
      validate: (value) => isStorable(value) && codePoints(value) <= LONGEST_DOCUMENT_ID && !['', '.', '..'].includes(value),
      defaultMessage: (fault) =>
        say`${fault?.property ?? 'id'} must be 1 to ${LONGEST_DOCUMENT_ID} characters of well-formed Unicode without U+0000, and not "." or ".."`.text,
    },
  });
}

function storable(rule: string): PropertyDecorator {
  return ValidateBy({
    name: rule,
    validator: {
      validate: isStorable,
      defaultMessage: (fault) => say`${fault?.property ?? 'value'} must be a string of well-formed Unicode without U+0000`.text,
    },
  });
}

/** The text of a document: well-formed Unicode without U+0000; how long it may be is checked by `boundTexts`. */
export const IsDocumentText = (): PropertyDecorator => storable(RULES.documentText);

/** A string that can be kept: well-formed Unicode without U+0000. */
export const IsStorable = (): PropertyDecorator => storable(RULES.storable);

/** What to look for: a text without U+0000 that has more than white space. */
export function IsQuery(): PropertyDecorator {
  return ValidateBy({
    name: RULES.query,
    validator: {
      validate: (value) => isText(value) && isStorable(value) && /\S/.test(value),
      defaultMessage: (fault) => {
        const value: unknown = fault?.value;
        const name = fault?.property ?? 'query';
        return isText(value) ? say`${name} must have more than white space, and no U+0000`.text : textFault(value, name);
      },
    },
  });
}

/** A JSON value that a filter compares with, see {@link Scalar}. */
export function IsScalar(): PropertyDecorator {
  return ValidateBy({
    name: RULES.scalar,
    validator: {
      validate: isScalar,
      defaultMessage: (fault) => say`${fault?.property ?? 'value'} must be a string without U+0000, a number, a boolean or null`.text,
    },
  });
}

/** The path of a key in metadata: keys joined by dots, such as `author.name`. */
export function IsMetadataPath(): PropertyDecorator {
  return ValidateBy({
    name: RULES.metadataPath,
    validator: {
      validate: (value) => isStorable(value) && value.split('.').length <= DEEPEST_METADATA && value.split('.').every(isMetadataKey),
      defaultMessage: (fault) =>
        say`${fault?.property ?? 'key'} must be the path of a metadata key: up to ${DEEPEST_METADATA} keys of 1 to 128 characters, joined by dots`.text,
    },
  });
}

/** Metadata: an object of scalars, lists of scalars, and further such objects, within the limits above. */
export function IsMetadata(): PropertyDecorator {
  return ValidateBy({
    name: RULES.metadata,
    validator: {
      validate: (value) => metadataFault(value, '') === undefined,
      defaultMessage: (fault) => metadataFault(fault?.value, fault?.property ?? 'metadata')?.text ?? '',
    },
  });
}

function isMetadataKey(key: string): boolean {
  return key.length >= 1 && key.length <= 128 && isStorable(key) && !key.includes('.');
}

/** What is wrong with metadata, without a word of what it says; undefined where nothing is. */
function metadataFault(value: unknown, name: string): Message | undefined {
  if (!isObject(value) || Array.isArray(value)) return say`${name} must be an object`;
  const seen = { keys: 0 };
  const fault = objectFault(value, name, DEEPEST_METADATA, seen);
  if (fault !== undefined) return fault;
  if (seen.keys > MOST_METADATA_KEYS) return say`${name} must have at most ${MOST_METADATA_KEYS} keys, those of nested objects among them`;
  if (Buffer.byteLength(JSON.stringify(value)) > MOST_METADATA_BYTES) return say`${name} must take at most ${MOST_METADATA_BYTES} bytes as JSON`;
  return undefined;
}

function objectFault(value: object, name: string, depth: number, seen: { keys: number }): Message | undefined {
  if (depth === 0) return say`${name} must be nested no deeper than ${DEEPEST_METADATA} objects`;
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    seen.keys++;
    if (!isMetadataKey(key)) return say`${name} must have keys of 1 to 128 characters without "." or U+0000`;
    const fault = isObject(item) && !Array.isArray(item) ? objectFault(item, name, depth - 1, seen) : valueFault(item, name);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function valueFault(item: unknown, name: string): Message | undefined {
  const isFine = Array.isArray(item) ? item.every(isScalar) : isScalar(item);
  return isFine ? undefined : say`${name} must hold strings without U+0000, finite numbers, booleans, null, lists of these, and objects of these`;
}
