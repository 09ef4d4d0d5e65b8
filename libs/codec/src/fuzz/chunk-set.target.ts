import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { SigmaVectorError } from '../sigma-vector-error';
import type { SigmaVector } from '../sigma-vector';
import { type TextChunk, encodeChunk } from '../chunk-vector';
import { joinChunks, orderChunks } from '../text-assembly';
import { codec } from './fuzz-codec';
import type { FuzzTally } from './fuzz-tally';
import { fuzzTarget } from './fuzz-target';
import { texts } from './texts.arbitrary';

/** One vector of a set: a chunk of the first text or of the second, given by any number, perhaps under another model. */
interface Pick {
  readonly isForeign: boolean;
  readonly chunk: number;
  readonly model: string;
}

interface ChunkSetCase {
  readonly texts: readonly [string, string];
  readonly dimensions: readonly [number, number];
  /** Chunks of the first text by where they sort, all of them once. */
  readonly shuffle: readonly number[];
  /** How many of the shuffled chunks are left out. */
  readonly dropped: number;
  readonly added: readonly Pick[];
}

const longTexts = fc.tuple(texts, fc.integer({ min: 1, max: 6 })).map(([text, times]) => Array.from(text.repeat(times)).slice(0, 900).join(''));
const dimensions = fc.oneof({ weight: 4, arbitrary: fc.constant(4096) }, { weight: 1, arbitrary: fc.constant(4112) });

const cases: fc.Arbitrary<ChunkSetCase> = fc.record({
  texts: fc.tuple(longTexts, longTexts),
  dimensions: fc.tuple(dimensions, dimensions),
  shuffle: fc.array(fc.nat(), { minLength: 32, maxLength: 32 }),
  dropped: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) }),
  added: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.record({ isForeign: fc.boolean(), chunk: fc.nat(31), model: fc.constantFrom('m', 'm', 'n') }), { maxLength: 3 }) },
  ),
});

/** Sets of chunks: shuffled, missing, doubled and foreign ones give the text of the chunks, or a typed error. */
export const chunkSetTarget = fuzzTarget('chunk-set', 8, cases, checkChunkSet);

interface Member {
  readonly vector: SigmaVector;
  readonly text: string;
}

function checkChunkSet(given: ChunkSetCase, tally: FuzzTally): void {
  const members = membersOf(given, tally);
  const { result: ordered, refusal } = tally.outcome(() => orderChunks(members.map(({ vector }) => vector)));
  assert.ok(refusal === undefined || refusal instanceof SigmaVectorError, 'a set of chunks has errors of its own');
  const expected = textOfSet(members);
  assert.equal(ordered === undefined, expected === undefined, `the set is ${expected === undefined ? 'not ' : ''}a whole text`);
  if (!ordered) return;
  const { text, exact, confidence, bitErrors } = joinChunks(ordered.map((vector) => tally.timed(() => codec.decodeChunk(vector))));
  assert.deepEqual({ text, exact, confidence, bitErrors }, { text: expected, exact: true, confidence: 1, bitErrors: 0 });
}

function membersOf({ texts: [text, foreign], dimensions: [own, other], shuffle, dropped, added }: ChunkSetCase, tally: FuzzTally): Member[] {
  const chunks = tally.timed(() => codec.splitIntoChunks(text, own));
  assert.equal(chunks.map((chunk) => chunk.text).join(''), text, 'the chunks are not the text');
  const foreignChunks = tally.timed(() => codec.splitIntoChunks(foreign, other));
  const members = chunks
    .map((_, i) => memberOf(chunks, i, 'm'))
    .map((member, i) => ({ member, rank: shuffle[i] ?? 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ member }) => member);
  const more = added.map(({ isForeign, chunk, model }) => {
    const from = isForeign ? foreignChunks : chunks;
    return memberOf(from, chunk % from.length, model);
  });
  return [...members.slice(dropped), ...more];
}

function memberOf(chunks: readonly TextChunk[], index: number, model: string): Member {
  const chunk = chunks[index];
  assert.ok(chunk, 'a text has at least one chunk');
  return { vector: encodeChunk(chunk, undefined, { chunk: index, chunks: chunks.length, model }), text: chunk.text };
}

/** The text of a set that is one: each index once, all under one model, of one size and number. */
function textOfSet(members: readonly Member[]): string | undefined {
  const places = new Set(members.map(({ vector: { header } }) => `${header.dimensions} ${header.chunks} ${header.model}`));
  const byIndex = new Map(members.map(({ vector, text }) => [vector.header.chunk, text]));
  const count = members[0]?.vector.header.chunks;
  if (places.size !== 1 || byIndex.size !== members.length || byIndex.size !== count) return undefined;
  return Array.from(byIndex.keys()).sort((a, b) => a - b).map((index) => byIndex.get(index) ?? '').join('');
}
