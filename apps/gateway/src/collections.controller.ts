import {
  CollectionNameRequest,
  CollectionResponse,
  CollectionSettings,
  deleteCollection,
  deleteDocument,
  DocumentRequest,
  DocumentResponse,
  DocumentsRequest,
  getCollection,
  getDocument,
  listCollections,
  ListCollectionsResponse,
  ListDocumentsResponse,
  PutDocumentsResponse,
  RestListCollectionsRequest,
  RestListDocumentsRequest,
} from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import { Body, Controller, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Route } from './route.decorator';
import { SearchService } from './search.service';

const documents = [
  { id: 'cats', text: 'Cats sleep for most of the day.', metadata: { animal: 'cat', year: 2024 } },
  { text: 'A document without an id is given one.' },
];

/** Collections of documents, and the documents in them. */
@ApiTags('search')
@Controller('v1/collections')
export class CollectionsController {
  constructor(
    private readonly bus: Bus,
    private readonly service: SearchService,
  ) {}

  @Route('', { request: RestListCollectionsRequest, response: ListCollectionsResponse }, { method: 'GET', permission: 'search:read', summary: 'List the collections by name' })
  list(@Query() request: RestListCollectionsRequest): Promise<ListCollectionsResponse> {
    return this.bus.call(listCollections, request);
  }

  @Route(
    ':name',
    { request: CollectionSettings, response: CollectionResponse },
    {
      method: 'PUT',
      permission: 'search:write', summary: 'Make a collection, or change what it says of itself or the model it is embedded by',
      url: CollectionNameRequest,
      example: { description: 'What we know of animals' },
      failures: [409],
    },
  )
  put(@Body() settings: CollectionSettings, @Param() { name }: CollectionNameRequest): Promise<CollectionResponse> {
    return this.service.putCollection(name, settings);
  }

  @Route(':name', getCollection, { method: 'GET', permission: 'search:read', summary: 'Give a collection: its size, its model, and how far it is indexed', failures: [404] })
  get(@Param() request: CollectionNameRequest): Promise<CollectionResponse> {
    return this.bus.call(getCollection, request);
  }

  @Route(':name', deleteCollection, { method: 'DELETE', permission: 'search:write', summary: 'Remove a collection with all its documents', failures: [404] })
  delete(@Param() request: CollectionNameRequest): Promise<CollectionResponse> {
    return this.bus.call(deleteCollection, request);
  }

  @Route(
    ':name/documents',
    { request: DocumentsRequest, response: PutDocumentsResponse },
    {
      method: 'PUT',
      permission: 'search:write', summary: 'Keep documents, each in the place of any of its id: all of them, or none',
      url: CollectionNameRequest,
      example: { documents },
      isLarge: true,
      failures: [404, 409],
    },
  )
  putDocuments(@Body() request: DocumentsRequest, @Param() { name }: CollectionNameRequest): Promise<PutDocumentsResponse> {
    return this.service.putDocuments(name, request);
  }

  @Route(
    ':name/documents',
    { request: RestListDocumentsRequest, response: ListDocumentsResponse },
    { method: 'GET', permission: 'search:read', summary: 'List the documents of a collection by id', url: CollectionNameRequest, failures: [404] },
  )
  listDocuments(@Query() page: RestListDocumentsRequest, @Param() { name }: CollectionNameRequest): Promise<ListDocumentsResponse> {
    return this.service.listDocuments(name, page);
  }

  @Route(':name/documents/:id', getDocument, { method: 'GET', permission: 'search:read', summary: 'Give a document', failures: [404] })
  getDocument(@Param() request: DocumentRequest): Promise<DocumentResponse> {
    return this.bus.call(getDocument, request);
  }

  @Route(':name/documents/:id', deleteDocument, { method: 'DELETE', permission: 'search:write', summary: 'Remove a document', failures: [404] })
  deleteDocument(@Param() request: DocumentRequest): Promise<DocumentResponse> {
    return this.bus.call(deleteDocument, request);
  }
}
