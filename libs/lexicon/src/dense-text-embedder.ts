import type { Lexicon } from './lexicon';
import { type CountedEmbedding, type EmbedOptions, TextEmbedder } from './text-embedder';

/** Raised with every change that gives any text another vector. */
const METHOD_VERSION = 1;

/**
 * Text → vector by meaning alone: the part of a TextEmbedder's sum that is made of word vectors, without the codes that say which words they
 * are. Less than half as large, and weaker: names, numbers and unknown words leave no trace in it. Equal text gives equal bits.
 */
export class DenseTextEmbedder {
  /** Which vectors can be compared; ASCII, at most 63 bytes. */
  readonly modelId: string;
  /** Values of an embedding: those of the word vectors. */
  readonly dimensions: number;

  /** @param whole the embedder whose sums these vectors are a part of, over the same lexicon */
  constructor(
    lexicon: Lexicon,
    private readonly whole = new TextEmbedder(lexicon),
  ) {
    this.modelId = `${lexicon.id}-dense@${METHOD_VERSION}`;
    this.dimensions = lexicon.dimensions;
  }

  /** The embedding of a text of any length, in linear time: unit length, or all zero where no word of it has a vector. */
  embed(text: string): Float32Array {
    const steps = this.embedInSteps(text);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value.vector;
    }
  }

  /** As {@link embed}, with the number of tokens, by a generator that pauses after each; without `normalize` the weighted sum itself. */
  *embedInSteps(text: string, { normalize = true }: EmbedOptions = {}): Generator<undefined, CountedEmbedding> {
    const { vector, tokens } = yield* this.whole.embedInSteps(text, { normalize: false });
    const dense = vector.slice(0, this.dimensions);
    return { vector: normalize ? toUnitLength(dense) : dense, tokens };
  }
}

function toUnitLength(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const scale = squares === 0 ? 1 : 1 / Math.sqrt(squares);
  return vector.map((value) => value * scale);
}
