import { say, ServiceError } from '@sigmalang/contracts';
import { currentRequest, HealthChecks, outsideRequests, stopIfOver } from '@sigmalang/runtime';
import { CollectionStore, type CollectionRow, Database, type DocumentStore, type Transaction, type WithinWrite } from '@sigmalang/storage';
import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { collectionNotFound } from '../../collections/collection-not-found';
import { SearchConfig } from '../../search.config';
import { searchMetrics } from '../../search-metrics';
import { CoalescedRuns } from '../local/coalesced-runs';
import { BY_MEANING, type EmbedQuery, type EngineAnswer, type EngineQuery, SearchEngine } from '../search-engine';
import { CollectionSearch } from './collection-search';
import { IndexBuilder, indexWithin } from './index-builder';
import { type IndexState, emptyState, isUsable, readState } from './index-state';
import { INDEX_TABLES } from './index-tables';
import { bringInPgvector, type PgvectorFeatures } from './pgvector-extension';
import { SearchScope } from './search-scope';
import { rowsOf } from './sql-runner';
import { buildGraph, dropGraphs, graphName } from './vector-graph';

/** Vectors of a collection up to which each is compared; beyond that a graph of neighbours is built and asked. */
const MOST_COMPARED = 50_000;

/** How much more seldom than indexes of processes one in the database is looked after, since it is written with the documents. */
const LOOK_EVERY = 10;

/** Share of documents that may come or go before the database counts its rows again. */
const MOST_UNCOUNTED = 0.5;

/** Models that a collection may have one after the other while a search embeds its query. */
const MOST_TRIES = 3;

/** A collection and its index as a search sees them. */
interface Seen {
  readonly seq: number;
  readonly generation: number;
  readonly model: string;
  readonly dimensions: number;
  readonly prunedSeq: number;
  readonly hasGraph: boolean;
  readonly state: IndexState | undefined;
}

/** What a search in the database may be told. */
export interface PgvectorEngineOptions {
  /** See {@link MOST_COMPARED}. */
  readonly mostCompared?: number;
}

