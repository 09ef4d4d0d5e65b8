import { strict as assert } from 'node:assert';
import { bitAt } from '@sigmalang/vector';
import { type ObservedVector, observeSequence } from '../observed-vector';
import { sequenceCodebook } from '../sequence-codebook';
import { decodeDigits } from '../sequence-decoder';
import { tokensOfDigits } from '../sequence-encoder';
import type { DecodedChunk } from '../text-assembly';
import { bytesOfTokens, codec, isSameTokens, textOfTokens, vocabulary } from './fuzz-codec';
import type { FuzzTally } from './fuzz-tally';
import { referenceSegment } from './reference-segment';

/** Bits of a sequence segment as they were observed, one entry a bit: 0, 1, or -1 where they are unknown. */
type KnownBits = Int8Array;

/**
 * Decodes a vector and holds the outcome against a count of its own: `sources` are all token lists that the vector may have been made
 * of, besides the empty one. Returns the outcome; throws where it claims what the bits do not bear out.
 */
export function checkReading(vector: ObservedVector, sources: readonly Uint32Array[], tally: FuzzTally): DecodedChunk {
  const decoded = tally.timed(() => codec.decodeChunk(vector));
  const known = knownBits(vector);
  const tokens = tokensRead(vector);
  checkRanges(decoded, known);
  checkText(decoded, tokens);
  const segment = referenceSegment(tokens, vector.header.sequenceBits);
  assert.equal(decoded.bitErrors, differences(segment, known), 'bitErrors is not the number of known bits that differ');
  if (decoded.exact) checkCertificate(decoded.text, tokens, known, [...sources, new Uint32Array()]);
  tally.countReading(decoded.exact, !isSameTokens(codec.tokenize(decoded.text), tokens));
  return decoded;
}

/** The tokens behind the text, by another decoding, which must be the same as the first. */
function tokensRead(vector: ObservedVector): Uint32Array {
  const { sequenceBits, tokens } = vector.header;
  const highDigits = Math.ceil(vocabulary.size / 512);
  return tokensOfDigits(decodeDigits(observeSequence(vector), 2 * tokens, highDigits, sequenceCodebook(sequenceBits)).digits);
}

function checkRanges({ text, exact, confidence, bitErrors }: DecodedChunk, known: KnownBits): void {
  assert.ok(confidence >= 0 && confidence <= 1, `the confidence is ${confidence}`);
  const count = known.filter((bit) => bit >= 0).length;
  assert.ok(Number.isInteger(bitErrors) && bitErrors >= 0 && bitErrors <= count, `${bitErrors} bit errors in ${count} known bits`);
  assert.ok(text.isWellFormed(), 'the text is not well-formed');
  if (exact) assert.deepEqual({ confidence, bitErrors }, { confidence: 1, bitErrors: 0 }, 'a certified text leaves no doubt');
}

function checkText({ text, exact, confidence }: DecodedChunk, tokens: Uint32Array): void {
  const possible = textOfTokens(tokens);
  assert.equal(text, Buffer.from(bytesOfTokens(tokens)).toString('utf8'), 'the text is not that of the tokens read');
  if (possible === undefined) assert.deepEqual({ exact, confidence }, { exact: false, confidence: 0 }, 'no text has these tokens');
}

/** A certified text must be one that was encoded, its encoding must give the known bits, and no other one's may. */
function checkCertificate(text: string, tokens: Uint32Array, known: KnownBits, sources: readonly Uint32Array[]): void {
  const fitting = sources.filter(
    (source) => source.length === tokens.length && differences(referenceSegment(source, known.length), known) === 0,
  );
  const found = fitting.map(textOfTokens);
  assert.ok(found.includes(text), `the certified text ${JSON.stringify(text)} was not encoded`);
  const other = found.find((fits) => fits !== text);
  assert.equal(other, undefined, `another text than the certified ${JSON.stringify(text)} fits the known bits as well`);
}

/** What is known of the bits of the sequence segment: what more than half of the copies say, where it is not erased. */
function knownBits({ header, bits, erased, copies = [] }: ObservedVector): KnownBits {
  const all = [bits, ...copies];
  return Int8Array.from({ length: header.sequenceBits }, (_, j) => {
    const at = header.semanticBits + j;
    if (erased && bitAt(erased, at) === 1) return -1;
    const ones = all.reduce((sum, copy) => sum + bitAt(copy, at), 0);
    if (2 * ones === all.length) return -1;
    return Number(2 * ones > all.length);
  });
}

/** In how many known bits a segment differs. */
function differences(segment: Uint8Array, known: KnownBits): number {
  return known.reduce((sum, bit, j) => sum + Number(bit >= 0 && bit !== segment[j]), 0);
}
