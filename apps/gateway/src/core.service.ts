import {
  boundVectors,
  decode,
  type DecodeItem,
  type DecodeResponse,
  encode,
  limits,
  type NoisySigmaVector,
  type RestDecodeRequest,
  type RestEncodeRequest,
  type RestEncodeResponse,
  type RestEncodeResult,
  type RestNoisySigmaVector,
  type RestSimilarityRequest,
  say,
  ServiceError,
  similarity,
  type SimilarityResponse,
} from '@sigmalang/contracts';
import { Bus, inTurns } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { inGroups, renumbered, weightOfTexts } from './fan-out';
import { boundReply, packNoisyVector, packSigmaVector, writeResult } from './sigma-vector-forms';

/** Asks encoder and decoder, in groups, and converts between the forms of a vector that REST offers and the packed one. */
@Injectable()
export class CoreService {
  constructor(private readonly bus: Bus) {}

  async encode({ text, texts, output, ...options }: RestEncodeRequest): Promise<RestEncodeResponse> {
    const replies = await inGroups(texts ?? [text ?? ''], weightOfTexts, (group) =>
      this.bus.call(encode, { texts: group, ...options }),
    );
    const results = replies.flatMap((reply) => reply.results);
    const vectors = results.reduce((sum, result) => sum + result.vectors.length, 0);
    if (vectors > limits.vectorsPerCall) {
      throw new ServiceError(
        'PAYLOAD_TOO_LARGE',
        say`The texts take ${vectors} vectors; a call carries at most ${limits.vectorsPerCall}: send fewer texts at once`,
      );
    }
    boundReply(vectors, options.dimensions, output);
    const written: RestEncodeResult[] = [];
    for (const result of results) written.push(await writeResult(result, output ?? 'base64'));
    return { results: written, model: replies[0]?.model ?? '' };
  }

  async decode({ vectors, items }: RestDecodeRequest): Promise<DecodeResponse> {
    boundVectors(vectors ? [vectors] : (items ?? []).map((item) => item.vectors));
    if (vectors) return this.bus.call(decode, { vectors: await pack(vectors, 'vectors') });
    const packed: DecodeItem[] = [];
    for (const [i, item] of (items ?? []).entries()) {
      packed.push({ vectors: await pack(item.vectors, `items[${i}].vectors`) });
    }
    const replies = await inGroups(packed, weightOfItems, (group, first) =>
      this.bus.call(decode, { items: group }).catch((error: unknown) => {
        throw renumbered(error, 'items', first);
      }),
    );
    return { results: replies.flatMap((reply) => reply.results) };
  }

  similarity({ a, b, texts }: RestSimilarityRequest): Promise<SimilarityResponse> {
    return this.bus.call(similarity, {
      ...(a !== undefined && { a: typeof a === 'string' ? a : packSigmaVector(a, 'a') }),
      ...(b !== undefined && { b: typeof b === 'string' ? b : packSigmaVector(b, 'b') }),
      ...(texts && { texts }),
    });
  }
}

function pack(vectors: readonly RestNoisySigmaVector[], field: string): Promise<NoisySigmaVector[]> {
  return inTurns(vectors.entries(), ([i, vector]) => packNoisyVector(vector, `${field}[${i}]`));
}

/** What the vectors of a text add to a group: as many characters as they take, with their masks and copies. */
function weightOfItems({ vectors }: DecodeItem): number {
  let weight = 0;
  for (const { data, erased = '', copies = [] } of vectors) {
    weight += copies.reduce((sum, { length }) => sum + length, data.length + erased.length);
  }
  return weight;
}
