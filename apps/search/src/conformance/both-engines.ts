import type { SearchConfig } from '../search.config';
import type { HealthChecks } from '@sigmalang/runtime';
import { ChangeFeed, CollectionStore, type CollectionRow, Database, DocumentStore, type NewStoredDocument, ReembeddingStore } from '@sigmalang/storage';
import { PgvectorEngine, type PgvectorEngineOptions } from '../engine/pgvector/pgvector-engine';
import type { EngineAnswer, EngineQuery } from '../engine/search-engine';
import { LocalIndex } from '../local/local-index';
import { embedText } from './made-embeddings';

/** A document without what is made of it. */
export type ConformanceDocument = Omit<NewStoredDocument, 'embedding'>;

/** What a search asks, but for what is the same in all or made of the text. */
export type ConformanceQuery = Pick<EngineQuery, 'query' | 'mode'> & Partial<EngineQuery>;

/** What the engines answer. */
export interface BothAnswers {
  readonly local: EngineAnswer;
  readonly pgvector: EngineAnswer;
}

/** Names of collections that were made, so that none is made twice in a database that stays. */
let made = 0;

/** One collection that both engines search: the local one follows the database, the other one is written in it. */
export class BothEngines {
  readonly pgvector: PgvectorEngine;
  readonly collections: CollectionStore;
  readonly documents: DocumentStore;
  readonly reembeddings: ReembeddingStore;
  readonly name = `conformance-${process.pid}-${++made}`;
  private local: { readonly index: LocalIndex; readonly generation: number } | undefined;

  constructor(
    readonly database: Database,
    options: PgvectorEngineOptions = {},
  ) {
    const feed = new ChangeFeed(database);
    this.collections = new CollectionStore(database, feed);
    this.documents = new DocumentStore(database, feed);
    this.reembeddings = new ReembeddingStore(database, feed);
    const checks = { add: () => undefined } as unknown as HealthChecks;
    const config: Pick<SearchConfig, 'followIntervalMs'> = { followIntervalMs: 60_000 };
    this.pgvector = new PgvectorEngine(this.collections, this.documents, database, checks, config, options);
  }

  /** Makes the collection. */
  async open(dimensions: number): Promise<void> {
    await this.pgvector.onModuleInit();
    await this.collections.put('conformance', this.name, { model: `made@${dimensions}`, dimensions });
  }

  async close(): Promise<void> {
    await this.pgvector.onApplicationShutdown();
    await this.collections.delete('conformance', this.name);
    this.local?.index.close();
  }

  async row(): Promise<CollectionRow> {
    const row = await this.pgvector.find('conformance', this.name);
    if (!row) throw new Error('the collection is not there');
    return row;
  }

  /** Keeps documents as the service does with this engine, or with the other one. */
  async put(documents: readonly ConformanceDocument[], by: 'pgvector' | 'sqlite' = 'pgvector'): Promise<void> {
    const { id, generation, dimensions } = await this.row();
    const embedded = documents.map((document) => ({ ...document, embedding: embedText(document.text, dimensions) }));
    await this.documents.put(id, generation, embedded, by === 'pgvector' ? this.pgvector.within : undefined);
  }

  async remove(id: string, by: 'pgvector' | 'sqlite' = 'pgvector'): Promise<void> {
    await this.documents.delete((await this.row()).id, id, by === 'pgvector' ? this.pgvector.within : undefined);
  }

  /** Embeds the collection by another model. */
  async reembed(dimensions: number, by: 'pgvector' | 'sqlite' = 'pgvector'): Promise<void> {
    await (await this.beginReembedding(dimensions, by))();
  }

  /** Embeds the documents by another model beside what they have; what it gives embeds what came since and puts all in its place. */
  async beginReembedding(dimensions: number, by: 'pgvector' | 'sqlite' = 'pgvector'): Promise<() => Promise<void>> {
    await this.reembeddings.begin((await this.row()).id, `made@${dimensions}`, dimensions);
    const job = await this.reembeddings.claim(60_000);
    if (!job) throw new Error('there is no job');
    const embedPending = async (): Promise<void> => {
      for (let pending = await this.reembeddings.pending(job, 100); pending.length > 0; pending = await this.reembeddings.pending(job, 100)) {
        await this.reembeddings.save(job, pending.map(({ id, seq, text }) => ({ id, seq, embedding: embedText(text, dimensions) })));
      }
    };
    await embedPending();
    await this.pgvector.catchUp();
    return async () => {
      await embedPending();
      if (!(await this.reembeddings.finish(job, by === 'pgvector' ? this.pgvector.within : undefined))) throw new Error('the job is not done');
    };
  }

  /** Asks both. */
  async search(asked: ConformanceQuery): Promise<BothAnswers> {
    const row = await this.row();
    const query: EngineQuery = { topK: 10, threshold: 0, highlight: true, explain: true, weights: { keyword: 0.7, semantic: 0.3 }, ...asked };
    const embedding = embedText(query.query, row.dimensions);
    const pgvector = await this.pgvector.search(row, query, () => Promise.resolve(embedding));
    return { local: (await this.follow(row)).search({ ...query, embedding }), pgvector };
  }

  private async follow({ id, generation, dimensions }: CollectionRow): Promise<LocalIndex> {
    if (this.local?.generation !== generation) {
      this.local?.index.close();
      this.local = { index: LocalIndex.create({ dimensions }), generation };
    }
    const { index } = this.local;
    for (;;) {
      const changes = await this.documents.changesAfter(id, generation, index.seq, 1_000);
      if (changes.seq <= index.seq) return index;
      index.apply(changes);
    }
  }
}
