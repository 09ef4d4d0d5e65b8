import { strict as assert } from 'node:assert';
import { bitAt } from '@sigmalang/vector';
import { sequenceCodebook } from '../sequence-codebook';
import { digitsOfTokens, encodeDigits } from '../sequence-encoder';
import { sequenceSegment } from '../sigma-vector';
import { codec, textOfTokens } from './fuzz-codec';
import type { FuzzTally } from './fuzz-tally';
import { fuzzTarget } from './fuzz-target';
import { type ObservedCase, observedCase } from './observed-case';
import { type PayloadRecipe, payloadRecipes } from './payload-recipe';
import { checkReading } from './reading-check';
import { referenceSegment } from './reference-segment';

/** Payloads of every kind: what is decoded may be wrong, but never certified, and what is whole is read. */
export const payloadTarget = fuzzTarget('payload', 24, payloadRecipes, checkPayload);

function checkPayload(recipe: PayloadRecipe, tally: FuzzTally): void {
  const made = observedCase(recipe);
  const decoded = checkReading(made.vector, made.sources, tally);
  if (made.isWhole) checkWhole(made, decoded, tally);
}

/** A whole vector of tokens that the encoder keeps in one chunk is certified. */
function checkWhole({ vector, sources: [tokens] }: ObservedCase, decoded: { text: string; exact: boolean }, tally: FuzzTally): void {
  checkEncoder(tokens, vector.header.sequenceBits);
  const text = textOfTokens(tokens);
  if (text === undefined) return;
  const chunks = tally.attempt(() => codec.proveRun({ text, tokens }, vector.header.dimensions));
  if (chunks?.length !== 1) return;
  assert.deepEqual({ text: decoded.text, exact: decoded.exact }, { text, exact: true }, 'a whole vector is not certified');
  assert.deepEqual(chunks[0]?.sequence, sequenceSegment(vector), 'the encoder writes another segment');
}

/** Throws unless the encoder writes the segment that its definition says. */
export function checkEncoder(tokens: Uint32Array, bits: number): void {
  const encoded = encodeDigits(digitsOfTokens(tokens), sequenceCodebook(bits));
  const expected = referenceSegment(tokens, bits);
  assert.ok(
    expected.every((bit, j) => bit === bitAt(encoded, j)),
    'the encoder does not write the majority of its definition',
  );
}
