import { ListRecordsRequest } from '../analogy/records.contract';
import { QueryNumber } from './query-number';

/** Which of the kept records to list, as a query says it. */
export class RestListRecordsRequest extends ListRecordsRequest {
  /** How many to list at most, 1 to 100. */
  @QueryNumber()
  override limit?: number = 50;
}
