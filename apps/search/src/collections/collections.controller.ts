import {
  CollectionNameRequest,
  CollectionResponse,
  deleteCollection,
  eraseCollections,
  EraseCollectionsResponse,
  getCollection,
  listCollections,
  ListCollectionsRequest,
  ListCollectionsResponse,
  putCollection,
  PutCollectionRequest,
} from '@sigmalang/contracts';
import { Handle } from '@sigmalang/runtime';
import { Controller } from '@nestjs/common';
import { CollectionsService } from './collections.service';

@Controller()
export class CollectionsController {
  constructor(private readonly service: CollectionsService) {}

  @Handle(putCollection)
  put(request: PutCollectionRequest): Promise<CollectionResponse> {
    return this.service.put(request);
  }

  @Handle(getCollection)
  get(request: CollectionNameRequest): Promise<CollectionResponse> {
    return this.service.get(request);
  }

  @Handle(deleteCollection)
  delete(request: CollectionNameRequest): Promise<CollectionResponse> {
    return this.service.delete(request);
  }

  @Handle(eraseCollections)
  erase(): Promise<EraseCollectionsResponse> {
    return this.service.erase();
  }

  @Handle(listCollections)
  list(request: ListCollectionsRequest): Promise<ListCollectionsResponse> {
    return this.service.list(request);
  }
}
