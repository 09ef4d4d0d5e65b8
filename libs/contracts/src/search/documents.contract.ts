import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsInt, isObject, Max, Min, ValidateBy } from 'class-validator';
import { defineContract } from '../contract';
import { limits } from '../limits';
import { say } from '../messages/message';
import { codePoints, IsNested, Optional, RULES } from '../rules';
import { ServiceError } from '../service-error';
import { IsCollectionName, IsDocumentId, IsDocumentText, IsMetadata, type Metadata, MOST_DOCUMENTS } from './collection-rules';

/** A document to keep. */
export class NewDocument {
  /** Its id, in the place of any document of that id; one is made up when absent. */
  @Optional()
  @IsDocumentId()
  id?: string;

  /** Its text. */
  @IsDocumentText()
  text!: string;

  /** What filters look at: an object of at most 64 keys and 16,384 bytes. */
  @Optional()
  @IsMetadata()
  metadata?: Metadata;
}

/** Documents to keep. */
export class DocumentsRequest {
  /** The documents, 1 to 1,000, each id once; all of them are kept, or none. */
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_DOCUMENTS)
  @HasIdsOnce()
  @IsNested(() => NewDocument, { each: true })
  documents!: NewDocument[];
}

/** Documents to keep in a collection. */
export class PutDocumentsRequest extends DocumentsRequest {
  /** Name of the collection. */
  @IsCollectionName()
  name!: string;
}

/** What was kept. */
export class PutDocumentsResponse {
  /** Ids of the documents, in the order of the request. */
  ids!: string[];

  /** Number of the change: a search with this `minSeq` sees it. */
  seq!: number;
}

/** A document of a collection. */
export class DocumentRequest {
  /** Name of the collection. */
  @IsCollectionName()
  name!: string;

  /** Id of the document. */
  @IsDocumentId()
  id!: string;
}

/** Which of the documents of a collection to list. */
export class DocumentPage {
  /** How many to list at most, 1 to 100; fewer come where they are large. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number = 50;

  /** Where to go on: `nextCursor` of the reply before. */
  @Optional()
  @IsDocumentId()
  cursor?: string;
}

/** Which documents to list. */
export class ListDocumentsRequest extends DocumentPage {
  /** Name of the collection. */
  @IsCollectionName()
  name!: string;
}

/** A document that is kept, or was until now. */
export class DocumentResponse {
  /** Its id. */
  id!: string;

  /** Its text. */
  text!: string;

  /** What it says of itself. */
  metadata!: Metadata;

  /** Number of the change that it was kept by, or, where it is being removed, of that. */
  seq!: number;
}

/** Documents of a collection. */
export class ListDocumentsResponse {
  /** The documents, by the code points of their ids. */
  @Type(() => DocumentResponse)
  documents!: DocumentResponse[];

  /** What to give as `cursor` to go on; null where there are no more. */
  nextCursor!: string | null;
}

/** A list of documents each of whose ids is there once; `placeIsId` where one without an id has its place for one. */
export function HasIdsOnce({ placeIsId = false } = {}): PropertyDecorator {
  return ValidateBy({
    name: RULES.idsOnce,
    validator: {
      validate: (value) => {
        if (!Array.isArray(value)) return false;
        const ids = value.flatMap((item: unknown, i) => {
          if (isObject(item) && 'id' in item && typeof item.id === 'string') return [item.id];
          return placeIsId ? [String(i)] : [];
        });
        return new Set(ids).size === ids.length;
      },
      defaultMessage: (fault) => say`each id of ${fault?.property ?? 'documents'} must be there once`.text,
    },
  });
}

/** Throws PAYLOAD_TOO_LARGE, naming the text, where one of a list is longer than a text may be. */
export function boundTexts(items: readonly { readonly text: string }[], list: string): void {
  const longest = limits.textCharacters;
  const i = items.findIndex(({ text }) => text.length > longest && codePoints(text) > longest);
  if (i < 0) return;
  const field = `${list}[${i}].text`;
  const message = say`${field} must have at most ${longest} characters`;
  throw new ServiceError('PAYLOAD_TOO_LARGE', message, [{ field, rule: RULES.documentText, message }]);
}

/** Keeps documents in a collection. */
export const putDocuments = defineContract({ subject: 'search.v1.put-documents', request: PutDocumentsRequest, response: PutDocumentsResponse });

/** Gives a document. */
export const getDocument = defineContract({ subject: 'search.v1.get-document', request: DocumentRequest, response: DocumentResponse, isIdempotent: true });

/** Removes a document and gives it a last time. */
export const deleteDocument = defineContract({ subject: 'search.v1.delete-document', request: DocumentRequest, response: DocumentResponse, isIdempotent: true });

/** Lists documents by id. */
export const listDocuments = defineContract({
  subject: 'search.v1.list-documents',
  request: ListDocumentsRequest,
  response: ListDocumentsResponse,
  isIdempotent: true,
});
