import { isContinuation } from './pre-tokenizer';
import type { TokenTable } from './vocabulary';

/** Whether the tokens before and from `index` on are both whole characters: no token starts within one, so its first byte tells. */
function isCharacterBoundary(tokens: Uint32Array, index: number, vocabulary: TokenTable): boolean {
  return index >= tokens.length || !isContinuation(vocabulary.tokenBytes(tokens[index] ?? 0)[0]);
}

/** The last character boundary at or before `index`, at most three tokens back (a character has at most four bytes), or 0. */
export function characterBoundary(tokens: Uint32Array, index: number, vocabulary: TokenTable): number {
  let boundary = Math.min(index, tokens.length);
  while (boundary > 0 && !isCharacterBoundary(tokens, boundary, vocabulary)) boundary--;
  return boundary;
}

/** The tokens of a text in runs of at most `capacity` (at least 4), each whole characters; one empty run for no tokens. */
export function* tokenRuns(tokens: Uint32Array, capacity: number, vocabulary: TokenTable): Generator<Uint32Array> {
  let start = 0;
  do {
    const rest = tokens.subarray(start);
    const run = rest.subarray(0, characterBoundary(rest, capacity, vocabulary));
    yield run;
    start += run.length;
  } while (start < tokens.length);
}
