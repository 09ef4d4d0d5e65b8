import { Transform } from 'class-transformer';
import { isString } from 'class-validator';

/** A number of up to three digits that stands in a query, which is all text; what is no such number is left to the rules beside this. */
export function QueryNumber(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (isString(value) && /^[0-9]{1,3}$/.test(value) ? Number(value) : value));
}
