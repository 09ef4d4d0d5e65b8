import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { type SigmaVector, sigmaVectorFromBase64, sigmaVectorFromBytes, sigmaVectorToBase64, sigmaVectorToBytes } from '../sigma-vector';
import { type ByteEdit, byteEdits, edited } from './byte-edits';
import type { FuzzTally } from './fuzz-tally';
import { fuzzTarget } from './fuzz-target';
import { isHeader, isVectorBytes } from './header-rules';
import { type ValidVector, encodedBytes, validVectors } from './valid-vector';
import { checkReading } from './reading-check';
import { characters } from './texts.arbitrary';

/** How the bytes are written as text, besides as they should be. */
const spellings = fc.constantFrom('canonical', 'url-safe', 'no padding', 'padded twice', 'line break', 'leading space', 'spare bits', 'NUL');

interface BinaryCase {
  readonly vectors: readonly [ValidVector, ValidVector];
  readonly edits: readonly ByteEdit[];
  readonly spelling: 'canonical' | 'url-safe' | 'no padding' | 'padded twice' | 'line break' | 'leading space' | 'spare bits' | 'NUL';
}

const cases: fc.Arbitrary<BinaryCase> = fc.record({
  vectors: fc.tuple(validVectors, validVectors),
  edits: fc.array(byteEdits, { maxLength: 3 }),
  spelling: fc.oneof({ weight: 3, arbitrary: fc.constant('canonical' as const) }, { weight: 2, arbitrary: spellings }),
});

/** Bytes and base64 of valid vectors, edited: taken where they are valid, and then written as they were; else refused. */
export const binaryVectorTarget = fuzzTarget('binary-vector', 40, cases, checkBinary);

/** Strings that are no vectors at all, up to a few million characters. */
const strings = fc.oneof(
  { weight: 20, arbitrary: fc.string({ unit: characters, maxLength: 200 }) },
  { weight: 20, arbitrary: fc.base64String({ maxLength: 2000 }) },
  { weight: 10, arbitrary: fc.base64String({ maxLength: 200 }).map((text) => `zqMB${text}`) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('A', 'zqMB', '=', '\0', '日', ' '), fc.nat(2 ** 21)).map(([unit, times]) => unit.repeat(times)) },
);

/** Any string: refused unless it is a vector in base64. */
export const base64Target = fuzzTarget('base64', 100, strings, (text, tally) => {
  const vector = tally.attempt(() => sigmaVectorFromBase64(text));
  if (vector) assert.equal(sigmaVectorToBase64(vector), text, 'the text is not what the vector is written as');
});

function checkBinary({ vectors: [first, second], edits, spelling }: BinaryCase, tally: FuzzTally): void {
  const [one, other] = [encodedBytes(first), encodedBytes(second)];
  const bytes = edited(one.bytes, other.bytes, edits);
  const vector = tally.attempt(() => sigmaVectorFromBytes(bytes));
  assert.equal(vector !== undefined, isVectorBytes(bytes), `the bytes are ${vector ? 'no' : 'a'} vector`);
  checkSpelling(bytes, spelling, vector !== undefined, tally);
  if (!vector) return;
  checkTaken(vector, bytes);
  checkReading(vector, [one.tokens, other.tokens], tally);
}

function checkTaken(vector: SigmaVector, bytes: Uint8Array): void {
  assert.ok(isHeader(vector.header), 'the header of a vector that was read is not valid');
  assert.ok(Buffer.from(sigmaVectorToBytes(vector)).equals(bytes), 'the vector is written as other bytes than it was read from');
}

function checkSpelling(bytes: Uint8Array, spelling: BinaryCase['spelling'], isVector: boolean, tally: FuzzTally): void {
  const canonical = Buffer.from(bytes).toString('base64');
  const text = spelled(canonical, spelling);
  const vector = tally.attempt(() => sigmaVectorFromBase64(text));
  assert.equal(vector !== undefined, isVector && text === canonical, `base64 ${spelling}: ${vector ? 'taken' : 'refused'}`);
}

function spelled(base64: string, spelling: BinaryCase['spelling']): string {
  const spellings: Record<BinaryCase['spelling'], () => string> = {
    canonical: () => base64,
    'url-safe': () => base64.replaceAll('+', '-').replaceAll('/', '_'),
    'no padding': () => base64.replace(/=+$/, ''),
    'padded twice': () => `${base64}=`,
    'line break': () => base64.replace(/^.{76}/, '$&\n'),
    'leading space': () => ` ${base64}`,
    'spare bits': () => base64.replace(/[AQgw](=+)$/, 'B$1'),
    NUL: () => `${base64}\0`,
  };
  return spellings[spelling]();
}
