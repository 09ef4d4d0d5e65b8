import { ListCollectionsRequest } from '../search/collections.contract';
import { DocumentPage } from '../search/documents.contract';
import { QueryNumber } from './query-number';

/** Which collections to list, as a query says it. */
export class RestListCollectionsRequest extends ListCollectionsRequest {
  /** How many to list at most, 1 to 100. */
  @QueryNumber()
  override limit?: number = 50;
}

/** Which of the documents of a collection to list, as a query says it. */
export class RestListDocumentsRequest extends DocumentPage {
  /** How many to list at most, 1 to 100; fewer come where they are large. */
  @QueryNumber()
  override limit?: number = 50;
}
