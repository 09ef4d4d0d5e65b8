import { EMBEDDING_VALUES } from '@sigmalang/contracts';
import { prepareProjection, projectEmbedding } from '@sigmalang/codec';
import { inTurns, showVectorOperations, timeVectorOperation } from '@sigmalang/runtime';
import type { Hypervector } from '@sigmalang/vector';
import { Injectable } from '@nestjs/common';

/** Projects embeddings, in a fraction of a millisecond each, which is not worth the way to a thread. */
@Injectable()
export class SemanticSegments {
  constructor() {
    showVectorOperations('project');
    prepareProjection(EMBEDDING_VALUES); // some 0.15 s, which no request has to wait for
  }

  /** The semantic segment of each embedding, undefined where that is all zero. */
  project(embeddings: readonly Float32Array[], bits: number): Promise<(Hypervector | undefined)[]> {
    return inTurns(embeddings, (embedding) => timeVectorOperation('project', () => projectEmbedding(embedding, bits)));
  }
}
