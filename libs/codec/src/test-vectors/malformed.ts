import { HEADER_BYTES } from '../sigma-header';
import { sigmaVectorFromBase64 } from '../sigma-vector';
import { SigmaVectorError, type SigmaVectorErrorReason } from '../sigma-vector-error';
import type { TextCodec } from '../text-codec';
import { encodeText } from './vectors';

/** A vector that is to be refused. */
export interface MalformedTestVector {
  readonly what: string;
  readonly data: string;
  readonly reason: SigmaVectorErrorReason;
}

/** The file of them. */
export interface MalformedTestVectors {
  readonly about: string;
  readonly vectors: readonly MalformedTestVector[];
}

/** Bytes that no encoder writes, by the first fault of each. */
export function malformed(codec: TextCodec): MalformedTestVectors {
  const good = encodeText(codec, 'The quick brown fox', 4096).chunks[0]?.data ?? '';
  const bytes = Buffer.from(good, 'base64');
  const changed = (at: number, ...values: number[]): string => {
    const copy = Buffer.from(bytes);
    copy.set(values, at);
    return copy.toString('base64');
  };
  /** Right in all but the number of its dimensions. */
  const resized = (dimensions: number): string => {
    const copy = Buffer.alloc(HEADER_BYTES + dimensions / 8);
    bytes.copy(copy, 0, 0, HEADER_BYTES);
    copy.writeUInt32LE(dimensions, 4);
    copy.writeUInt16LE(Math.min(2048, dimensions / 4), 8);
    return copy.toString('base64');
  };
  const cases: readonly (readonly [what: string, data: string])[] = [
    ['other magic bytes', changed(0, 0xce, 0xa4)],
    ['a later version', changed(2, 2)],
    ['an unknown flag', changed(3, 3)],
    ['dimensions that are no multiple of 16', resized(4104)],
    ['too few dimensions', resized(4080)],
    ['too many dimensions', resized(65_552)],
    ['another size of the semantic segment', changed(8, 0x01)],
    ['more tokens than fit', changed(10, 38)],
    ['a chunk past the last', changed(12, 1)],
    ['no chunks', changed(16, 0)],
    ['no model id', changed(20, 0)],
    ['a model id of 64 bytes', changed(20, 64)],
    ['a model id that is not UTF-8', changed(21, 0xff)],
    ['a model id with a control character', changed(21, 0x0a)],
    ['a byte after the model id that is not zero', changed(83, 1)],
    ['a byte too few', bytes.subarray(0, -1).toString('base64')],
    ['a byte too many', Buffer.concat([bytes, Buffer.of(0)]).toString('base64')],
    ['half a header', bytes.subarray(0, 42).toString('base64')],
    ['a line break in the base64', `${good.slice(0, 76)}\n${good.slice(76)}`],
    ['base64 without padding', good.replace(/=+$/, '')],
    ['base64 whose spare bits are not zero', `${changed(595, 0).slice(0, -2)}B=`],
    ['the alphabet for URLs', changed(90, 0xff, 0xff, 0xff).replaceAll('/', '_')],
  ];
  return {
    about: 'section 1 of docs/sigma-vector.md; written by npm run test-vectors; the reasons are those of this implementation',
    vectors: cases.map(([what, data]) => ({ what, data, reason: reasonOf(data) })),
  };
}

/** Why `data` is refused; throws where it is not. */
export function reasonOf(data: string): SigmaVectorErrorReason {
  try {
    sigmaVectorFromBase64(data);
  } catch (error) {
    if (error instanceof SigmaVectorError) return error.reason;
    throw error;
  }
  throw new Error(`${data.slice(0, 120)}… was read`);
}
