import {
  boundVectors,
  type DecodedChunk,
  type DecodeRequest,
  type DecodeResponse,
  type DecodeResult,
  type NoisySigmaVector,
} from '@sigmalang/contracts';
import { joinChunks, orderChunks, readObservedVector, TextCodec } from '@sigmalang/codec';
import { finishInTurns, inTurns, readInput, reportVectorKernels, timeVectorSteps } from '@sigmalang/runtime';
import { activeKernels } from '@sigmalang/vector';
import { Injectable } from '@nestjs/common';

/** Turns Σ-vectors back into text and says how sure it is. */
@Injectable()
export class DecoderService {
  constructor(private readonly codec: TextCodec) {
    reportVectorKernels(activeKernels.name);
  }

  async decode({ vectors, items }: DecodeRequest): Promise<DecodeResponse> {
    const texts = items?.map((item) => item.vectors) ?? [vectors ?? []];
    boundVectors(texts);
    const results: DecodeResult[] = [];
    for (const [i, text] of texts.entries()) {
      const prefix = items ? `items[${i}].` : '';
      results.push(await this.decodeText(text, `${prefix}vectors`));
    }
    return { results };
  }

  private async decodeText(packed: readonly NoisySigmaVector[], field: string): Promise<DecodeResult> {
    const read = await inTurns(packed.entries(), ([i, vector]) =>
      readInput(`${field}[${i}]`, () => readObservedVector(vector)),
    );
    const ordered = readInput(field, () => orderChunks(read));
    const chunks: DecodedChunk[] = [];
    for (const vector of ordered) chunks.push(await finishInTurns(timeVectorSteps('decode', this.codec.decodeChunkInSteps(vector))));
    const { text, exact, confidence, bitErrors } = joinChunks(chunks);
    return { text, exact, confidence, bitErrors, chunks };
  }
}
