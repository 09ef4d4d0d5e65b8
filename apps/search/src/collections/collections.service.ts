import {
  type CollectionNameRequest,
  type CollectionResponse,
  type EraseCollectionsResponse,
  type ListCollectionsRequest,
  type ListCollectionsResponse,
  type PutCollectionRequest,
  say,
  ServiceError,
} from '@sigmalang/contracts';
import { currentOwner, currentOwnerOrEvery } from '@sigmalang/runtime';
import { type CollectionRow, CollectionStore, ReembeddingStore } from '@sigmalang/storage';
import { Injectable } from '@nestjs/common';
import { EmbeddingClient } from '../embedding-client';
import { SearchEngine } from '../engine/search-engine';
import { ReembeddingRunner } from '../reembedding/reembedding-runner';
import { collectionNotFound } from './collection-not-found';

/** Makes, changes, shows and removes collections. */
@Injectable()
export class CollectionsService {
  constructor(
    private readonly collections: CollectionStore,
    private readonly reembeddings: ReembeddingStore,
    private readonly runner: ReembeddingRunner,
    private readonly embeddings: EmbeddingClient,
    private readonly engine: SearchEngine,
  ) {}

  async put({ name, description, model }: PutCollectionRequest): Promise<CollectionResponse> {
    const owner = currentOwner();
    const present = await this.collections.get(owner, name);
    const wanted = present && (model === undefined || (model === present.model && !present.reembedding)) ? undefined : await this.loadedModel(model);
    const collection = await this.collections.put(owner, name, { description, model: wanted?.id, dimensions: wanted?.dimensions }).catch(async (error: unknown) => {
      if (wanted || !(error instanceof TypeError)) throw error;
      const { id, dimensions } = await this.loadedModel(model); // somebody removed it since it was looked at
      return this.collections.put(owner, name, { description, model: id, dimensions });
    });
    if (wanted && (collection.model !== wanted.id || collection.reembedding)) {
      await this.reembeddings.begin(collection.id, wanted.id, wanted.dimensions);
      this.runner.wake();
    }
    await this.engine.changed();
    return this.described((await this.collections.get(owner, name)) ?? collection);
  }

  async get({ name }: CollectionNameRequest): Promise<CollectionResponse> {
    const collection = await this.collections.get(currentOwner(), name);
    if (!collection) throw collectionNotFound('name');
    return this.described(collection);
  }

  async delete({ name }: CollectionNameRequest): Promise<CollectionResponse> {
    const collection = await this.collections.delete(currentOwner(), name);
    if (!collection) throw collectionNotFound('name');
    const response = this.described(collection);
    await this.engine.changed();
    return response;
  }

  async erase(): Promise<EraseCollectionsResponse> {
    const { ids, documents } = await this.collections.erase(currentOwner());
    await this.engine.erased(ids);
    return { collections: ids.length, documents };
  }

  async list({ limit = 50, cursor }: ListCollectionsRequest): Promise<ListCollectionsResponse> {
    const { collections, nextCursor } = await this.collections.list(currentOwnerOrEvery(), limit, cursor);
    return { collections: collections.map((collection) => this.described(collection)), nextCursor };
  }

  /** The model of an id, or that of the installation; throws INVALID_REQUEST where it is not loaded. */
  private async loadedModel(id: string | undefined): Promise<{ readonly id: string; readonly dimensions: number }> {
    const models = await this.embeddings.models();
    const found = id === undefined ? models[0] : models.find((model) => model.id === id);
    if (found) return found;
    const message = say`model must be one that is loaded: ${models.map((model) => model.id).join(', ')}`;
    throw new ServiceError('INVALID_REQUEST', message, [{ field: 'model', rule: 'loadedModel', message }]);
  }

  private described(collection: CollectionRow): CollectionResponse {
    const { owner, name, description, documents, bytes, model, createdAt, seq, reembedding } = collection;
    const indexedSeq = this.engine.indexedSeq(collection);
    return { owner, name, description, documents, bytes, model, createdAt: createdAt.toISOString(), seq, indexedSeq, ...(reembedding && { reembedding }) };
  }
}
