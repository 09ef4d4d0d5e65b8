import type { SigmaHeader } from '../sigma-header';

/** Tokens that a vector of `dimensions` bits holds. */
export function capacityOf(dimensions: number): number {
  return Math.floor((10 * (dimensions - semanticBitsOf(dimensions))) / 828);
}

/** Whether Σ-vectors have so many dimensions. */
export function isSupported(dimensions: number): boolean {
  return dimensions >= 4096 && dimensions <= 65_536 && dimensions % 16 === 0;
}

/** The rules of a header as the documentation has them, told apart from the reader's own: whether anything is a header. */
export function isHeader(candidate: unknown): boolean {
  if (typeof candidate !== 'object' || candidate === null) return false;
  const field = (name: keyof SigmaHeader): unknown => Object.getOwnPropertyDescriptor(candidate, name)?.value;
  const count = (name: keyof SigmaHeader): number => {
    const value = field(name);
    return typeof value === 'number' && value >= 0 && value < 2 ** 32 && value % 1 === 0 ? value : NaN;
  };
  const dimensions = count('dimensions');
  const flag = field('semanticEmpty');
  return (
    count('version') === 1 &&
    isSupported(dimensions) &&
    count('semanticBits') === semanticBitsOf(dimensions) &&
    count('sequenceBits') === dimensions - semanticBitsOf(dimensions) &&
    count('tokens') <= capacityOf(dimensions) &&
    count('chunk') < count('chunks') &&
    isModel(field('model')) &&
    (flag === undefined || flag === null || typeof flag === 'boolean')
  );
}

/** Whether bytes are a whole Σ-vector, read off the layout of the binary header. */
export function isVectorBytes(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes);
  if (buffer.length < 84 || buffer.toString('hex', 0, 3) !== 'cea301' || buffer.readUInt8(3) > 1) return false;
  const dimensions = buffer.readUInt32LE(4);
  const modelEnd = 21 + buffer.readUInt8(20);
  if (modelEnd > 84 || buffer.length !== 84 + dimensions / 8) return false;
  const model = buffer.toString('utf8', 21, modelEnd);
  return (
    isSupported(dimensions) &&
    buffer.readUInt16LE(8) === semanticBitsOf(dimensions) &&
    buffer.readUInt16LE(10) <= capacityOf(dimensions) &&
    buffer.readUInt32LE(12) < buffer.readUInt32LE(16) &&
    isModel(model) &&
    Buffer.from(model, 'utf8').equals(buffer.subarray(21, modelEnd)) &&
    buffer.subarray(modelEnd, 84).every((byte) => byte === 0)
  );
}

function semanticBitsOf(dimensions: number): number {
  return dimensions >= 8192 ? 2048 : dimensions / 4;
}

function isModel(model: unknown): boolean {
  if (typeof model !== 'string') return false;
  const bytes = Buffer.from(model, 'utf8');
  const units = Array.from(model, (character) => character.codePointAt(0) ?? 0);
  const isClean = units.every((unit) => unit >= 32 && (unit < 127 || unit > 159) && (unit < 0xd800 || unit > 0xdfff));
  return isClean && bytes.length >= 1 && bytes.length <= 63;
}
