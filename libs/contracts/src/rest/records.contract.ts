import { Transform } from 'class-transformer';
import { isString } from 'class-validator';
import { ListRecordsRequest } from '../analogy/records.contract';

/** Which of the kept records to list, as a query says it. */
export class RestListRecordsRequest extends ListRecordsRequest {
  /** How many to list at most, 1 to 100. */
  @Transform(({ value }: { value: unknown }) => (isString(value) && /^[0-9]{1,3}$/.test(value) ? Number(value) : value))
  override limit?: number = 50;
}
