import { type EncodeRequest, type EncodeResponse, type EncodeResult, limits, ServiceError } from '@sigmalang/contracts';
import {
  codecProgram,
  DEFAULT_DIMENSIONS,
  encodeChunk,
  HEADER_BYTES,
  sigmaGeometry,
  sigmaVectorToBase64,
  type TextChunk,
} from '@sigmalang/codec';
import { inTurns, Workers } from '@sigmalang/runtime';
import type { Hypervector } from '@sigmalang/vector';
import { Injectable } from '@nestjs/common';
import { EmbeddingClient } from './embedding-client';

/** Turns texts into Σ-vectors. */
@Injectable()
export class EncoderService {
  constructor(
    private readonly workers: Workers,
    private readonly embeddings: EmbeddingClient,
  ) {
    workers.use(codecProgram);
  }

  async encode({ text, texts, include, dimensions = DEFAULT_DIMENSIONS }: EncodeRequest): Promise<EncodeResponse> {
    const wholes = texts ?? [text ?? ''];
    const wantsEmbedding = include?.includes('embedding') ?? false;
    const chunked = await this.chunk(wholes, dimensions);
    const chunkTexts = chunked.flatMap((chunks) => chunks.map((chunk) => chunk.text));
    const [ofChunks, ofWholes] = await Promise.all([
      this.embeddings.embed(chunkTexts),
      wantsEmbedding ? this.embeddings.embed(wholes) : undefined,
    ]);
    const { semanticBits } = sigmaGeometry(dimensions);
    const semantics = await this.workers.map(codecProgram, 'project', ofChunks.vectors, semanticBits);
    const results: EncodeResult[] = [];
    let first = 0;
    for (const [i, whole] of wholes.entries()) {
      const chunks = chunked[i] ?? [];
      const result = await toResult(whole, chunks, semantics.slice(first, (first += chunks.length)), ofChunks.model);
      const embedding = ofWholes?.vectors[i];
      if (embedding) result.embedding = Buffer.from(embedding.buffer).toString('base64');
      results.push(result);
    }
    return { results, model: ofChunks.model };
  }

  /** The chunks of each text, as long as all together are no more vectors than a call may carry. */
  private async chunk(texts: readonly string[], dimensions: number): Promise<TextChunk[][]> {
    const runs = await this.workers.map(codecProgram, 'split', texts, dimensions);
    this.bound(runs.reduce((sum, { length }) => sum + length, 0));
    const chunks = await this.workers.map(codecProgram, 'prove', runs.flat(), dimensions);
    this.bound(chunks.reduce((sum, { length }) => sum + length, 0));
    let first = 0;
    return runs.map(({ length }) => chunks.slice(first, (first += length)).flat());
  }

  /** Throws PAYLOAD_TOO_LARGE for more vectors than a call may carry. */
  private bound(vectors: number): void {
    const most = limits.vectorsPerCall;
    if (vectors <= most) return;
    throw new ServiceError(
      'PAYLOAD_TOO_LARGE',
      `The texts take ${vectors} vectors or more; a call carries at most ${most}: send them in parts`,
    );
  }
}

/** What a text became, by its chunks and the semantic segment of each. */
async function toResult(
  text: string,
  chunks: readonly TextChunk[],
  semantics: readonly (Hypervector | undefined)[],
  model: string,
): Promise<EncodeResult> {
  let bytesOut = 0;
  const vectors = await inTurns(chunks.entries(), ([i, chunk]) => {
    const vector = encodeChunk(chunk, semantics[i], { chunk: i, chunks: chunks.length, model });
    bytesOut += HEADER_BYTES + vector.header.dimensions / 8;
    return { data: sigmaVectorToBase64(vector), header: vector.header };
  });
  const bytesIn = Buffer.byteLength(text);
  return {
    vectors,
    tokens: chunks.reduce((sum, { tokens }) => sum + tokens.length, 0),
    bytesIn,
    bytesOut,
    ratio: bytesIn === 0 ? null : bytesOut / bytesIn,
  };
}
