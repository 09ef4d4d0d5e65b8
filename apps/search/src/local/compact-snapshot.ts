import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexedDocument } from '../engine/search-engine';
import { DocumentFile } from './document-file';
import { INDEX_FILES } from './index-files';
import { LocalIndex } from './local-index';
import { finishSnapshot, readNewestSnapshot } from './snapshot';

/** Documents that are added at once. */
const GROUP = 1_000;

/** An index to make anew. */
export interface CompactionOrder {
  /** Folder of the index. */
  readonly folder: string;
  readonly dimensions: number;
}

/**
 * Writes the newest snapshot of a folder anew without the rows that are dead, in its place; says whether there was one. For another thread
 * than that of the index, which goes on with what it has until it is closed, opened again, and given what came since. No other snapshot may
 * be written meanwhile.
 */
export function compactSnapshot({ folder, dimensions }: CompactionOrder): boolean {
  const work = join(folder, 'compaction');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  try {
    const old = join(work, `old-${INDEX_FILES.documents}`);
    const snapshot = readNewestSnapshot(folder, { [INDEX_FILES.documents]: old, [INDEX_FILES.graph]: join(work, INDEX_FILES.graph) }, () => undefined);
    if (!snapshot) return false;
    const index = LocalIndex.create({ dimensions, place: { folder, documents: join(work, INDEX_FILES.documents) } });
    try {
      copyDocuments(old, index);
      finishSnapshot(index.beginSnapshot());
    } finally {
      index.close();
    }
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Puts the documents of a file into an empty index, all of which belong to its last change then. */
function copyDocuments(path: string, index: LocalIndex): void {
  const file = DocumentFile.open(path);
  try {
    const { seq } = file.state;
    index.applyAll(seq, groups(file));
  } finally {
    file.close();
  }
}

function* groups(file: DocumentFile): Generator<IndexedDocument[]> {
  for (let after = -1; ; ) {
    const documents = file.documentsAfter(after, GROUP);
    const last = documents.at(-1);
    if (!last) return;
    after = last.row;
    yield documents.map((document) => ({ ...document, embedding: file.embedding(document.row) }));
  }
}
