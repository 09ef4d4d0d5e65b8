import {
  boundTexts,
  type DocumentRequest,
  type DocumentResponse,
  type ListDocumentsRequest,
  type ListDocumentsResponse,
  type NewDocument,
  type PutDocumentsRequest,
  type PutDocumentsResponse,
  ServiceError,
} from '@sigmalang/contracts';
import { currentOwner } from '@sigmalang/runtime';
import { type Changes, type CollectionRow, CollectionStore, DocumentStore, type NewStoredDocument, StaleGenerationError } from '@sigmalang/storage';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { collectionNotFound } from '../collections/collection-not-found';
import { EmbeddingClient, missingEmbedding } from '../embedding-client';
import { SearchEngine } from '../engine/search-engine';

/** How often a write is embedded anew when the model of its collection changes meanwhile. */
const MOST_TRIES = 3;

/** Most bytes of the texts and metadata of a page: those of control characters are six times as many in JSON, and a message has 8 MiB. */
const PAGE_BYTES = 1_048_576;

/** Keeps, gives and removes documents; a write is answered when it is durable and searches of this process see it. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly collections: CollectionStore,
    private readonly documents: DocumentStore,
    private readonly embeddings: EmbeddingClient,
    private readonly engine: SearchEngine,
  ) {}

  async put({ name, documents }: PutDocumentsRequest): Promise<PutDocumentsResponse> {
    boundTexts(documents, 'documents');
    const given = documents.map(({ id = randomUUID(), text, metadata = {} }) => ({ id, text, metadata }));
    for (let tries = 1; ; tries++) {
      const collection = await this.collection(name);
      try {
        return await this.keep(collection, given);
      } catch (error) {
        if (!(error instanceof StaleGenerationError) || tries === MOST_TRIES) throw error;
      }
    }
  }

  async get({ name, id }: DocumentRequest): Promise<DocumentResponse> {
    const collection = await this.collection(name);
    const document = await this.documents.get(collection.id, id);
    if (!document) throw documentNotFound();
    return document;
  }

  async delete({ name, id }: DocumentRequest): Promise<DocumentResponse> {
    const collection = await this.collection(name);
    const removed = await this.documents.delete(collection.id, id, this.engine.within);
    if (!removed) throw documentNotFound();
    await this.engine.written(collection, { put: [], removed: [{ id, seq: removed.seq }], seq: removed.seq });
    return removed;
  }

  async list({ name, limit = 50, cursor }: ListDocumentsRequest): Promise<ListDocumentsResponse> {
    const collection = await this.collection(name);
    return this.documents.list(collection.id, limit, cursor, PAGE_BYTES);
  }

  private async keep(collection: CollectionRow, documents: readonly Required<NewDocument>[]): Promise<PutDocumentsResponse> {
    const embeddings = await this.embeddings.embed(
      documents.map(({ text }) => text),
      collection.model,
    );
    const stored = documents.map((document, i): NewStoredDocument => ({ ...document, embedding: embeddings[i] ?? missingEmbedding() }));
    const { seq } = await this.documents.put(collection.id, collection.generation, stored, this.engine.within);
    await this.engine.written(collection, changesOf(stored, seq));
    return { ids: documents.map(({ id }) => id), seq };
  }

  /** The collection as the database has it: what an index was told last may be of one that was removed and made again. */
  private async collection(name: string): Promise<CollectionRow> {
    const collection = await this.collections.get(currentOwner(), name);
    if (!collection) throw collectionNotFound('name');
    return collection;
  }
}

/** What a write leaves behind, in the order in which every index takes it: by id. */
function changesOf(documents: readonly NewStoredDocument[], seq: number): Changes {
  const inOrder = documents.map((document) => ({ document, key: Buffer.from(document.id) })).sort((a, b) => Buffer.compare(a.key, b.key));
  return { put: inOrder.map(({ document }) => ({ ...document, seq })), removed: [], seq };
}

function documentNotFound(): ServiceError {
  const message = 'id: the collection has no document of this id';
  return new ServiceError('NOT_FOUND', message, [{ field: 'id', rule: 'exists', message }]);
}
