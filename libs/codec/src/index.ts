export { codecProgram } from './codec-program';
export { default as openCodec, type CodecTasks } from './codec-worker';
export {
  DEFAULT_DIMENSIONS,
  MAX_SIGMA_DIMENSIONS,
  MIN_SIGMA_DIMENSIONS,
  type SigmaGeometry,
  sigmaGeometry,
} from './geometry';
export {
  HEADER_BYTES,
  MAX_MODEL_BYTES,
  MAX_SIGMA_VECTOR_BYTES,
  SIGMA_FORMAT_VERSION,
  type SigmaHeader,
  validateHeader,
} from './sigma-header';
export type { ObservedVector } from './observed-vector';
export { readObservedVector, readPackedVector } from './packed-vector';
export { projectEmbedding } from './semantic-projection';
export {
  type SigmaVector,
  semanticSegment,
  sequenceSegment,
  sigmaVector,
  sigmaVectorFromBase64,
  sigmaVectorFromBytes,
  sigmaVectorToBase64,
  sigmaVectorToBytes,
} from './sigma-vector';
export { SigmaVectorError, type SigmaVectorErrorReason } from './sigma-vector-error';
export { type DecodedChunk, type DecodedText, joinChunks, orderChunks } from './text-assembly';
export { type ChunkPlace, encodeChunk, type TextChunk, type TokenRun } from './chunk-vector';
export { TextCodec } from './text-codec';
export { MalformedTextError, Tokenizer } from './tokenizer';
export { type TokenTable, Vocabulary, VocabularyError } from './vocabulary';
