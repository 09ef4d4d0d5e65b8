import type { Hypervector } from '@sigmalang/vector';
import { encodeChunk } from '../chunk-vector';
import { sigmaVectorToBase64 } from '../sigma-vector';
import type { TextCodec } from '../text-codec';
import { projectedBits } from './projection';
import { MANY_SCRIPTS, PROSE } from './texts';

/** One chunk of a text as a Σ-vector. */
export interface ChunkTestVector {
  readonly text: string;
  readonly tokens: readonly number[];
  readonly data: string;
}

/** A text and its Σ-vectors. */
export interface TextTestVector {
  readonly text: string;
  readonly dimensions: number;
  readonly model: string;
  readonly semanticEmpty: boolean;
  readonly chunks: readonly ChunkTestVector[];
}

/** The file of them. */
export interface TextTestVectors {
  readonly about: string;
  readonly texts: readonly TextTestVector[];
}

/** The Σ-vectors of a text, all with the same semantic segment, or without. */
export function encodeText(codec: TextCodec, text: string, dimensions: number, semantic?: Hypervector): TextTestVector {
  const model = semantic ? 'test-projection@1' : 'none';
  const chunks = codec.splitIntoChunks(text, dimensions);
  return {
    text,
    dimensions,
    model,
    semanticEmpty: semantic === undefined,
    chunks: chunks.map((chunk, i) => ({
      text: chunk.text,
      tokens: Array.from(chunk.tokens),
      data: sigmaVectorToBase64(encodeChunk(chunk, semantic, { chunk: i, chunks: chunks.length, model })),
    })),
  };
}

/** Texts of no, few and as many tokens as fit, at several dimensions. */
export function vectors(codec: TextCodec): TextTestVectors {
  const short = 'The quick brown fox';
  return {
    about: 'sections 1 and 6 of docs/sigma-vector.md; written by npm run test-vectors',
    texts: [
      encodeText(codec, '', 4096),
      ...[4096, 4112, 10_000, 65_536].map((dimensions) => encodeText(codec, short, dimensions)),
      encodeText(codec, short, 4096, projectedBits(1024)),
      encodeText(codec, MANY_SCRIPTS, 4112),
      encodeText(codec, PROSE, 10_000),
      encodeText(codec, PROSE.repeat(3), 65_536),
    ],
  };
}
