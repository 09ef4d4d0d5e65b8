import { type EncodeRequest, type EncodeResponse, type EncodeResult, limits, ServiceError } from '@sigmalang/contracts';
import {
  DEFAULT_DIMENSIONS,
  HEADER_BYTES,
  sigmaGeometry,
  sigmaVectorToBase64,
  TextCodec,
  type TextChunk,
} from '@sigmalang/codec';
import { inTurns, timeVectorOperation } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { EmbeddingClient, type Embeddings } from './embedding-client';

/** Turns texts into Σ-vectors. */
@Injectable()
export class EncoderService {
  constructor(
    private readonly codec: TextCodec,
    private readonly embeddings: EmbeddingClient,
  ) {}

  async encode({ text, texts, include, dimensions = DEFAULT_DIMENSIONS }: EncodeRequest): Promise<EncodeResponse> {
    const wholes = texts ?? [text ?? ''];
    const wantsEmbedding = include?.includes('embedding') ?? false;
    const chunked = await this.chunk(wholes, dimensions);
    const chunkTexts = chunked.flatMap((chunks) => chunks.map((chunk) => chunk.text));
    const [ofChunks, ofWholes] = await Promise.all([
      this.embeddings.embed(chunkTexts),
      wantsEmbedding ? this.embeddings.embed(wholes) : undefined,
    ]);
    let first = 0;
    const plans = wholes.map((whole, i) => {
      const chunks = chunked[i] ?? [];
      const vectors = ofChunks.vectors.slice(first, (first += chunks.length));
      return { whole, chunks, embeddings: { model: ofChunks.model, vectors }, embedding: ofWholes?.vectors[i] };
    });
    const results: EncodeResult[] = [];
    for (const { whole, chunks, embeddings, embedding } of plans) {
      const result = await this.toResult(whole, chunks, embeddings, dimensions);
      if (embedding) result.embedding = Buffer.from(embedding.buffer).toString('base64');
      results.push(result);
    }
    return { results, model: ofChunks.model };
  }

  /** The chunks of each text, as long as all together are no more vectors than a call may carry. */
  private async chunk(texts: readonly string[], dimensions: number): Promise<TextChunk[][]> {
    const { tokensPerChunk } = sigmaGeometry(dimensions);
    const counts = await inTurns(texts, (text) => Math.ceil(this.codec.tokenize(text).length / tokensPerChunk));
    this.bound(counts.reduce((sum, count) => sum + count, 0));
    const chunked: TextChunk[][] = [];
    let total = 0;
    for (const text of texts) {
      const chunks = await inTurns(this.timedChunks(text, dimensions), (chunk) => chunk);
      this.bound((total += chunks.length));
      chunked.push(chunks);
    }
    return chunked;
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

  private *timedChunks(text: string, dimensions: number): Generator<TextChunk, void> {
    const chunks = this.codec.chunks(text, dimensions);
    for (;;) {
      const { done, value } = timeVectorOperation('encode', () => chunks.next());
      if (done) return;
      yield value;
    }
  }

  private async toResult(
    text: string,
    chunks: readonly TextChunk[],
    { model, vectors }: Embeddings,
    dimensions: number,
  ): Promise<EncodeResult> {
    const { semanticBits } = sigmaGeometry(dimensions);
    const encoded = await inTurns(chunks.entries(), ([i, chunk]) => {
      const semantic = this.embeddings.project(vectors[i] ?? new Float32Array(), semanticBits);
      const vector = this.codec.encodeChunk(chunk, semantic, { chunk: i, chunks: chunks.length, model });
      return { data: sigmaVectorToBase64(vector), header: vector.header };
    });
    const bytesIn = Buffer.byteLength(text);
    const bytesOut = encoded.length * (HEADER_BYTES + dimensions / 8);
    return {
      vectors: encoded,
      tokens: chunks.reduce((sum, { tokens }) => sum + tokens.length, 0),
      bytesIn,
      bytesOut,
      ratio: bytesIn === 0 ? null : bytesOut / bytesIn,
    };
  }
}
