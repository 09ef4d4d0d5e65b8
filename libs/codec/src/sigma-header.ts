import { MAX_SIGMA_DIMENSIONS, sigmaGeometry } from './geometry';
import { SigmaVectorError } from './sigma-vector-error';

/** Format version of the Σ-vectors that this library writes, and the only one that it reads. */
export const SIGMA_FORMAT_VERSION = 1;

/** Longest embedding model id in bytes of UTF-8. */
const MAX_MODEL_BYTES = 63;

/** What a Σ-vector says about itself; one object in the binary header and in JSON. */
export interface SigmaHeader {
  /** Format version, 1. */
  readonly version: number;
  /** Bits of the vector: a multiple of 16 from 4,096 to 65,536. */
  readonly dimensions: number;
  /** Bits of the semantic segment, which comes first: min(2048, dimensions / 4). */
  readonly semanticBits: number;
  /** Bits of the sequence segment: the rest. */
  readonly sequenceBits: number;
  /** Tokens in the sequence segment, 0 to the capacity of its size. */
  readonly tokens: number;
  /** Index of this chunk among those of its text, from 0. */
  readonly chunk: number;
  /** Number of chunks of the text, 1 to 2^32 - 1. */
  readonly chunks: number;
  /** Id of the embedding model behind the semantic segment, 1 to 63 bytes of UTF-8 without control characters. */
  readonly model: string;
  /** Whether the semantic segment carries nothing, because the text has no embedding. */
  readonly semanticEmpty: boolean;
}

/**
 * The header in `candidate` (anything: JSON, decoded bytes) if every field of it is right, `semanticEmpty` being false where it is
 * absent; throws `SigmaVectorError` `header`, `version`, `geometry`, `tokens`, `chunk`, `model` or `flags`.
 */
export function validateHeader(candidate: unknown): SigmaHeader {
  if (typeof candidate !== 'object' || candidate === null) {
    throw new SigmaVectorError('header', `expected a header object, found ${candidate === null ? 'null' : typeof candidate}`);
  }
  const fields = new Map<string, unknown>(Object.entries(candidate));
  const version = integer(fields, 'version');
  if (version !== SIGMA_FORMAT_VERSION) {
    throw new SigmaVectorError('version', `expected format version ${SIGMA_FORMAT_VERSION}, found ${version}`);
  }
  const { dimensions, semanticBits, sequenceBits, tokensPerChunk } = sigmaGeometry(integer(fields, 'dimensions'));
  const tokens = integer(fields, 'tokens');
  if (tokens > tokensPerChunk) {
    throw new SigmaVectorError('tokens', `${dimensions} dimensions hold ${tokensPerChunk} tokens, not ${tokens}`);
  }
  expectBits(fields, 'semanticBits', semanticBits);
  expectBits(fields, 'sequenceBits', sequenceBits);
  const model = checkModel(fields.get('model'));
  const semanticEmpty = fields.get('semanticEmpty') ?? false;
  if (typeof semanticEmpty !== 'boolean') throw new SigmaVectorError('flags', 'semanticEmpty must be true or false');
  return { version, dimensions, semanticBits, sequenceBits, tokens, ...chunkOf(fields), model, semanticEmpty };
}

function chunkOf(fields: Map<string, unknown>): { chunk: number; chunks: number } {
  const [chunk, chunks] = [integer(fields, 'chunk'), integer(fields, 'chunks')];
  if (chunk >= chunks) throw new SigmaVectorError('chunk', `expected a chunk index below ${chunks}, found ${chunk}`);
  return { chunk, chunks };
}

function integer(fields: Map<string, unknown>, name: string): number {
  const value = fields.get(name);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return value + 0; // -0 becomes 0
  const found = typeof value === 'number' ? String(value) : typeof value;
  throw new SigmaVectorError('header', `expected ${name} to be an integer from 0 to 4294967295, found ${found}`);
}

function expectBits(fields: Map<string, unknown>, name: string, expected: number): void {
  const found = integer(fields, name);
  if (found !== expected) throw new SigmaVectorError('geometry', `expected ${name} to be ${expected}, found ${found}`);
}

