import { ServiceError } from '@sigmalang/contracts';
import { BaseConfig, Workers } from '@sigmalang/runtime';
import type { Changes } from '@sigmalang/storage';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { indexProgram } from '../../local/index-program';
import type { ApplyReport, IndexTasks, OpenReport } from '../../local/index-worker';
import type { IndexStats } from '../../local/local-index';
import { withoutTime } from '../../search-metrics';
import type { EngineAnswer, EngineQuery } from '../search-engine';

/** Which index: one generation of a collection, of what a database has held since it was made or restored. */
export interface IndexKey {
  /** See `Database.incarnation`. */
  readonly incarnation: string;
  readonly collectionId: number;
  readonly generation: number;
  /** Values of its embeddings. */
  readonly dimensions: number;
}

/** Names of the folders of indexes. */
const INDEX_FOLDER = /^[0-9a-f-]{36}-\d+-\d+$/;

/** JavaScript objects of the index thread are the words and stems of all collections. */
const INDEX_HEAP_MB = 1_024;
const BACKGROUND_HEAP_MB = 256;

/** The one thread that has the indexes of this process open, and another for what takes long and needs none of them. */
export class IndexThread {
  private readonly threads: Workers;
  private readonly background: Workers;
  private isEnding = false;

  constructor(private readonly base: BaseConfig) {
    this.threads = new Workers(base, undefined, { name: 'index', threads: 1, idleThreads: 1, heapMegabytes: INDEX_HEAP_MB });
    this.background = new Workers(base, undefined, { name: 'index-background', threads: 1, idleThreads: 0, heapMegabytes: BACKGROUND_HEAP_MB });
  }

  /** Opens an index from its newest whole snapshot, or empty. */
  open(key: IndexKey): Promise<OpenReport> {
    return this.ask('open', { key: nameOf(key), folder: this.folderOf(key), dimensions: key.dimensions });
  }

  /** Makes changes; throws `ChangeFailedError` where they could not be made, after which the index is not open. */
  apply(key: IndexKey, changes: Changes): Promise<ApplyReport> {
    return this.ask('apply', { key: nameOf(key), changes });
  }

  /** Searches; throws `IndexNotOpenError`. */
  async search(key: IndexKey, query: EngineQuery): Promise<EngineAnswer> {
    return withoutTime(await this.ask('search', { key: nameOf(key), query }));
  }

  /** What an index takes, and what could be done for it. */
  stats(key: IndexKey): Promise<IndexStats> {
    return this.ask('stats', { key: nameOf(key) });
  }

  /** Writes a snapshot, and gives the number of the last change in it. */
  async writeSnapshot(key: IndexKey): Promise<number> {
    const order = { key: nameOf(key) };
    const draft = await this.ask('beginSnapshot', order);
    try {
      await (this.isEnding ? this.threads : this.background).map(indexProgram, 'finishSnapshot', [draft]);
    } finally {
      await this.ask('endSnapshot', order);
    }
    return draft.seq;
  }

  /** Builds a graph of neighbours in the background, and has the index use it. */
  async buildGraph(key: IndexKey): Promise<void> {
    const order = await this.ask('orderGraph', { key: nameOf(key) });
    const [graph] = await this.takingLong().map(indexProgram, 'buildGraph', [order]);
    if (graph) await this.ask('adoptGraph', { key: nameOf(key), graph });
  }

  /** Makes the newest snapshot anew without dead rows, in the background; the index is to be opened again after that. */
  async compact(key: IndexKey): Promise<void> {
    await this.takingLong().map(indexProgram, 'compactSnapshot', [{ folder: this.folderOf(key), dimensions: key.dimensions }]);
  }

  /** Closes an index, and removes its files where they will not be needed again. */
  async close(key: IndexKey, remove: boolean): Promise<void> {
    if (remove) await this.ask('drop', { key: nameOf(key), folder: this.folderOf(key) });
    else await this.ask('close', { key: nameOf(key) });
  }

  /** Removes the files of all indexes but these. */
  async removeOthers(keys: readonly IndexKey[]): Promise<void> {
    const folder = join(this.base.dataDir, 'search');
    const kept = new Set(keys.map(nameOf));
    const names = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of names) {
      if (entry.isDirectory() && INDEX_FOLDER.test(entry.name) && !kept.has(entry.name)) await rm(join(folder, entry.name), { recursive: true, force: true });
    }
  }

  /** Gives up what is being done in the background; snapshots are finished in the thread of the indexes from now on. */
  async endBackground(): Promise<void> {
    if (this.isEnding) return;
    this.isEnding = true;
    await this.background.close();
  }

  /** Ends both threads. */
  async end(): Promise<void> {
    await this.endBackground();
    await this.threads.close();
  }

  /** The thread for what takes long, which is not begun any more when the process stops. */
  private takingLong(): Workers {
    if (this.isEnding) throw new ServiceError('UNAVAILABLE', 'The process is stopping');
    return this.background;
  }

  private async ask<Name extends keyof IndexTasks>(task: Name, order: Parameters<IndexTasks[Name]>[0]): Promise<ReturnType<IndexTasks[Name]>> {
    const perform = this.threads.map.bind(this.threads) as (program: unknown, task: string, orders: readonly unknown[]) => Promise<unknown[]>;
    const [result] = await perform(indexProgram, task, [order]);
    return result as ReturnType<IndexTasks[Name]>;
  }

  private folderOf(key: IndexKey): string {
    return join(this.base.dataDir, 'search', nameOf(key));
  }
}

function nameOf({ incarnation, collectionId, generation }: IndexKey): string {
  return `${incarnation}-${collectionId}-${generation}`;
}
