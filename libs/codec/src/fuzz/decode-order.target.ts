import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { codec } from './fuzz-codec';
import type { FuzzTally } from './fuzz-tally';
import { fuzzTarget } from './fuzz-target';
import { observedCase } from './observed-case';
import { type PayloadRecipe, payloadRecipes } from './payload-recipe';

const usual = payloadRecipes.filter(({ dimensions }) => dimensions <= 16_384);

/** Several vectors decoded one after the other: the outcome of each is the same in any order, and again. */
export const decodeOrderTarget = fuzzTarget('decode-order', 4, fc.array(usual, { minLength: 1, maxLength: 4 }), checkOrder);

function checkOrder(recipes: readonly PayloadRecipe[], tally: FuzzTally): void {
  const vectors = recipes.map((recipe) => observedCase(recipe).vector);
  const before = vectors.map((vector) => structuredClone(vector));
  const forwards = vectors.map((vector) => tally.timed(() => codec.decodeChunk(vector)));
  const backwards = vectors.toReversed().map((vector) => tally.timed(() => codec.decodeChunk(vector)));
  assert.deepStrictEqual(backwards.toReversed(), forwards, 'the outcome depends on what was decoded before');
  assert.deepStrictEqual(vectors, before, 'decoding changed its input');
}