/** Returns `model` if it is a valid embedding model id; throws `SigmaVectorError` (`model`). */
function checkModel(model: unknown): string {
  if (typeof model !== 'string') throw new SigmaVectorError('model', `expected a model id, found ${typeof model}`);
  const bytes = Buffer.byteLength(model);
  if (bytes < 1 || bytes > MAX_MODEL_BYTES || !model.isWellFormed() || /\p{Cc}/u.test(model)) {
    throw new SigmaVectorError('model', `expected a model id of 1 to ${MAX_MODEL_BYTES} bytes without control characters`);
  }
  return model;
}

/** Length of the binary header in bytes. */
export const HEADER_BYTES = 84;

/** Length of the longest Σ-vector in bytes. */
export const MAX_SIGMA_VECTOR_BYTES = HEADER_BYTES + MAX_SIGMA_DIMENSIONS / 8;

const MAGIC = 0xa3ce; // Σ in UTF-8, read as a little-endian 16-bit integer
const SEMANTIC_EMPTY = 1;
const MODEL_AT = 21;

/**
 * The header as 84 bytes, little-endian: magic 0xCE 0xA3, version (1 byte), flags (1; bit 0 semanticEmpty), dimensions (4), semantic
 * bits (2), tokens (2), chunk (4), chunks (4), length of the model id (1), model id (63, padded with zeros).
 */
export function headerToBytes(header: SigmaHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MAGIC, true);
  view.setUint8(2, header.version);
  view.setUint8(3, header.semanticEmpty ? SEMANTIC_EMPTY : 0);
  view.setUint32(4, header.dimensions, true);
  view.setUint16(8, header.semanticBits, true);
  view.setUint16(10, header.tokens, true);
  view.setUint32(12, header.chunk, true);
  view.setUint32(16, header.chunks, true);
  const model = new TextEncoder().encode(header.model);
  view.setUint8(MODEL_AT - 1, model.length);
  bytes.set(model, MODEL_AT);
  return bytes;
}

/** The header at the start of `bytes`; throws `SigmaVectorError` `truncated`, `magic`, `padding`, or as {@link validateHeader} does. */
export function headerFromBytes(bytes: Uint8Array): SigmaHeader {
  if (bytes.length < HEADER_BYTES) {
    throw new SigmaVectorError('truncated', `expected a header of ${HEADER_BYTES} bytes, found ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const magic = view.getUint16(0, true);
  if (magic !== MAGIC) throw new SigmaVectorError('magic', `expected the magic bytes ce a3, found ${hex(bytes.subarray(0, 2))}`);
  const version = view.getUint8(2);
  if (version !== SIGMA_FORMAT_VERSION) {
    throw new SigmaVectorError('version', `expected format version ${SIGMA_FORMAT_VERSION}, found ${version}`);
  }
  const flags = view.getUint8(3);
  if (flags > SEMANTIC_EMPTY) throw new SigmaVectorError('flags', `expected flags 0 or 1, found ${flags}`);
  const [dimensions, semanticBits] = [view.getUint32(4, true), view.getUint16(8, true)];
  return validateHeader({
    version,
    dimensions,
    semanticBits,
    sequenceBits: sigmaGeometry(dimensions).sequenceBits,
    tokens: view.getUint16(10, true),
    chunk: view.getUint32(12, true),
    chunks: view.getUint32(16, true),
    model: readModel(bytes, view.getUint8(MODEL_AT - 1)),
    semanticEmpty: flags === SEMANTIC_EMPTY,
  });
}

function readModel(bytes: Uint8Array, length: number): string {
  if (length > MAX_MODEL_BYTES) {
    throw new SigmaVectorError('model', `expected a model id of at most ${MAX_MODEL_BYTES} bytes, found ${length}`);
  }
  if (bytes.subarray(MODEL_AT + length, HEADER_BYTES).some((byte) => byte !== 0)) {
    throw new SigmaVectorError('padding', 'expected zeros after the model id');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(MODEL_AT, MODEL_AT + length));
  } catch {
    throw new SigmaVectorError('model', 'expected a model id in UTF-8');
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
