import { cutLists, limits, type MessageClass, nestedClassOf, type SaidFault, say, sentence, ServiceError } from '@sigmalang/contracts';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { isTurnOver, takeTurns } from '../event-loop-turns';
import { mostItems, mostObjects } from './request-size';

const MOST_FAULTS = 20;
const MOST_FIELDS = 64;
const LONGEST_NAME = 100;

/** Objects of a request, its lists among them, beyond which it is checked in turns. */
const MANY_OBJECTS = 64;

/** Items of all its lists beyond which it is, too. */
const MANY_ITEMS = 16_384;


/** Turns what came in into an instance of a contract's request class; throws INVALID_REQUEST naming every fault. */
export class RequestPipe implements PipeTransform {
  /** @param request the class that the message must be an instance of */
  constructor(private readonly request: MessageClass<object>) {}

  /** The request, at once or, where it holds much, when others have had their turns. */
  transform(value: unknown, { type }: ArgumentMetadata): unknown {
    if (type !== 'body') return value;
    const { message, isLarge } = expectMessage(this.request, value);
    return isLarge ? toRequestInTurns(this.request, message) : instanceOf(this.request, message);
  }
}

/** An instance of a request class from plain data, its defaults filled in; throws INVALID_REQUEST naming every fault. */
export function toRequest<Request extends object>(request: MessageClass<Request>, value: unknown): Request {
  return instanceOf(request, expectMessage(request, value).message);
}

function instanceOf<Request extends object>(request: MessageClass<Request>, message: object): Request {
  const instance = plainToInstance(request, message, { exposeDefaultValues: true });
  refuse(check(instance, ''));
  return instance;
}

/** As {@link instanceOf}, each object of a list by itself and others having their turns in between. */
async function toRequestInTurns<Request extends object>(request: MessageClass<Request>, message: object): Promise<Request> {
  const faults: SaidFault[] = [];
  const instance = await readInTurns(request, message, '', faults);
  refuse(faults);
  return instance;
}

async function readInTurns<Message extends object>(
  message: MessageClass<Message>,
  value: object,
  path: string,
  faults: SaidFault[],
): Promise<Message> {
  const lists = listsOf(message, value);
  if (lists.length === 0) return readAtOnce(message, value, path, faults);
  const rest = { ...value, ...Object.fromEntries(lists.map(({ field }) => [field, undefined])) };
  const instance = plainToInstance(message, rest, { exposeDefaultValues: true });
  for (const { field, items, nested } of lists) {
    Reflect.set(instance, field, nested ? items.map((item) => (isPlainObject(item) ? checkedApart(item) : item)) : items);
  }
  faults.push(...check(instance, path));
  for (const { field, items, nested } of lists) {
    if (!nested) continue; // nothing is made of what is no object
    const read: unknown[] = [];
    for (const [i, item] of items.entries()) {
      if (isTurnOver()) await takeTurns();
      const at = `${pathOf(path, field)}[${i}]`;
      if (!isPlainObject(item) || faults.length >= MOST_FAULTS) read.push(item);
      else if (listsOf(nested, item).length > 0) read.push(await readInTurns(nested, item, at, faults));
      else read.push(readAtOnce(nested, item, at, faults)); // a promise for each of many small objects takes longer than most of them
    }
    Reflect.set(instance, field, read);
  }
  return instance;
}

function readAtOnce<Message extends object>(message: MessageClass<Message>, value: object, path: string, faults: SaidFault[]): Message {
  const instance = plainToInstance(message, value, { exposeDefaultValues: true });
  faults.push(...check(instance, path));
  return instance;
}

/** Lists of a message that are of objects of a class, or of no objects. */
function listsOf(message: MessageClass<object>, value: object): { field: string; items: unknown[]; nested: MessageClass<object> | undefined }[] {
  return Object.entries(value).flatMap(([field, items]: [string, unknown]) => {
    if (!Array.isArray(items)) return [];
    const nested = nestedClassOf(message, field);
    return nested || !items.some(isPlainObject) ? [{ field, items: items as unknown[], nested }] : [];
  });
}

/** Stands for an object of a list while the list is checked: rules of the list see its fields, rules of its class find nothing to check. */
function checkedApart(item: object): object {
  return Object.create(item) as object;
}

