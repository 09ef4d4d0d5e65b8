import { base64Target, binaryVectorTarget } from './binary-vector.target';
import { chunkSetTarget } from './chunk-set.target';
import { decodeOrderTarget } from './decode-order.target';
import type { FuzzTarget } from './fuzz-target';
import { jsonHeaderTarget, jsonVectorTarget } from './json-form.target';
import { payloadTarget } from './payload.target';
import { textTarget } from './text.target';

/** All targets; a run goes through them in turn. */
export const fuzzTargets: readonly FuzzTarget[] = [
  payloadTarget,
  binaryVectorTarget,
  jsonHeaderTarget,
  jsonVectorTarget,
  base64Target,
  decodeOrderTarget,
  chunkSetTarget,
  textTarget,
];
