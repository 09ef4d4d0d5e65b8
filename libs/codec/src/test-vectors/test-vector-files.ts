import type { TextCodec } from '../text-codec';
import { certificate } from './certificate';
import { codebook } from './codebook';
import { disturbed } from './disturbed';
import { malformed } from './malformed';
import { primitives } from './primitives';
import { projection } from './projection';
import { tokens } from './tokens';
import { vectors } from './vectors';

/** Where the test vectors are, from the root of the repository. */
export const TEST_VECTOR_FOLDER = 'docs/sigma-vector';

/** Makes the contents of each file. */
export const testVectorFiles: Readonly<Record<string, (codec: TextCodec) => object>> = {
  'primitives.json': primitives,
  'codebook.json': codebook,
  'tokens.json': tokens,
  'certificate.json': certificate,
  'projection.json': projection,
  'vectors.json': vectors,
  'disturbed.json': disturbed,
  'malformed.json': malformed,
};