/** Leaves searches to PostgreSQL with pgvector: nothing is kept in the process, and what is written is indexed in its own transaction. */
export class PgvectorEngine extends SearchEngine implements OnModuleInit, OnApplicationShutdown {
  readonly within: WithinWrite = (transaction, collection, changes) => indexWithin(transaction, this.database.incarnation, collection, changes);
  private readonly logger = new Logger('PgvectorEngine');
  private readonly builder: IndexBuilder;
  private readonly looks = new CoalescedRuns(() => outsideRequests(() => this.lookAtAll()));
  private readonly mostCompared: number;
  /** How far the indexes are that are behind, by collection. */
  private readonly behind = new Map<number, { readonly indexedSeq: number; readonly seq: number }>();
  private features: PgvectorFeatures | undefined;
  /** Documents that there were when the database last counted its rows. */
  private counted = 0;
  private fault: Error | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private readonly collections: CollectionStore,
    documents: DocumentStore,
    private readonly database: Database,
    checks: HealthChecks,
    private readonly config: Pick<SearchConfig, 'followIntervalMs'>,
    { mostCompared = MOST_COMPARED }: PgvectorEngineOptions = {},
  ) {
    super();
    this.mostCompared = mostCompared;
    this.builder = new IndexBuilder(database, collections, documents);
    checks.add('index', () => this.health());
  }

  /** Makes the tables of the index; throws PgvectorMissingError where the database has no pgvector. A database that is away is waited for in the background. */
  async onModuleInit(): Promise<void> {
    if (this.database.isReady) await this.prepare();
    else void this.prepareLater();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    await this.looking;
  }

  find(owner: string, name: string): Promise<CollectionRow | undefined> {
    return this.collections.get(owner, name);
  }

  async search(collection: CollectionRow, query: EngineQuery, embed: EmbedQuery, minSeq?: number): Promise<EngineAnswer> {
    if (!this.features) throw notReady();
    let { model } = collection;
    for (let tries = 1; ; tries++) {
      const embedding = BY_MEANING.has(query.mode) ? await embed(model) : undefined;
      const found = await this.database.transaction('search', (tx) => this.searchIn(tx, collection, { ...query, embedding }, model, minSeq), { snapshot: true });
      if ('seq' in found) return found;
      if (tries === MOST_TRIES) throw new ServiceError('UNAVAILABLE', 'The model of the collection was changed meanwhile; try again');
      model = found.model;
    }
  }

  /** It was indexed in the transaction, or is in the background. */
  async written(): Promise<void> {
    // nothing is left to do
  }

  changed(): Promise<void> {
    this.look();
    return Promise.resolve();
  }

  erased(): Promise<void> {
    return this.looks.run(); // which removes the rows of all collections that are gone
  }

  indexedSeq({ id, seq }: CollectionRow): number {
    return this.behind.get(id)?.indexedSeq ?? seq;
  }

  /** Indexes what is not indexed yet. */
  catchUp(): Promise<void> {
    return this.looks.run();
  }

  private async prepare(): Promise<void> {
    const features = await bringInPgvector(this.database);
    await this.database.migrate('search-pgvector', [INDEX_TABLES]);
    this.features = features;
    this.timer = setInterval(() => { this.look(); }, LOOK_EVERY * this.config.followIntervalMs);
    this.look();
  }

  private async prepareLater(): Promise<void> {
    await this.database.ready;
    try {
      if (!this.isStopped()) await this.prepare();
    } catch (error) {
      this.fault = error instanceof Error ? error : new Error('the index could not be prepared');
      this.logger.error({ msg: 'Collections cannot be searched', err: error });
    }
  }

  /** Answers from what a transaction sees, or says which model the collection has, where that is another one. */
  private async searchIn(tx: Transaction, { id }: CollectionRow, query: EngineQuery, model: string, minSeq = 0): Promise<EngineAnswer | { readonly model: string }> {
    await bound(tx);
    const seen = await look(tx, id);
    if (!seen) throw collectionNotFound('collection');
    if (minSeq > seen.seq) throw noSuchChange(seen.seq);
    if (BY_MEANING.has(query.mode) && seen.model !== model) return { model: seen.model };
    const state = this.stateOf(id, seen);
    const graph = seen.hasGraph && this.features ? this.features : undefined;
    const scope = new SearchScope(tx, id, state, query.filter);
    const answer = await new CollectionSearch(scope, query, { dimensions: seen.dimensions, mostCompared: this.mostCompared, graph }).run();
    return { ...answer, seq: seen.seq };
  }

  /** The index of a collection; throws UNAVAILABLE where something is not in it yet. */
  private stateOf(id: number, { state, seq, generation, prunedSeq }: Seen): IndexState {
    const { incarnation } = this.database;
    const collection = { id, generation, prunedSeq, incarnation };
    if (!state && seq === 0) return emptyState(collection);
    if (state && state.indexedSeq === seq && isUsable(state, collection)) return state;
    this.look();
    const done = state && isUsable(state, collection) ? state.indexedSeq : 0;
    throw new ServiceError('UNAVAILABLE', say`The collection is being indexed: change ${done} of ${seq}; try again later`);
  }

  private isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private look(): void {
    this.looking = this.looks.run().catch((error: unknown) => {
      if (!this.isStopped()) this.logger.warn({ msg: 'Indexing is put off', err: error });
    });
  }

  private async lookAtAll(): Promise<void> {
    if (this.isStopped() || !this.features) return;
    const rows = await this.collections.all();
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of this.behind.keys()) if (!ids.has(id)) this.behind.delete(id);
    for (const row of rows) {
      await this.builder.catchUp(row, (seq) => { this.note(row, seq); }, () => this.isStopped());
      if (row.reembedding && !this.isStopped()) await this.builder.prepareNextGeneration(row);
    }
    if (this.isStopped()) return;
    await this.builder.purgeRemoved();
    await this.buildGraphs(rows);
    const documents = rows.reduce((sum, row) => sum + row.documents, 0);
    searchMetrics.documents.set(documents);
    await this.count(documents);
    searchMetrics.behind.set(0);
  }

  /** Remembers how far the index of a collection is, for as long as it is behind. */
  private note({ id, seq }: CollectionRow, indexedSeq: number): void {
    if (indexedSeq >= seq) this.behind.delete(id);
    else this.behind.set(id, { indexedSeq, seq });
    searchMetrics.behind.set(Math.max(0, seq - indexedSeq));
  }

  /** Has the embedded database count its rows where they are many more or less than they were, by which it plans; a server does that by itself. */
  private async count(documents: number): Promise<void> {
    if (!this.database.isEmbedded || Math.abs(documents - this.counted) <= MOST_UNCOUNTED * this.counted) return;
    await this.database.withConnection('search-index.analyze', (client) => client.query('analyze'), { unbounded: true });
    this.counted = documents;
  }

  private async buildGraphs(rows: readonly CollectionRow[]): Promise<void> {
    const large = rows.filter(({ documents }) => documents > this.mostCompared);
    for (const row of large) {
      const seen = await this.database.run('search-index.graph', (db) => look(db, row.id));
      if (seen && !seen.hasGraph && !this.isStopped()) await buildGraph(this.database, { ...row, generation: seen.generation, dimensions: seen.dimensions });
    }
    await dropGraphs(this.database, new Set(rows.map(graphName)));
  }

  private health(): Record<string, unknown> {
    if (this.fault) throw this.fault;
    if (!this.features) throw new Error('the tables of the index are not ready');
    return { behind: Array.from(this.behind, ([collection, progress]) => ({ collection, ...progress })) };
  }
}

/**
 * Lets no statement take longer than the request has time, and what it joins be joined by hashing: by loops a database whose counts of rows are old, as they are after many writes, would take
 * the square of the time.
 */
async function bound(tx: Transaction): Promise<void> {
  const context = currentRequest();
  if (context) stopIfOver(context);
  const leftMs = context ? Math.max(1, Math.round(context.deadline - performance.now())) : undefined;
  await tx.execute(sql`SELECT set_config('jit', 'off', true), set_config('enable_nestloop', 'off', true) ${leftMs === undefined ? sql`` : sql`, set_config('statement_timeout', ${String(leftMs)}, true)`}`);
}

async function look(tx: Transaction, id: number): Promise<Seen | undefined> {
  const [row] = await rowsOf<Omit<Seen, 'state'>>(
    tx,
    sql`SELECT seq::float8 AS seq, generation, model, dimensions, pruned_seq::float8 AS "prunedSeq",
      EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('search_embeddings_' || id || '_' || generation) AND indisvalid) AS "hasGraph"
      FROM collections WHERE id = ${id}`,
  );
  if (!row) return undefined;
  return { ...row, state: await readState(tx, id) };
}

function notReady(): ServiceError {
  return new ServiceError('UNAVAILABLE', 'The index in the database is not ready; try again later');
}

function noSuchChange(last: number): ServiceError {
  const message = say`minSeq: the collection has no change of this number; its last is ${last}`;
  return new ServiceError('INVALID_REQUEST', message, [{ field: 'minSeq', rule: 'exists', message }]);
}
