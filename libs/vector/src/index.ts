export { bind, bundle, hammingDistance, permute, similarity } from './algebra';
export { BitCounters } from './bit-counters';
export { concatVectors, copyBits, sliceVector } from './bit-range';
export { hash64 } from './hash64';
export {
  type Hypervector,
  MAX_DIMENSIONS,
  MIN_DIMENSIONS,
  checkDimensions,
  hypervector,
  tailMask,
  wordCount,
  zeroVector,
} from './hypervector';
export { ItemMemory, type Neighbour } from './item-memory';
export {
  bitAt,
  complement,
  decodeBase64,
  fromBase64,
  fromBipolar,
  fromBits,
  fromBitString,
  fromBytes,
  toBase64,
  toBipolar,
  toBitString,
  toBytes,
} from './packing';
export { plainKernels } from './plain-kernels';
export {
  cleanupAccuracy,
  cleanupPosteriors,
  falseAlarm,
  mappingSimilarity,
  MOST_FALSE_ALARMS,
  type Recall,
  recognitionThreshold,
  recordAgreement,
  recordSimilarity,
  sharedPosteriors,
  similarityDeviation,
} from './record-theory';
export { bindPair, bundlePairs, fillerVector, roleFillerRecord, type RoleFillerPair, roleVector } from './role-filler-record';
export { SeededGenerator } from './seeded-generator';
export { PROJECTION_SCHEME_VERSION, SignProjection, cosineFromHamming } from './sign-projection';
export { type Span, maskOfSpans } from './spans';
export { SYMBOL_SCHEME_VERSION, symbolVector, tieVector } from './symbol-vector';
export { VectorError, type VectorErrorReason } from './vector-error';
export { type VectorKernels, activeKernels, allocateRoom } from './vector-kernels';
export { WasmKernels } from './wasm-kernels';
