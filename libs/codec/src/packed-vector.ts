import { type Hypervector, VectorError, fromBase64 } from '@sigmalang/vector';
import type { ObservedVector } from './observed-vector';
import type { SigmaHeader } from './sigma-header';
import { type SigmaVector, sigmaVectorFromBase64 } from './sigma-vector';
import { SigmaVectorError } from './sigma-vector-error';

/** A Σ-vector in base64, with a copy of its header perhaps, as it travels in JSON. */
export interface PackedVector {
  readonly data: string;
  readonly header?: SigmaHeader;
}

/** An {@link ObservedVector} as it travels in JSON: `erased` is a mask of dimensions / 8 bytes, each copy a whole Σ-vector, in base64. */
export interface PackedObservedVector extends PackedVector {
  readonly erased?: string;
  readonly copies?: readonly string[];
}

/**
 * The Σ-vector of base64; throws `SigmaVectorError`, on JSON of another shape too, with `header` naming the field in which a given
 * header differs from the data's.
 */
export function readPackedVector(packed: PackedVector): SigmaVector {
  const { data, header } = fieldsOf(packed, 'base64');
  const vector = sigmaVectorFromBase64(data);
  if (header !== undefined) expectHeader(header, vector.header, 'header');
  return vector;
}

/**
 * {@link readPackedVector} with the bits that are unknown and with further copies; besides throws `SigmaVectorError` `erased` on a mask of
 * another length, and `copies` on a copy whose header is not that of the data, the error's `field` being `erased` or `copies[i]`.
 */
export function readObservedVector(packed: PackedObservedVector): ObservedVector {
  const vector = readPackedVector(packed);
  const { erased, copies = [] } = packed;
  const isList: boolean = Array.isArray(copies);
  if (!isList) throw new SigmaVectorError('copies', `expected a list of copies, found ${typeof copies}`, 'copies');
  return {
    ...vector,
    ...(erased !== undefined && { erased: inField('erased', () => fromBase64(erased, vector.header.dimensions)) }),
    ...(copies.length > 0 && {
      copies: copies.map((copy, i) => inField(`copies[${i}]`, () => readCopy(copy, vector.header))),
    }),
  };
}

function readCopy(data: string, expected: SigmaHeader): Hypervector {
  const { header, bits } = sigmaVectorFromBase64(data);
  expectHeader(header, expected, 'copies');
  return bits;
}

function expectHeader(given: SigmaHeader, expected: SigmaHeader, reason: 'header' | 'copies'): void {
  const fields = fieldsOf(given, 'header');
  const isCopy = reason === 'copies';
  for (const field of Object.keys(expected) as (keyof SigmaHeader)[]) {
    const [found, wanted] = [fields[field], expected[field]];
    if (found === wanted) continue;
    if (typeof found !== 'number' || typeof wanted !== 'number') {
      throw new SigmaVectorError(reason, isCopy ? `the copy says another ${field} than the data` : `the header beside the data says another ${field} than the data`);
    }
    throw new SigmaVectorError(
      reason,
      isCopy
        ? `the copy says another ${field} than the data: expected ${wanted}, found ${found}`
        : `the header beside the data says another ${field} than the data: expected ${wanted}, found ${found}`,
    );
  }
}

/** An object as it is; throws `SigmaVectorError` where JSON has something else in its place. */
function fieldsOf<Fields>(fields: Fields, reason: 'base64' | 'header'): Fields {
  if (typeof fields === 'object' && fields !== null) return fields;
  const found = fields === null ? 'null' : typeof fields;
  throw new SigmaVectorError(reason, reason === 'header' ? `expected the header beside the data, found ${found}` : `expected a packed vector, found ${found}`);
}

/** Reads a part of a vector, its errors naming it. */
function inField<Part>(field: string, read: () => Part): Part {
  try {
    return read();
  } catch (error) {
    if (error instanceof SigmaVectorError) throw new SigmaVectorError(error.reason, error.message, field);
    if (!(error instanceof VectorError)) throw error;
    throw new SigmaVectorError(error.reason === 'base64' ? 'base64' : 'erased', error.message, field);
  }
}
