import {
  type EncodeResult,
  type PackedSigmaVector,
  type RestEncodeResult,
  type RestSigmaVector,
  ServiceError,
  type VectorOutput,
} from '@sigmalang/contracts';
import { DEFAULT_DIMENSIONS, sigmaVector, sigmaVectorFromBase64, sigmaVectorToBase64 } from '@sigmalang/codec';
import { inTurns, readInput } from '@sigmalang/runtime';
import { fromBipolar, fromBitString, toBipolar, toBitString } from '@sigmalang/vector';
import { unpackFloats } from './packed-floats';

const BARE_BITS = /^[01]+$/;

/** Most characters of all vectors of a reply that writes out their bits. */
const LARGEST_REPLY = 33_554_432;

/** Characters that a bit takes in a reply: a list has 1, or -1, and a comma. */
const CHARACTERS_PER_BIT: Readonly<Record<VectorOutput, number>> = { base64: 0, bits: 1, bipolar: 2.5 };

/** Throws PAYLOAD_TOO_LARGE where a reply with the bits written out would be larger than a caller can mean. */
export function boundReply(vectors: number, dimensions = DEFAULT_DIMENSIONS, output: VectorOutput = 'base64'): void {
  if (vectors * dimensions * CHARACTERS_PER_BIT[output] <= LARGEST_REPLY) return;
  throw new ServiceError(
    'PAYLOAD_TOO_LARGE',
    `Written as ${output} the ${vectors} vectors take more than ${LARGEST_REPLY} bytes, the most of a reply: ask for base64, or in parts`,
  );
}

/** A Σ-vector in its packed form, from whichever form a request has it in; throws INVALID_REQUEST naming the field. */
export function packSigmaVector({ data, header }: RestSigmaVector, field: string): PackedSigmaVector {
  // Base64 begins with the mark of the format, so it never is a string of 0 and 1 alone.
  if (typeof data === 'string' && !BARE_BITS.test(data)) return header ? { data, header } : { data };
  if (!header) {
    const message = `${field}.header is needed beside data of bare bits`;
    throw new ServiceError('INVALID_REQUEST', message, [{ field: `${field}.header`, rule: 'required', message }]);
  }
  return readInput(field, () => {
    const bits = typeof data === 'string' ? fromBitString(data) : fromBipolar(data);
    return { data: sigmaVectorToBase64(sigmaVector(header, bits)) };
  });
}

/** The result of a text with its vectors and its embedding in the form that REST was asked for. */
export async function writeResult({ embedding, ...result }: EncodeResult, output: VectorOutput): Promise<RestEncodeResult> {
  return {
    ...result,
    vectors: await inTurns(result.vectors, ({ data, header }) => ({ data: writeBits(data, output), header })),
    ...(embedding !== undefined && { embedding: unpackFloats(embedding) }),
  };
}

function writeBits(data: string, output: VectorOutput): string | number[] {
  if (output === 'base64') return data;
  const { bits } = sigmaVectorFromBase64(data);
  return output === 'bits' ? toBitString(bits) : toBipolar(bits);
}
