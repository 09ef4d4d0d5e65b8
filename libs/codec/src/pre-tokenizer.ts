const UPPER = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const LOWER = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const BEFORE_WORD = String.raw`[^\r\n\p{L}\p{N}]?`;
const CONTRACTION = String.raw`(?:'(?:[sS]|[dD]|[mM]|[tT]|[lL][lL]|[vV][eE]|[rR][eE]))?`;

/** The pieces of the o200k encoding (openai/tiktoken, `o200k_base`): every character belongs to exactly one. */
const PIECE = new RegExp(
  [
    `${BEFORE_WORD}${UPPER}*${LOWER}+${CONTRACTION}`,
    `${BEFORE_WORD}${UPPER}+${LOWER}*${CONTRACTION}`,
    String.raw`\p{N}{1,3}`,
    String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*`,
    String.raw`\s*[\r\n]+`,
    String.raw`\s+(?!\S)`,
    String.raw`\s+`,
  ].join('|'),
  'gu',
);

/** The pieces of a well-formed text in order, none spanning a boundary at which the o200k encoding never merges. */
export function* pieces(text: string): Generator<string> {
  for (const [piece] of text.matchAll(PIECE)) yield piece;
}

/** Longest run of bytes that is merged as a whole: the merge is quadratic in it. */
export const MAX_PART_BYTES = 64;

/** Where the part that starts at `start` ends: at most 64 bytes on, at a character boundary of the UTF-8 in `bytes`, or at `end`. */
export function endOfPart(bytes: Uint8Array, start: number, end: number): number {
  let cut = start + MAX_PART_BYTES;
  if (cut >= end) return end;
  while (isContinuation(bytes[cut])) cut--;
  return cut;
}

/** Whether a byte continues a UTF-8 character, so that no character begins with it. */
export function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
