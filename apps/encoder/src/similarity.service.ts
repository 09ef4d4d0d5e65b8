import {
  type PackedSigmaVector,
  say,
  ServiceError,
  type SimilarityRequest,
  type SimilarityResponse,
} from '@sigmalang/contracts';
import { readPackedVector, semanticSegment, type SigmaVector } from '@sigmalang/codec';
import { inTurns, readInput } from '@sigmalang/runtime';
import { cosineFromHamming, hammingDistance, type Hypervector } from '@sigmalang/vector';
import { Injectable } from '@nestjs/common';
import { EmbeddingClient } from './embedding-client';
import { SemanticSegments } from './semantic-segments';

/** What a side of a comparison means: undefined where it has no content. */
interface Side {
  readonly model: string;
  readonly semantic: Hypervector | undefined;
}

/** Compares texts and Σ-vectors by meaning. */
@Injectable()
export class SimilarityService {
  constructor(
    private readonly embeddings: EmbeddingClient,
    private readonly segments: SemanticSegments,
  ) {}

  async similarity({ a, b, texts }: SimilarityRequest): Promise<SimilarityResponse> {
    if (texts) return this.matrix(texts);
    if (a === undefined || b === undefined) throw new ServiceError('INVALID_REQUEST', 'Both a and b are needed');
    if (typeof a === 'string' && typeof b === 'string') {
      const { vectors, model } = await this.embeddings.embed([a, b]);
      const [first, second] = vectors;
      return { score: first && second ? cosine(first, second) : 0, model, metric: 'cosine' };
    }
    return this.compareVectors(a, b);
  }

  private async matrix(texts: readonly string[]): Promise<SimilarityResponse> {
    const { vectors, model } = await this.embeddings.embed(texts);
    const matrix = await inTurns(vectors, (row) => vectors.map((column) => cosine(row, column)));
    return { matrix, model, metric: 'cosine' };
  }

  private async compareVectors(
    a: string | PackedSigmaVector,
    b: string | PackedSigmaVector,
  ): Promise<SimilarityResponse> {
    const vectorA = typeof a === 'string' ? undefined : readInput('a', () => readPackedVector(a));
    const vectorB = typeof b === 'string' ? undefined : readInput('b', () => readPackedVector(b));
    const bits = (vectorA ?? vectorB)?.header.semanticBits ?? 0;
    const [first, second] = await Promise.all([this.side(a, vectorA, bits), this.side(b, vectorB, bits)]);
    if (vectorA && vectorB && vectorA.header.dimensions !== vectorB.header.dimensions) {
      throw new ServiceError(
        'INVALID_REQUEST',
        say`Vectors of ${vectorA.header.dimensions} and ${vectorB.header.dimensions} dimensions cannot be compared`,
      );
    }
    if (first.model !== second.model) {
      throw new ServiceError(
        'INVALID_REQUEST',
        say`Vectors of the models ${first.model} and ${second.model} cannot be compared`,
      );
    }
    const { semantic: left } = first;
    const { semantic: right } = second;
    const score = left && right ? cosineFromHamming(hammingDistance(left, right), bits) : 0;
    return { score, model: first.model, metric: 'hamming' };
  }

  private async side(
    given: string | PackedSigmaVector,
    vector: SigmaVector | undefined,
    bits: number,
  ): Promise<Side> {
    if (vector) {
      const { model, semanticEmpty } = vector.header;
      return { model, semantic: semanticEmpty ? undefined : semanticSegment(vector) };
    }
    const { model, vectors } = await this.embeddings.embed([typeof given === 'string' ? given : '']);
    const [semantic] = await this.segments.project(vectors, bits);
    return { model, semantic };
  }
}

/** Inner product of two unit-length vectors, kept within -1 to 1; 0 where one is all zero. */
function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return Math.max(-1, Math.min(1, sum));
}
