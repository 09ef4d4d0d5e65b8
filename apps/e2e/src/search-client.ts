import type {
  CollectionResponse,
  DocumentResponse,
  ListDocumentsResponse,
  NewDocument,
  PutDocumentsResponse,
  SearchRequest,
  SearchResponse,
} from '@sigmalang/contracts';
import { bodyOf, type Reply, type RestClient } from './rest-client';

/** Most documents of a page. */
const PAGE = 100;

/** What a search asks for, by name of the fields of the contract. */
export type Search = Partial<SearchRequest> & { readonly query: string };

/** The routes of search; methods that return an answer's body insist on 200. */
export class SearchClient {
  /** @param rest where the routes are, which may be elsewhere after another start */
  constructor(public rest: RestClient) {}

  /** Makes a collection, or changes it. */
  async putCollection(name: string, settings: { readonly model?: string; readonly description?: string } = {}): Promise<CollectionResponse> {
    return bodyOf(await this.rest.post(`/v1/collections/${name}`, settings, { method: 'PUT' })) as CollectionResponse;
  }

  /** A collection as it stands. */
  async collection(name: string): Promise<CollectionResponse> {
    return bodyOf(await this.rest.get(`/v1/collections/${name}`)) as CollectionResponse;
  }

  /** Asks to keep documents, whatever comes of it. */
  tryToPut(name: string, documents: readonly NewDocument[]): Promise<Reply> {
    return this.rest.post(`/v1/collections/${name}/documents`, { documents }, { method: 'PUT' });
  }

  /** Keeps documents. */
  async put(name: string, documents: readonly NewDocument[]): Promise<PutDocumentsResponse> {
    return bodyOf(await this.tryToPut(name, documents)) as PutDocumentsResponse;
  }

  /** Asks to remove a document, whatever comes of it. */
  tryToDelete(name: string, id: string): Promise<Reply> {
    return this.rest.get(`/v1/collections/${name}/documents/${encodeURIComponent(id)}`, { method: 'DELETE' });
  }

  /** Asks for a document, whatever comes of it. */
  tryToGet(name: string, id: string): Promise<Reply> {
    return this.rest.get(`/v1/collections/${name}/documents/${encodeURIComponent(id)}`);
  }

  /** Asks to search, whatever comes of it. */
  trySearch(collection: string, search: Search): Promise<Reply> {
    return this.rest.post('/v1/search', { collection, ...search });
  }

  /** Searches a collection. */
  async search(collection: string, search: Search): Promise<SearchResponse> {
    return bodyOf(await this.trySearch(collection, search)) as SearchResponse;
  }

  /** The documents of a collection after a cursor, all of them where there is none. */
  async documents(name: string, after?: string): Promise<DocumentResponse[]> {
    const found: DocumentResponse[] = [];
    for (let cursor: string | null | undefined = after; cursor !== null; ) {
      const from = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = bodyOf(await this.rest.get(`/v1/collections/${name}/documents?limit=${PAGE}${from}`)) as ListDocumentsResponse;
      found.push(...page.documents);
      cursor = page.nextCursor;
    }
    return found;
  }
}

/** What a search says, but for how long it took. */
export function saidOf({ results, total, mode, seq }: SearchResponse): object {
  return { results, total, mode, seq };
}
