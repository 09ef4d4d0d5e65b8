export { bind, bundle, hammingDistance, permute, similarity } from './algebra';
export { BitCounters } from './bit-counters';
export { concatVectors, copyBits, sliceVector } from './bit-range';
export { hash64 } from './hash64';
export { type Hypervector, hypervector, tailMask, wordCount, zeroVector } from './hypervector';
export { ItemMemory } from './item-memory';
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
export {
  cleanupAccuracy,
  cleanupPosteriors,
  falseAlarm,
  mappingSimilarity,
  type Recall,
  recognitionThreshold,
  recordAgreement,
  recordSimilarity,
  sharedPosteriors,
} from './record-theory';
export { bindPair, bundlePairs, fillerVector, roleFillerRecord, type RoleFillerPair, roleVector } from './role-filler-record';
export { SeededGenerator } from './seeded-generator';
export { SignProjection, cosineFromHamming } from './sign-projection';
export { maskOfSpans } from './spans';
export { symbolVector, tieVector } from './symbol-vector';
export { VectorError } from './vector-error';
export { activeKernels, allocateRoom } from './vector-kernels';
export { WasmKernels } from './wasm-kernels';
