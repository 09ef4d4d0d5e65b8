import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { SigmaVectorError } from '../sigma-vector-error';
import { MalformedTextError } from '../tokenizer';
import { bytesOfTokens, codec } from './fuzz-codec';
import type { FuzzTally } from './fuzz-tally';
import { fuzzTarget } from './fuzz-target';
import { texts } from './texts.arbitrary';

/** UTF-16 with lone surrogates, and runs far longer than a piece of the tokenizer. */
const anyTexts = fc.oneof(
  texts,
  fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  fc.array(fc.oneof(texts, fc.constantFrom('\uD800', '\uDFFF', '\uDBFF\uDBFF', '\uDC00\uD800')), { maxLength: 5 }).map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom('a', ' ', '\n', '\u0301', '日', '😀', '.', ' \n', 'xA', "'s"), fc.nat(20_000)).map(([unit, times]) => unit.repeat(times)),
);
const anyDimensions = fc.oneof(fc.constantFrom(4096, 10_000, 65_536), fc.double(), fc.integer({ min: -20, max: 70_000 }));

/** Texts and dimensions of every kind: tokens whose bytes are the text, in runs that fit, or a typed error. */
export const textTarget = fuzzTarget('text', 40, fc.tuple(anyTexts, anyDimensions), checkText);

function checkText([text, dimensions]: [string, number], tally: FuzzTally): void {
  const { result: runs, refusal } = tally.outcome(() => codec.runs(text, dimensions));
  const isSupported = dimensions % 16 === 0 && dimensions >= 4096 && dimensions <= 65_536;
  const lone = loneSurrogate(text);
  if (!isSupported || lone >= 0) {
    if (refusal instanceof MalformedTextError) assert.equal(refusal.index, lone, 'the error names another index');
    else assert.ok(!isSupported && refusal instanceof SigmaVectorError, 'a malformed text or unsupported dimensions were taken');
    return;
  }
  assert.ok(runs, 'a well-formed text was refused');
  const bytes = Buffer.concat(runs.map(({ tokens }) => bytesOfTokens(tokens)));
  assert.ok(bytes.equals(Buffer.from(text, 'utf8')), 'the tokens are not the text');
  const capacity = Math.floor((dimensions - Math.min(2048, dimensions / 4)) / 82.8);
  assert.equal(runs.map((run) => run.text).join(''), text, 'the runs are not the text');
  for (const { tokens } of runs) {
    assert.ok(tokens.length <= capacity && (tokens.length > 0 || text === ''), `a run of ${tokens.length} tokens where ${capacity} fit`);
  }
}

/** Index of the first surrogate without its other half, or -1. */
function loneSurrogate(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const next = text.charCodeAt(i + 1);
    if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) i++;
    else if (unit >= 0xd800 && unit < 0xe000) return i;
  }
  return -1;
}
