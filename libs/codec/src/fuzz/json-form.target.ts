import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { toBase64, zeroVector } from '@sigmalang/vector';
import type { ObservedVector } from '../observed-vector';
import { type PackedObservedVector, type PackedVector, readObservedVector, readPackedVector } from '../packed-vector';
import { type SigmaHeader, headerFromBytes, headerToBytes, validateHeader } from '../sigma-header';
import { sigmaVectorToBase64 } from '../sigma-vector';
import type { FuzzTally } from './fuzz-tally';
import { fuzzTarget } from './fuzz-target';
import { isHeader, isVectorBytes } from './header-rules';
import { checkReading } from './reading-check';
import { type ValidVector, encoded, validVectors } from './valid-vector';

/** Values that are not what a field should hold. */
const strange = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(-0, 0, 1, NaN, Infinity, 1e308, 0.5, -1, 2 ** 32 - 1, 2 ** 32, 38, 97, 4096, 4112, 10_001) },
  { weight: 4, arbitrary: fc.constantFrom<unknown>(undefined, null, true, false, '', '0', '1', 'a\nb', '\uD800', 'é'.repeat(32), [], {}, [[]], 1n) },
  { weight: 1, arbitrary: fc.nat(2 ** 30).map((length) => ({ length })) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>({ type: 'Buffer', data: [206, 163] }, { 0: 1, length: 1 }, [206, 163, 1], { valueOf: 1 }) },
  { weight: 3, arbitrary: fc.anything({ maxDepth: 2, maxKeys: 5, withNullPrototype: true, withBoxedValues: true, withTypedArray: true }) },
);

const names = fc.constantFrom('version', 'dimensions', 'semanticBits', 'sequenceBits', 'tokens', 'chunk', 'chunks', 'model', 'semanticEmpty', '__proto__', 'constructor', 'toString', 'polluted', 'length');

/** Own fields that replace or join those of an object; undefined removes one. */
type Changes = readonly (readonly [name: string, value: unknown])[];
const changes: fc.Arbitrary<Changes> = fc.array(fc.tuple(names, strange), { maxLength: 3 });

const headerCases = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(validVectors, changes).map(([valid, change]) => changed(encoded(valid).vector.header, change)) },
  { weight: 1, arbitrary: fc.anything({ withNullPrototype: true, withBoxedValues: true }) },
  { weight: 1, arbitrary: fc.json().map((text) => JSON.parse(text) as unknown) },
);

/** JSON headers of every kind: taken where they are valid, as they are, else refused. */
export const jsonHeaderTarget = fuzzTarget('json-header', 60, headerCases, (candidate, tally) => {
  const header = tally.attempt(() => validateHeader(candidate));
  assert.equal(header !== undefined, isHeader(candidate), `the header was ${header ? 'taken' : 'refused'}`);
  if (!header) return;
  assert.deepStrictEqual(headerFromBytes(headerToBytes(header)), header, 'the header is another one after its bytes');
  assert.deepStrictEqual(validateHeader(header), header, 'the header is another one when it is read again');
  expectNoPollution();
});

/** A part of a packed vector: as it should be, of another vector, or anything. */
type Part = { readonly is: 'right' | 'of the other' | 'left out' } | { readonly is: 'strange'; readonly value: unknown };
const part = fc.oneof(
  { weight: 4, arbitrary: fc.record({ is: fc.constantFrom('right' as const, 'of the other' as const, 'left out' as const) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('strange' as const), value: strange }) },
);

interface PackedCase {
  readonly vectors: readonly [ValidVector, ValidVector];
  readonly data: Part;
  readonly header: Part;
  readonly changes: Changes;
  readonly erased: Part;
  readonly copies: Part;
  readonly list: readonly Part[];
  /** What stands in the place of all of it, if anything does. */
  readonly instead: readonly unknown[];
}

const usually = (arbitrary: fc.Arbitrary<Part>): fc.Arbitrary<Part> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant({ is: 'right' as const }) }, { weight: 1, arbitrary });

