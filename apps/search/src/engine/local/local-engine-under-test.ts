import { ServiceError } from '@sigmalang/contracts';
import { BaseConfig, HealthChecks } from '@sigmalang/runtime';
import {
  type ChangeFeed, type ChangeListener, type Changes, type CollectionRow, type CollectionStore, type Database, type DocumentStore, StaleGenerationError,
} from '@sigmalang/storage';
import { IndexNotOpenError } from '../../local/index-error';
import { SearchConfig } from '../../search.config';
import type { EngineQuery } from '../search-engine';
import { CollectionCatalogue } from './collection-catalogue';
import { FollowedCollections } from './followed-collections';
import type { IndexKey, IndexThread } from './index-thread';
import type { IndexFolder } from './index-folder';
import { LocalEngine } from './local-engine';

/** What calls fail with while the database is away. */
export const UNAVAILABLE = new ServiceError('UNAVAILABLE', 'The database is away');

/** A collection as the database has it. */
export function row(changes: Partial<CollectionRow> = {}): CollectionRow {
  return {
    id: 1,
    owner: 'local',
    name: 'books',
    description: null,
    model: 'words@1',
    dimensions: 2,
    generation: 1,
    seq: 0,
    prunedSeq: 0,
    documents: 0,
    bytes: 0,
    createdAt: new Date(0),
    ...changes,
  };
}

/** A database of collections without documents, a thread whose indexes are numbers, and the engine between them. */
export function startableEngine(dataDir: string, rows: CollectionRow[] = []) {
  const state = { rows, isAway: false, open: new Map<string, number>(), disk: new Map<string, number>(), slow: Promise.resolve(undefined) };
  const nameOf = ({ incarnation, collectionId, generation }: IndexKey): string => `${incarnation}-${collectionId}-${generation}`;
  const thread = {
    open: async (key: IndexKey) => {
      await state.slow;
      const seq = state.disk.get(nameOf(key)) ?? 0;
      state.open.set(nameOf(key), seq);
      return { seq, from: seq > 0 ? 'snapshot' : 'nothing', damaged: 0 };
    },
    apply: (key: IndexKey, { seq }: Changes) => {
      state.open.set(nameOf(key), seq);
      return Promise.resolve({ seq, documents: 0 });
    },
    search: (key: IndexKey, { embedding }: EngineQuery) => {
      const seq = state.open.get(nameOf(key));
      if (seq === undefined) return Promise.reject(new IndexNotOpenError());
      return Promise.resolve({ results: [], total: key.generation, seq, embedding });
    },
    stats: jest.fn(() => Promise.resolve({ wantsGraph: false, wantsCompaction: false })),
    writeSnapshot: (key: IndexKey) => {
      const seq = state.open.get(nameOf(key)) ?? 0;
      state.disk.set(nameOf(key), seq);
      return Promise.resolve(seq);
    },
    close: (key: IndexKey, remove: boolean) => {
      state.open.delete(nameOf(key));
      if (remove) state.disk.delete(nameOf(key));
      return Promise.resolve();
    },
    removeOthers: jest.fn<Promise<void>, [keys: readonly IndexKey[]]>(() => Promise.resolve()),
    endBackground: () => Promise.resolve(),
    end: () => Promise.resolve(),
  };
  const whenThere = <Result>(result: () => Result): Promise<Result> => (state.isAway ? Promise.reject(UNAVAILABLE) : Promise.resolve(result()));
  const collections = {
    all: () => whenThere(() => state.rows),
    get: (owner: string, name: string) => whenThere(() => state.rows.find((each) => each.owner === owner && each.name === name)),
  };
  const documents = {
    changesAfter: (id: number, generation: number, seq: number) =>
      whenThere(() => {
        const found = state.rows.find((each) => each.id === id);
        if (found && found.generation !== generation) throw new StaleGenerationError();
        return { put: [], removed: [], seq: found?.seq ?? seq };
      }),
  };
  const database = { ready: Promise.resolve(), incarnation: 'a' };
  let told: ChangeListener = () => undefined;
  const feed = {
    subscribe: (listener: ChangeListener) => {
      told = listener;
      return () => undefined;
    },
    start: jest.fn(),
  };
  const folder = { take: jest.fn(), leave: jest.fn() };
  const engine = new LocalEngine(
    folder as unknown as IndexFolder,
    new FollowedCollections(thread as unknown as IndexThread, documents as unknown as DocumentStore),
    new CollectionCatalogue(Object.assign(new BaseConfig(), { dataDir })),
    collections as unknown as CollectionStore,
    database as unknown as Database,
    feed as unknown as ChangeFeed,
    Object.assign(new SearchConfig(), { followIntervalMs: 3_600_000, snapshotIntervalMs: 3_600_000 }),
    new HealthChecks(),
  );
  return { state, folder, database, engine, thread, collections, documents, tell: (id: number, seq?: number) => { told(id, seq); } };
}
