import { BytePairEncoder } from './byte-pair-encoder';
import { endOfPart, pieces } from './pre-tokenizer';
import type { TokenTable } from './vocabulary';

/** Thrown by {@link Tokenizer.encode} for a text that has no UTF-8 form; `index` is the position of the first lone surrogate. */
export class MalformedTextError extends Error {
  override readonly name = 'MalformedTextError';

  constructor(readonly index: number) {
    super(`the text has a lone surrogate at index ${index}, so it has no UTF-8 form`);
  }
}

/**
 * Byte-level byte-pair encoding with the o200k vocabulary. Every well-formed text has tokens, and their bytes are exactly its UTF-8.
 * Special tokens (`<|endoftext|>`) are ordinary text. Pieces of more than 64 bytes are cut first, so that the work is linear in the
 * length; on texts without such pieces the ids are those of `o200k_base`.
 */
export class Tokenizer {
  readonly #encoder: BytePairEncoder;
  readonly #utf8 = new TextEncoder();

  constructor(private readonly vocabulary: TokenTable) {
    this.#encoder = new BytePairEncoder(vocabulary);
  }

  /** The token ids of a text, each below the vocabulary's size; throws `MalformedTextError` on a lone surrogate. */
  encode(text: string): Uint32Array {
    if (!text.isWellFormed()) throw new MalformedTextError(indexOfLoneSurrogate(text));
    const ids: number[] = [];
    let scratch = new Uint8Array(256);
    for (const piece of pieces(text)) {
      if (piece.length * 3 > scratch.length) scratch = new Uint8Array(piece.length * 3);
      const { written } = this.#utf8.encodeInto(piece, scratch);
      for (let start = 0; start < written; ) {
        const end = endOfPart(scratch, start, written);
        this.#encoder.encode(scratch, start, end, ids);
        start = end;
      }
    }
    return Uint32Array.from(ids);
  }

  /** The bytes of the tokens one after the other; an id that the vocabulary does not have stands for no bytes. */
  decode(tokens: Uint32Array): Uint8Array {
    const parts = Array.from(tokens, (id) => this.vocabulary.tokenBytes(id));
    return Buffer.concat(parts);
  }
}

function indexOfLoneSurrogate(text: string): number {
  return text.search(/\p{Surrogate}/u);
}
