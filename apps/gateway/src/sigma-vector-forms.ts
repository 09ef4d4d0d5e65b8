import {
  type EncodeResult,
  type ErasedSpan,
  type NoisySigmaVector,
  type PackedSigmaVector,
  type RestEncodeResult,
  type RestNoisySigmaVector,
  type RestSigmaVector,
  say,
  ServiceError,
  type SigmaVectorHeader,
  type VectorOutput,
} from '@sigmalang/contracts';
import {
  DEFAULT_DIMENSIONS,
  readPackedVector,
  sigmaGeometry,
  sigmaVector,
  SigmaVectorError,
  sigmaVectorFromBase64,
  sigmaVectorToBase64,
} from '@sigmalang/codec';
import { inTurns, readInput } from '@sigmalang/runtime';
import { fromBipolar, fromBitString, maskOfSpans, toBase64, toBipolar, toBitString } from '@sigmalang/vector';
import { LARGEST_REPLY } from './largest-reply';
import { unpackFloats } from './packed-floats';

const BARE_BITS = /^[01]+$/;

/** Characters that a bit takes in a reply: a list has 1, or -1, and a comma. */
const CHARACTERS_PER_BIT: Readonly<Record<VectorOutput, number>> = { base64: 0, bits: 1, bipolar: 2.5 };

/** Throws PAYLOAD_TOO_LARGE where a reply with the bits written out would be larger than a caller can mean. */
export function boundReply(vectors: number, dimensions = DEFAULT_DIMENSIONS, output: VectorOutput = 'base64'): void {
  if (vectors * dimensions * CHARACTERS_PER_BIT[output] <= LARGEST_REPLY) return;
  throw new ServiceError(
    'PAYLOAD_TOO_LARGE',
    say`Written as ${output} the ${vectors} vectors take more than ${LARGEST_REPLY} bytes, the most of a reply: ask for base64, or in parts`,
  );
}

/** A Σ-vector in its packed form, from whichever form a request has it in; throws INVALID_REQUEST naming the field. */
export function packSigmaVector({ data, header }: RestSigmaVector, field: string): PackedSigmaVector {
  // Base64 begins with the mark of the format, so it never is a string of 0 and 1 alone.
  if (typeof data === 'string' && !isBare(data)) return header ? { data, header } : { data };
  if (!header) {
    const message = say`${`${field}.header`} is needed beside data of bare bits`;
    throw new ServiceError('INVALID_REQUEST', message, [{ field: `${field}.header`, rule: 'required', message }]);
  }
  return readInput(field, () => {
    const { dimensions } = sigmaGeometry(header.dimensions);
    if (data.length !== dimensions) {
      if (typeof data === 'string') throw new SigmaVectorError('bits', `expected ${dimensions} digits of 0 and 1, found ${data.length}`);
      throw new SigmaVectorError('bits', `expected ${dimensions} numbers of 1 and -1, found ${data.length}`);
    }
    const bits = typeof data === 'string' ? fromBitString(data) : fromBipolar(data);
    return { data: sigmaVectorToBase64(sigmaVector(header, bits)) };
  });
}

/** {@link packSigmaVector} with the mask of the bits that are unknown, and with further copies. */
export function packNoisyVector({ erased, copies = [], ...vector }: RestNoisySigmaVector, field: string): NoisySigmaVector {
  const packed: NoisySigmaVector = packSigmaVector(vector, field);
  let header: SigmaVectorHeader | undefined;
  const headerOfData = (): SigmaVectorHeader => (header ??= readInput(field, () => readPackedVector(packed).header));
  if (erased !== undefined) packed.erased = packErasure(erased, headerOfData, `${field}.erased`);
  if (copies.length > 0) {
    packed.copies = copies.map((data, i) => {
      const copy = isBare(data) ? { data, header: headerOfData() } : { data };
      return packSigmaVector(copy, `${field}.copies[${i}]`).data;
    });
  }
  return packed;
}

/** A mask of unknown bits in base64, from whichever form a request has it in; throws INVALID_REQUEST naming the field. */
function packErasure(erased: string | ErasedSpan[], headerOfData: () => SigmaVectorHeader, field: string): string {
  if (typeof erased === 'string' && !isBare(erased)) return erased;
  const { dimensions } = headerOfData();
  return readInput(field, () => {
    if (typeof erased !== 'string') return toBase64(maskOfSpans(erased, dimensions));
    if (erased.length === dimensions) return toBase64(fromBitString(erased));
    // A mask in base64 may happen to have no other characters than 0 and 1, but never as many as there are dimensions.
    if (erased.length === 4 * Math.ceil(dimensions / 24)) return erased;
    throw new SigmaVectorError('erased', `expected ${dimensions} digits of 0 and 1, found ${erased.length}`);
  });
}

/** Whether bits are written out, and so have no header before them. */
function isBare(data: string | number[]): boolean {
  return typeof data !== 'string' || BARE_BITS.test(data);
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
