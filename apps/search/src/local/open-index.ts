import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { INDEX_FILES } from './index-files';
import { LocalIndex } from './local-index';
import { readNewestSnapshot, removeDrafts } from './snapshot';
import { SnapshotDamagedError } from './snapshot-error';

const WORK = 'work';

/** An index that was opened. */
export interface OpenedIndex {
  readonly index: LocalIndex;
  /** What it was made of: a snapshot; nothing, since there was none; or nothing, since there was none that was whole. */
  readonly from: 'snapshot' | 'nothing' | 'damaged';
  /** Snapshots that were thrown away since they were not what was written. */
  readonly damaged: number;
}

/**
 * Opens the index of a folder, which belongs to one thread of one process at a time: at its newest snapshot that is whole, or empty. What
 * an earlier process or thread left half done there is removed.
 */
export function openIndex(folder: string, dimensions: number): OpenedIndex {
  const work = freshWorkFolder(folder);
  const place = { folder, documents: join(work, INDEX_FILES.documents) };
  const graph = join(work, INDEX_FILES.graph);
  let damaged = 0;
  for (;;) {
    const snapshot = readNewestSnapshot(folder, { [INDEX_FILES.documents]: place.documents, [INDEX_FILES.graph]: graph }, () => { damaged++; });
    if (!snapshot || snapshot.dimensions !== dimensions) break;
    try {
      return { index: LocalIndex.load(place, snapshot, graph), from: 'snapshot', damaged };
    } catch (error) {
      if (!(error instanceof SnapshotDamagedError)) throw error;
      damaged++;
      rmSync(snapshot.path, { recursive: true, force: true });
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work);
    }
  }
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  return { index: LocalIndex.create({ dimensions, place }), from: damaged > 0 ? 'damaged' : 'nothing', damaged };
}

/** Removes an index with all its snapshots. */
export function dropIndex(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** An empty folder for the files that are written to; those of before are removed. */
function freshWorkFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  removeDrafts(folder);
  for (const name of readdirSync(folder)) if (name.startsWith(WORK)) rmSync(join(folder, name), { recursive: true, force: true });
  const work = join(folder, WORK);
  mkdirSync(work);
  return work;
}