const packedCases: fc.Arbitrary<PackedCase> = fc.record({
  vectors: fc.tuple(validVectors, validVectors),
  data: usually(part),
  header: part,
  changes: fc.oneof(fc.constant([]), changes),
  erased: part,
  copies: usually(part),
  list: fc.array(part, { maxLength: 3 }),
  instead: fc.oneof({ weight: 12, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(strange) }),
});

/** Packed vectors of every kind: taken where every part is valid and agrees with the data, else refused. */
export const jsonVectorTarget = fuzzTarget('json-vector', 30, packedCases, checkPacked);

function checkPacked(given: PackedCase, tally: FuzzTally): void {
  const [one, other] = [encoded(given.vectors[0]), encoded(given.vectors[1])];
  const packed = given.instead.length > 0 ? given.instead[0] : packedOf(given, one.vector, other.vector);
  const plain = tally.attempt(() => readPackedVector(packed as PackedVector));
  const observed = tally.attempt(() => readObservedVector(packed as PackedObservedVector));
  assert.equal(plain !== undefined, isPacked(packed), `the packed vector was ${plain ? 'taken' : 'refused'}`);
  assert.equal(observed !== undefined, isPacked(packed) && hasValidParts(packed), `the vector was ${observed ? 'taken' : 'refused'}`);
  expectNoPollution();
  if (observed) checkReading(observed, [one.tokens, other.tokens], tally);
}

function packedOf(given: PackedCase, one: ObservedVector, other: ObservedVector): Record<string, unknown> {
  const base64 = { 'right': sigmaVectorToBase64(one), 'of the other': sigmaVectorToBase64(other), 'left out': undefined };
  const headers = { 'right': one.header, 'of the other': other.header, 'left out': undefined };
  const masks = { 'right': toBase64(zeroVector(one.header.dimensions)), 'of the other': toBase64(zeroVector(other.header.dimensions)), 'left out': undefined };
  const copies = given.list.map((copy) => chosen(copy, base64));
  const header = chosen(given.header, headers);
  return {
    data: chosen(given.data, base64),
    header: typeof header === 'object' && header !== null ? changed(header, given.changes) : header,
    erased: chosen(given.erased, masks),
    copies: chosen(given.copies, { 'right': copies, 'of the other': [base64['of the other']], 'left out': undefined }),
  };
}

function chosen(given: Part, from: Record<'right' | 'of the other' | 'left out', unknown>): unknown {
  return given.is === 'strange' ? given.value : from[given.is];
}

function changed(original: object, changes: Changes): object {
  const copy: object = { ...original };
  for (const [name, value] of changes) Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}

function isPacked(packed: unknown): packed is Record<string, unknown> & { data: string } {
  if (typeof packed !== 'object' || packed === null || !('data' in packed)) return false;
  const header = 'header' in packed ? packed.header : undefined;
  return isBase64OfVector(packed.data) && (header === undefined || isSameHeader(header, headerOf(packed.data)));
}

function hasValidParts({ data, erased, copies }: Record<string, unknown> & { data: string }): boolean {
  const header = headerOf(data);
  const isCopy = (copy: unknown): boolean => isBase64OfVector(copy) && isSameHeader(headerOf(copy), header);
  const isMask = typeof erased === 'string' && isCanonical(erased) && Buffer.from(erased, 'base64').length === header.dimensions / 8;
  return (erased === undefined || isMask) && (copies === undefined || (Array.isArray(copies) && copies.every(isCopy)));
}

function isBase64OfVector(data: unknown): data is string {
  return typeof data === 'string' && isCanonical(data) && isVectorBytes(Buffer.from(data, 'base64'));
}

function isCanonical(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}

function headerOf(data: string): SigmaHeader {
  return headerFromBytes(Buffer.from(data, 'base64'));
}

function isSameHeader(given: unknown, expected: SigmaHeader): boolean {
  if (typeof given !== 'object' || given === null) return false;
  const fields = given as Record<string, unknown>;
  return Object.entries(expected).every(([name, value]) => fields[name] === value);
}

function expectNoPollution(): void {
  assert.deepEqual(Object.keys(Object.prototype), [], 'the prototype of all objects has got fields');
}
