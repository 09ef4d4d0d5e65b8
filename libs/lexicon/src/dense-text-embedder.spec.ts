import fc from 'fast-check';
import { cosine } from './evaluation/similarity-benchmark';
import { tinyLexicon } from './evaluation/tiny-lexicon';
import { DenseTextEmbedder } from './dense-text-embedder';
import { hasContent, TextEmbedder } from './text-embedder';

describe('a dense text embedding', () => {
  const lexicon = tinyLexicon();
  const embedder = new DenseTextEmbedder(lexicon);
  const whole = new TextEmbedder(lexicon);

  it('has the dimensions of the word vectors, and a name of its own', () => {
    expect([embedder.modelId, embedder.dimensions]).toEqual(['tiny-float32-dense@1', lexicon.dimensions]);
    expect(new DenseTextEmbedder(tinyLexicon('int8')).modelId).toBe('tiny-int8-dense@1');
  });

  it.each(['', '…', '7', '42 19', '東京'])('is all zero for %j, no word of which has a vector', (text) => {
    expect(embedder.embed(text)).toEqual(new Float32Array(lexicon.dimensions));
  });

  it('has the direction of the first values of the whole embedding, whatever else the text holds', () => {
    const text = 'receive money 77 東京';
    const { vector } = whole.embedCounted(text, { normalize: false });
    expect(cosine(embedder.embed(text), vector.slice(0, lexicon.dimensions))).toBeCloseTo(1, 6);
    expect(embedder.embed(text)).toEqual(embedder.embed('receive money'));
    expect(whole.embed(text)).not.toEqual(whole.embed('receive money'));
  });

  it('without normalisation has the values of the whole sum, and counts the same tokens', () => {
    const last = (steps: Generator<undefined, { vector: Float32Array; tokens: number }>): { vector: Float32Array; tokens: number } => {
      for (;;) {
        const { done, value } = steps.next();
        if (done) return value;
      }
    };
    const { vector, tokens } = last(embedder.embedInSteps('money money water', { normalize: false }));
    const expected = whole.embedCounted('money money water', { normalize: false });
    expect(vector).toEqual(expected.vector.slice(0, lexicon.dimensions));
    expect(tokens).toBe(expected.tokens);
  });

  it('has unit length or is all zero for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const vector = embedder.embed(`money ${text}`);
        expect(Math.hypot(...vector)).toBeCloseTo(hasContent(vector) ? 1 : 0, 6);
      }),
      { seed: 7 },
    );
  });
});
