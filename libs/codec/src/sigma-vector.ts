import { type Hypervector, decodeBase64, fromBytes, sliceVector, toBytes } from '@sigmalang/vector';
import { HEADER_BYTES, type SigmaHeader, headerFromBytes, headerToBytes, validateHeader } from './sigma-header';
import { SigmaVectorError } from './sigma-vector-error';

/** One chunk of a text: the semantic segment followed by the sequence segment, and the header that tells them apart. */
export interface SigmaVector {
  readonly header: SigmaHeader;
  readonly bits: Hypervector;
}

/** A Σ-vector from a header (checked by {@link validateHeader}) and bits; throws `SigmaVectorError`, `bits` when their number is not the header's. */
export function sigmaVector(header: unknown, bits: Hypervector): SigmaVector {
  const checked = validateHeader(header);
  if (bits.dimensions !== checked.dimensions) {
    throw new SigmaVectorError('bits', `expected ${checked.dimensions} bits, found ${bits.dimensions}`);
  }
  return { header: checked, bits };
}

/** The semantic segment: the sign bits of the chunk's projected embedding. */
export function semanticSegment({ header, bits }: SigmaVector): Hypervector {
  return sliceVector(bits, 0, header.semanticBits);
}

/** The sequence segment: the chunk's tokens. */
export function sequenceSegment({ header, bits }: SigmaVector): Hypervector {
  return sliceVector(bits, header.semanticBits, header.sequenceBits);
}

/** A Σ-vector as bytes: the header of 84 bytes, then dimensions / 8 bytes of bits, the lowest dimension in the least significant bit. */
export function sigmaVectorToBytes({ header, bits }: SigmaVector): Uint8Array {
  return Buffer.concat([headerToBytes(header), toBytes(bits)]);
}

/**
 * The inverse of {@link sigmaVectorToBytes}: accepts nothing that it does not write. Throws `SigmaVectorError`, among others
 * `truncated` and `trailing`.
 */
export function sigmaVectorFromBytes(bytes: Uint8Array): SigmaVector {
  const header = headerFromBytes(bytes);
  const expected = HEADER_BYTES + header.dimensions / 8;
  if (bytes.length !== expected) {
    const reason = bytes.length < expected ? 'truncated' : 'trailing';
    throw new SigmaVectorError(reason, `expected ${expected} bytes, found ${bytes.length}`);
  }
  return { header, bits: fromBytes(bytes.subarray(HEADER_BYTES), header.dimensions) };
}

/** {@link sigmaVectorToBytes} in padded base64 (RFC 4648 section 4). */
export function sigmaVectorToBase64(vector: SigmaVector): string {
  return Buffer.from(sigmaVectorToBytes(vector)).toString('base64');
}

/** The inverse of {@link sigmaVectorToBase64}; throws `SigmaVectorError`, `base64` unless the text is canonical. */
export function sigmaVectorFromBase64(text: string): SigmaVector {
  return sigmaVectorFromBytes(bytesOf(text));
}

function bytesOf(base64: string): Uint8Array {
  try {
    return decodeBase64(base64);
  } catch (error) {
    throw new SigmaVectorError('base64', error instanceof Error ? error.message : String(error));
  }
}
