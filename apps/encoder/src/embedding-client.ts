import { embed } from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';

const GROUP = 256;

/** Embeddings of texts, all by one model. */
export interface Embeddings {
  readonly model: string;
  readonly vectors: readonly Float32Array[];
}

/** Asks nlp for embeddings. */
@Injectable()
export class EmbeddingClient {
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
}

function unpack(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer);
}
