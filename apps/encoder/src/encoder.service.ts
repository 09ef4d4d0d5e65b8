import { type EncodeRequest, type EncodeResponse, type EncodeResult, limits, say, ServiceError } from '@sigmalang/contracts';
import {
  codecProgram,
  DEFAULT_DIMENSIONS,
  encodeChunk,
  HEADER_BYTES,
  sigmaGeometry,
  sigmaVectorToBase64,
  type TextChunk,
  type TokenRun,
} from '@sigmalang/codec';
import { inTurns, Workers } from '@sigmalang/runtime';
import type { Hypervector } from '@sigmalang/vector';
import { Injectable } from '@nestjs/common';
import { EmbeddingClient } from './embedding-client';
import { SemanticSegments } from './semantic-segments';

/** A chunk and its semantic segment, if it means anything. */
interface MeaningfulChunk {
  readonly chunk: TextChunk;
  readonly semantic: Hypervector | undefined;
}

/** Turns texts into Σ-vectors. */
@Injectable()
export class EncoderService {
  constructor(
    private readonly workers: Workers,
    private readonly embeddings: EmbeddingClient,
    private readonly segments: SemanticSegments,
  ) {
    workers.use(codecProgram);
  }

  async encode({ text, texts, include, dimensions = DEFAULT_DIMENSIONS }: EncodeRequest): Promise<EncodeResponse> {
    const wholes = texts ?? [text ?? ''];
    const wantsEmbedding = include?.includes('embedding') ?? false;
    const runsOfTexts = await this.workers.map(codecProgram, 'split', wholes, dimensions);
    const runs = runsOfTexts.flat();
    this.bound(runs.length);
    const [{ model, chunks }, ofWholes] = await Promise.all([
      this.chunk(runs, dimensions),
      wantsEmbedding ? this.embeddings.embed(wholes) : undefined,
    ]);
    const results: EncodeResult[] = [];
    let first = 0;
    for (const [i, whole] of wholes.entries()) {
      const count = runsOfTexts[i]?.length ?? 0;
      const result = await toResult(whole, chunks.slice(first, (first += count)).flat(), model);
      const embedding = ofWholes?.vectors[i];
      if (embedding) result.embedding = Buffer.from(embedding.buffer).toString('base64');
      results.push(result);
    }
    return { results, model };
  }

  /** The chunks of each run with their semantic segments, as long as all together are no more vectors than a call may carry. */
  private async chunk(runs: readonly TokenRun[], dimensions: number): Promise<{ model: string; chunks: MeaningfulChunk[][] }> {
    // Nearly every run is one chunk of the same text, so that its embedding need not wait for the proof.
    const [proved, ofRuns] = await Promise.all([
      this.workers.map(codecProgram, 'prove', runs, dimensions),
      this.embeddings.embed(runs.map((run) => run.text)),
    ]);
    this.bound(proved.reduce((sum, { length }) => sum + length, 0));
    const parts = proved.filter(({ length }) => length > 1).flat();
    const ofParts = parts.length > 0 ? await this.embeddings.embed(parts.map((part) => part.text)) : { vectors: [] };
    const partEmbeddings = ofParts.vectors.values();
    const embeddings = proved.flatMap((chunks, i) =>
      chunks.map(() => (chunks.length > 1 ? partEmbeddings.next().value : ofRuns.vectors[i]) ?? new Float32Array()),
    );
    const { semanticBits } = sigmaGeometry(dimensions);
    const semantics = (await this.segments.project(embeddings, semanticBits)).values();
    const chunks = proved.map((ofRun) => ofRun.map((chunk) => ({ chunk, semantic: semantics.next().value })));
    return { model: ofRuns.model, chunks };
  }

  /** Throws PAYLOAD_TOO_LARGE for more vectors than a call may carry. */
  private bound(vectors: number): void {
    const most = limits.vectorsPerCall;
    if (vectors <= most) return;
    throw new ServiceError(
      'PAYLOAD_TOO_LARGE',
      say`The texts take ${vectors} vectors or more; a call carries at most ${most}: send them in parts`,
    );
  }
}

/** What a text became. */
async function toResult(text: string, chunks: readonly MeaningfulChunk[], model: string): Promise<EncodeResult> {
  let bytesOut = 0;
  const vectors = await inTurns(chunks.entries(), ([i, { chunk, semantic }]) => {
    const vector = encodeChunk(chunk, semantic, { chunk: i, chunks: chunks.length, model });
    bytesOut += HEADER_BYTES + vector.header.dimensions / 8;
    return { data: sigmaVectorToBase64(vector), header: vector.header };
  });
  const bytesIn = Buffer.byteLength(text);
  return {
    vectors,
    tokens: chunks.reduce((sum, { chunk }) => sum + chunk.tokens.length, 0),
    bytesIn,
    bytesOut,
    ratio: bytesIn === 0 ? null : bytesOut / bytesIn,
  };
}
