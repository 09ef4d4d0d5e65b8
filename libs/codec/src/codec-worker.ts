import { join } from 'node:path';
import type { ObservedVector } from './observed-vector';
import type { DecodedChunk } from './text-assembly';
import type { TextChunk, TokenRun } from './chunk-vector';
import { TextCodec } from './text-codec';
import { Vocabulary } from './vocabulary';

/** What a thread of {@link codecProgram} can do, each with one item. */
export interface CodecTasks {
  /** {@link TextCodec.runs} of a text. */
  readonly split: (text: string, dimensions: number) => TokenRun[];
  /** {@link TextCodec.proveRun} of a run. */
  readonly prove: (run: TokenRun, dimensions: number) => TextChunk[];
  /** {@link TextCodec.decodeChunk} of a Σ-vector as it arrived. */
  readonly decode: (vector: ObservedVector) => DecodedChunk;
}

/** The tasks with the vocabulary in a folder of assets; throws `VocabularyError` when that is missing or damaged. */
export default function openCodec(assets: string): CodecTasks {
  const codec = new TextCodec(Vocabulary.load(join(assets, 'vocabulary/o200k.bin')));
  return {
    split: (text, dimensions) => codec.runs(text, dimensions),
    prove: (run, dimensions) => codec.proveRun(run, dimensions),
    decode: (vector) => codec.decodeChunk(vector),
  };
}
