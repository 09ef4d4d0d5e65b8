import { NeighbourGraph } from '../vectors/neighbour-graph';
import { DocumentFile } from './document-file';
import type { GraphFile } from './local-index';

/** Rows that are read and added at once. */
const GROUP = 1_000;

/** A graph to build. */
export interface GraphOrder {
  /** The SQLite file of the index, which may be written to meanwhile. */
  readonly documents: string;
  /** Where to put the graph. */
  readonly path: string;
}

/** Builds a graph of neighbours from the embeddings in a file, but those of zeros; takes minutes where there are many, so it is for another thread than that of the index. */
export function buildGraph({ documents, path }: GraphOrder): GraphFile {
  const file = DocumentFile.open(documents, true);
  try {
    const { dimensions } = file;
    const graph = NeighbourGraph.empty(dimensions);
    for (let after = -1; ; ) {
      const group = file.embeddingsAfter(after, GROUP);
      const last = group.at(-1);
      if (!last) break;
      after = last.row;
      const meaningful = group.filter(({ embedding }) => embedding.some((value) => value !== 0));
      const embeddings = new Float32Array(meaningful.length * dimensions);
      meaningful.forEach(({ embedding }, i) => { embeddings.set(embedding, i * dimensions); });
      graph.add(meaningful.map(({ row }) => row), embeddings);
    }
    graph.save(path);
    return { path, rows: graph.rows };
  } finally {
    file.close();
  }
}
