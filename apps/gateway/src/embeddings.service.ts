import {
  embed,
  type EmbeddingFormat,
  type EmbeddingItem,
  type EmbeddingsRequest,
  type EmbeddingsResponse,
  type OpenAiEmbeddingsRequest,
  type OpenAiEmbeddingsResponse,
  say,
  ServiceError,
} from '@sigmalang/contracts';
import { Bus, inTurns } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { inGroups, weightOfTexts } from './fan-out';
import { unpackFloats } from './packed-floats';

/** Embeds texts through nlp, in groups, and writes the embeddings as asked. */
@Injectable()
export class EmbeddingsService {
  constructor(private readonly bus: Bus) {}

  async embeddings({ input, model, normalize, encodingFormat }: EmbeddingsRequest): Promise<EmbeddingsResponse> {
    const texts = typeof input === 'string' ? [input] : input;
    const replies = await inGroups(texts, weightOfTexts, (group) =>
      this.bus.call(embed, { texts: group, normalize: normalize ?? true, ...(model !== undefined && { model }) }),
    );
    const [first] = replies;
    if (!first) throw new ServiceError('INVALID_REQUEST', 'There is no text to embed');
    const embeddings = replies.flatMap((reply) => reply.embeddings);
    const promptTokens = embeddings.reduce((sum, { tokens }) => sum + tokens, 0);
    return {
      data: await inTurns(embeddings.entries(), ([index, { data }]) => toItem(index, data, encodingFormat)),
      model: first.model,
      dimensions: first.dimensions,
      usage: { promptTokens, totalTokens: promptTokens },
    };
  }

  async openAiEmbeddings(request: OpenAiEmbeddingsRequest): Promise<OpenAiEmbeddingsResponse> {
    const { input, model, encoding_format: encodingFormat, dimensions } = request;
    const reply = await this.embeddings({
      input,
      ...(model !== undefined && { model }),
      ...(encodingFormat !== undefined && { encodingFormat }),
    });
    if (dimensions !== undefined && dimensions !== reply.dimensions) {
      throw new ServiceError(
        'INVALID_REQUEST',
        say`${reply.model} gives embeddings of ${reply.dimensions} dimensions and no other`,
        [{ field: 'dimensions', rule: 'modelDimensions', message: say`dimensions must be ${reply.dimensions}` }],
      );
    }
    return {
      object: 'list',
      data: reply.data.map(({ index, embedding }) => ({ object: 'embedding', index, embedding })),
      model: reply.model,
      usage: { prompt_tokens: reply.usage.promptTokens, total_tokens: reply.usage.totalTokens },
    };
  }
}

function toItem(index: number, data: string, format: EmbeddingFormat | undefined): EmbeddingItem {
  return { index, embedding: format === 'base64' ? data : unpackFloats(data) };
}
