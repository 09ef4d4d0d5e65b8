import { embed } from '@sigmalang/contracts';
import { Bus, timeVectorOperation } from '@sigmalang/runtime';
import { type Hypervector, SignProjection, sliceVector } from '@sigmalang/vector';
import { Injectable } from '@nestjs/common';

const GROUP = 256;
const MOST_SEMANTIC_BITS = 2_048;

/** Embeddings of texts, all by one model. */
export interface Embeddings {
  readonly model: string;
  readonly vectors: readonly Float32Array[];
}

/** Asks nlp for embeddings, and projects them to semantic segments. */
@Injectable()
export class EmbeddingClient {
  private readonly projections = new Map<number, SignProjection>();

  constructor(private readonly bus: Bus) {}

  /** Unit-length embeddings of texts; all zero where a text has no content. */
  async embed(texts: readonly string[]): Promise<Embeddings> {
    const groups = Array.from({ length: Math.ceil(texts.length / GROUP) }, (_group, i) =>
      texts.slice(i * GROUP, (i + 1) * GROUP),
    );
    const replies = await Promise.all(groups.map((group) => this.bus.call(embed, { texts: group })));
    return {
      model: replies[0]?.model ?? '',
      vectors: replies.flatMap(({ embeddings }) => embeddings.map(({ data }) => unpack(data))),
    };
  }

  /** The semantic segment of an embedding; undefined where it is all zero, since nothing can be said of such a text. */
  project(embedding: Float32Array, bits: number): Hypervector | undefined {
    if (embedding.every((value) => value === 0)) return undefined;
    const { length } = embedding;
    const projection = this.projections.get(length) ?? new SignProjection(length, MOST_SEMANTIC_BITS);
    this.projections.set(length, projection);
    return timeVectorOperation('project', () => sliceVector(projection.project(embedding), 0, bits));
  }
}

function unpack(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer);
}
