import { limits, ServiceError, type FieldFault, type MessageClass } from '@sigmalang/contracts';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';

const MOST_FAULTS = 20;

/** Turns what came in into an instance of a contract's request class; throws INVALID_REQUEST naming every fault. */
export class RequestPipe implements PipeTransform {
  /** @param request the class that the message must be an instance of */
  constructor(private readonly request: MessageClass<object>) {}

  transform(value: unknown, { type }: ArgumentMetadata): unknown {
    return type === 'body' ? toRequest(this.request, value) : value;
  }
}

/** An instance of a request class from plain data, its defaults filled in; throws INVALID_REQUEST naming every fault. */
export function toRequest<Request extends object>(request: MessageClass<Request>, value: unknown): Request {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ServiceError('INVALID_REQUEST', 'The request must be a JSON object');
  }
  if (deeperThan(limits.messageDepth, value)) {
    throw new ServiceError('INVALID_REQUEST', `The request is nested deeper than ${limits.messageDepth} levels`);
  }
  const instance = plainToInstance(request, value, { exposeDefaultValues: true });
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    validationError: { target: false },
  });
  if (errors.length === 0) return instance;
  const faults = errors.flatMap((error) => faultsOf(error, ''));
  const [first] = faults;
  throw new ServiceError('INVALID_REQUEST', first?.message ?? 'The request is invalid', faults.slice(0, MOST_FAULTS));
}

function faultsOf(error: ValidationError, parent: string): FieldFault[] {
  const { property, constraints = {}, children = [] } = error;
  const field = /^\d+$/.test(property) ? `${parent}[${property}]` : parent ? `${parent}.${property}` : property;
  const own = Object.entries(constraints).map(([rule, message]) =>
    rule === 'whitelistValidation'
      ? { field, rule: 'unknownField', message: `${field} is not a field of this request` }
      : { field, rule, message: parent ? `${field}: ${message}` : message },
  );
  return [...own, ...children.flatMap((child) => faultsOf(child, field))];
}

function deeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  for (const item of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    if (typeof item === 'object' && item !== null && deeperThan(depth - 1, item)) return true;
  }
  return false;
}
