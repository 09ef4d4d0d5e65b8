import type { SigmaHeader } from './sigma-header';
import { type SigmaVector, sigmaVectorFromBase64 } from './sigma-vector';
import { SigmaVectorError } from './sigma-vector-error';

/** A Σ-vector in base64, with a copy of its header perhaps, as it travels in JSON. */
export interface PackedVector {
  readonly data: string;
  readonly header?: SigmaHeader;
}

/** The Σ-vector of base64; throws `SigmaVectorError`, with `header` naming the field in which a given header differs from the data's. */
export function readPackedVector({ data, header: given }: PackedVector): SigmaVector {
  const vector = sigmaVectorFromBase64(data);
  for (const field of Object.keys(vector.header) as (keyof SigmaHeader)[]) {
    if (given && given[field] !== vector.header[field]) {
      throw new SigmaVectorError('header', `the header beside the data says another ${field} than the data`);
    }
  }
  return vector;
}
