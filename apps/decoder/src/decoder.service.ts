import {
  boundVectors,
  type DecodedChunk,
  type DecodeRequest,
  type DecodeResponse,
  type DecodeResult,
  type NoisySigmaVector,
} from '@sigmalang/contracts';
import { codecProgram, joinChunks, type ObservedVector, orderChunks, readObservedVector } from '@sigmalang/codec';
import { inTurns, readInput, reportVectorKernels, Workers } from '@sigmalang/runtime';
import { activeKernels } from '@sigmalang/vector';
import { Injectable } from '@nestjs/common';

/** Turns Σ-vectors back into text and says how sure it is. */
@Injectable()
export class DecoderService {
  constructor(private readonly workers: Workers) {
    workers.use(codecProgram);
    reportVectorKernels(activeKernels.name);
  }

  async decode({ vectors, items }: DecodeRequest): Promise<DecodeResponse> {
    const texts = items?.map((item) => item.vectors) ?? [vectors ?? []];
    boundVectors(texts);
    const ordered: ObservedVector[][] = [];
    for (const [i, text] of texts.entries()) ordered.push(await readText(text, items ? `items[${i}].vectors` : 'vectors'));
    const chunks = await this.workers.map(codecProgram, 'decode', ordered.flat());
    let first = 0;
    return { results: ordered.map(({ length }) => toResult(chunks.slice(first, (first += length)))) };
  }
}

/** The vectors of a text in the order of its chunks; throws INVALID_REQUEST naming the field where they are not those of one text. */
async function readText(packed: readonly NoisySigmaVector[], field: string): Promise<ObservedVector[]> {
  const read = await inTurns(packed.entries(), ([i, vector]) => readInput(`${field}[${i}]`, () => readObservedVector(vector)));
  return readInput(field, () => orderChunks(read));
}

function toResult(chunks: DecodedChunk[]): DecodeResult {
  const { text, exact, confidence, bitErrors } = joinChunks(chunks);
  return { text, exact, confidence, bitErrors, chunks };
}