/** The message, which must be an object that costs little to read, and whether it holds so much that others should have their turns. */
function expectMessage(request: MessageClass<object>, value: unknown): { message: object; isLarge: boolean } {
  if (!isPlainObject(value)) throw new ServiceError('INVALID_REQUEST', 'The request must be a JSON object');
  const seen = { objects: 0, items: 0 };
  inspect(value, limits.messageDepth, seen);
  return { message: cutLists(request, value), isLarge: seen.objects > MANY_OBJECTS || seen.items > MANY_ITEMS };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isPlainObject(value: unknown): value is object {
  return isObject(value) && !Array.isArray(value);
}

function check(instance: object, path: string): SaidFault[] {
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    validationError: { target: false },
  });
  return errors.flatMap((error) => faultsOf(error, path));
}

function refuse(faults: readonly SaidFault[]): void {
  const [first] = faults;
  if (!first) return;
  const { message }: SaidFault = first;
  throw new ServiceError('INVALID_REQUEST', message, faults.slice(0, MOST_FAULTS));
}

function faultsOf(error: ValidationError, parent: string): SaidFault[] {
  const { property, constraints = {}, children = [] } = error;
  const field = pathOf(parent, property);
  const own = Object.entries(constraints).map(([rule, text]) => {
    if (rule === 'whitelistValidation') return unknownField(field);
    const message = sentence(text);
    return { field, rule, message: parent ? say`${field}: ${message}` : message };
  });
  return [...own, ...children.flatMap((child) => faultsOf(child, field))];
}

/**
 * Throws INVALID_REQUEST on what would cost much to turn into instances, before it does: nesting deeper than `depth`, more
 * objects, fields or items of a list than any request has; and on fields that every object inherits, which class-transformer drops unseen.
 */
function inspect(value: object, depth: number, seen: { objects: number; items: number }, path = ''): void {
  if (depth === 0) {
    throw new ServiceError('INVALID_REQUEST', say`The request is nested deeper than ${limits.messageDepth} levels`);
  }
  const most = mostObjects();
  if (++seen.objects > most) {
    throw new ServiceError('INVALID_REQUEST', say`The request holds more than ${most} objects and lists`);
  }
  if (Array.isArray(value)) {
    seen.items += value.length;
    inspectItems(value, path);
  } else inspectFields(value, path);
  for (const [key, item] of objectsIn(value)) inspect(item, depth - 1, seen, pathOf(path, key));
}

function inspectItems(list: readonly unknown[], path: string): void {
  const most = mostItems();
  if (list.length <= most || list.filter((item) => !isObject(item)).length <= most) return;
  const field = shortened(path);
  const message = say`${field} must be a list of at most ${most} items`;
  throw new ServiceError('INVALID_REQUEST', message, [{ field, rule: 'arrayMaxSize', message }]);
}

function inspectFields(value: object, path: string): void {
  const fields = Object.keys(value);
  if (fields.length > MOST_FIELDS) {
    const field = shortened(path);
    const message = field ? say`${field} must have at most ${MOST_FIELDS} fields` : say`The request must have at most ${MOST_FIELDS} fields`;
    throw new ServiceError('INVALID_REQUEST', message, field ? [{ field, rule: 'maxFields', message }] : []);
  }
  const field = fields.find((key) => key in Object.prototype);
  if (field !== undefined) refuse([unknownField(pathOf(path, field))]);
}

/** The objects and lists within an object or a list, by key; a list may hold millions of numbers, so nothing is made of those. */
function* objectsIn(value: object): Generator<[key: string, item: object]> {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (isObject(value[i])) yield [String(i), value[i] as object];
  } else {
    for (const [key, item] of Object.entries(value)) if (isObject(item)) yield [key, item];
  }
}

/** Path of a field or item below `parent`, such as `vectors[0].data`. */
function pathOf(parent: string, property: string): string {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent ? `${parent}.${property}` : property;
}

function shortened(path: string): string {
  return path.length <= LONGEST_NAME ? path : `${path.slice(0, LONGEST_NAME)}…`;
}

function unknownField(path: string): SaidFault {
  const field = shortened(path);
  return { field, rule: 'unknownField', message: say`${field} is not a field of this request` };
}
