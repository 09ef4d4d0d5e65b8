import {
  boundTexts,
  type CollectionResponse,
  type CollectionSettings,
  type DocumentsRequest,
  listDocuments,
  type ListDocumentsResponse,
  putCollection,
  putDocuments,
  type PutDocumentsResponse,
  type RestListDocumentsRequest,
  type RestSearchRequest,
  search,
  SearchCorpus,
  type SearchResponse,
} from '@sigmalang/contracts';
import { Bus, toRequest } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { isString } from 'class-validator';
import { withFields } from './fan-out';
import { requirePermission } from './further-permission';

/** Keeps and searches texts, after a look at how long they are. */
@Injectable()
export class SearchService {
  constructor(private readonly bus: Bus) {}

  async search({ corpus, ...request }: RestSearchRequest): Promise<SearchResponse> {
    if (corpus) return this.bus.call(search, { ...request, corpus: documentsOf(corpus) });
    requirePermission('search:read');
    return this.bus.call(search, request);
  }

  putCollection(name: string, { description, model }: CollectionSettings): Promise<CollectionResponse> {
    return this.bus.call(putCollection, { name, description, model });
  }

  listDocuments(name: string, { limit, cursor }: RestListDocumentsRequest): Promise<ListDocumentsResponse> {
    return this.bus.call(listDocuments, { name, limit, cursor });
  }

  async putDocuments(name: string, { documents }: DocumentsRequest): Promise<PutDocumentsResponse> {
    boundTexts(documents, 'documents');
    return this.bus.call(putDocuments, { name, documents });
  }
}

/** The documents of a corpus, in which a text may stand for one; throws INVALID_REQUEST or PAYLOAD_TOO_LARGE, naming the item. */
function documentsOf(items: NonNullable<RestSearchRequest['corpus']>): SearchCorpus['corpus'] {
  try {
    const { corpus } = toRequest(SearchCorpus, { corpus: items.map((item) => (isString(item) ? { text: item } : item)) });
    boundTexts(corpus, 'corpus');
    return corpus;
  } catch (error) {
    throw withFields(error, (text) =>
      text.replace(/\bcorpus\[(\d+)\]\.text\b/g, (field, place: string) => (isString(items[Number(place)]) ? `corpus[${place}]` : field)),
    );
  }
}
