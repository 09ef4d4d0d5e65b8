import { MetadataValues, type SavedValues } from '../filters/metadata-values';
import { KeywordIndex } from '../keyword/keyword-index';
import { Spellings } from '../keyword/spellings';
import { VectorIndex } from '../vectors/vector-index';
import { DocumentFile } from './document-file';
import { INDEX_FILES } from './index-files';
import { LiveRows } from './live-rows';
import type { IndexParts } from './local-index';
import { loadArrays, saveArrays } from './saved-arrays';
import type { ReadSnapshot } from './snapshot';
import { SnapshotDamagedError } from './snapshot-error';

/** What is in memory of an index: the files of a snapshot by name, each as the buffers that it consists of. */
export function saveParts({ live, keywords, spellings, vectors, values }: IndexParts): [name: string, buffers: readonly Uint8Array[]][] {
  const { columns, arrays } = values.save();
  return [
    [INDEX_FILES.keywords, keywords.save()],
    [INDEX_FILES.spellings, [spellings.save()]],
    [INDEX_FILES.vectors, vectors.save()],
    [INDEX_FILES.values, saveArrays(columns, [live.values, ...arrays])],
  ];
}

/** The parts of an index from a snapshot and its file of documents; throws `SnapshotDamagedError` where they are not of one another. */
export function loadParts(documents: string, snapshot: ReadSnapshot): IndexParts {
  const file = loading(INDEX_FILES.documents, () => DocumentFile.open(documents));
  try {
    const { seq, dimensions, rows } = loading(INDEX_FILES.documents, () => file.state);
    const { about, arrays } = loading(INDEX_FILES.values, () => loadArrays(part(snapshot, INDEX_FILES.values)));
    const [saved, ...values] = arrays;
    const live = new LiveRows(saved as Uint8Array | undefined);
    if (seq !== snapshot.seq || dimensions !== snapshot.dimensions || rows !== live.length) throw new SnapshotDamagedError(INDEX_FILES.documents);
    const keywords = loading(INDEX_FILES.keywords, () => KeywordIndex.load(part(snapshot, INDEX_FILES.keywords)));
    const spellings = loading(INDEX_FILES.spellings, () => Spellings.load(part(snapshot, INDEX_FILES.spellings)));
    const vectors = loading(INDEX_FILES.vectors, () => VectorIndex.load(dimensions, (row) => file.embedding(row), part(snapshot, INDEX_FILES.vectors)));
    return { file, live, keywords, spellings, vectors, values: new MetadataValues({ columns: about as SavedValues['columns'], arrays: values }) };
  } catch (error) {
    file.close();
    throw error;
  }
}

function part({ files }: ReadSnapshot, name: string): Buffer {
  const content = files.get(name);
  if (!content) throw new SnapshotDamagedError(name);
  return content;
}

/** What `load` gives; an error of it means that the part is damaged, although it is what was written. */
function loading<Part>(name: string, load: () => Part): Part {
  try {
    return load();
  } catch {
    throw new SnapshotDamagedError(name);
  }
}
