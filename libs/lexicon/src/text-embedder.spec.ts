import fc from 'fast-check';
import { cosine } from './evaluation/similarity-benchmark';
import { tinyLexicon } from './evaluation/tiny-lexicon';
import { hasContent, TextEmbedder } from './text-embedder';

describe('a text embedding', () => {
  const embedder = new TextEmbedder(tinyLexicon());
  const similarity = (a: string, b: string) => cosine(embedder.embed(a), embedder.embed(b));

  it('names vectors, form and method version, so that models are told apart', () => {
    expect(embedder.modelId).toBe('tiny-float32@1');
    expect(new TextEmbedder(tinyLexicon('int8')).modelId).toBe('tiny-int8@1');
    expect(embedder.dimensions).toBe(159);
  });

  it.each(['', ' ', '...!?', '\ud800', '—'])('is all zero and says so for %j', (text) => {
    expect(hasContent(embedder.embed(text))).toBe(false);
    expect(embedder.embed(text)).toHaveLength(159);
  });

  it.each(['a', 'I', 'the', 'x', '7', '🙂', '東京', 'привет', '__proto__', 'constructor', 'nil', 'qzxwv'])('has unit length and says so for %j', (text) => {
    expect(hasContent(embedder.embed(text))).toBe(true);
    expect(Math.hypot(...embedder.embed(text))).toBeCloseTo(1, 6);
  });

  it('without normalisation is the same direction, with a length that grows with the content', () => {
    const whole = embedder.embedCounted('money water money', { normalize: false });
    const part = embedder.embedCounted('money', { normalize: false });
    expect(whole.tokens).toBe(3);
    expect(cosine(whole.vector, embedder.embed('money water money'))).toBeCloseTo(1, 6);
    expect(Math.hypot(...whole.vector)).toBeGreaterThan(1.5 * Math.hypot(...part.vector));
  });

  it('has unit length or is all zero for any text, and the same bits each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const vector = embedder.embed(text);
        expect(Math.hypot(...vector)).toBeCloseTo(hasContent(vector) ? 1 : 0, 6);
        expect(new TextEmbedder(tinyLexicon()).embed(text)).toEqual(vector);
      }),
      { seed: 6 },
    );
  });

  it.each([
    ['case', 'Money WATER', 'money water'],
    ['accents', 'mòney', 'money'],
    ['possessives', "money's water", 'money water'],
    ['contractions', "don't receive", 'do not receive'],
    ['number words', 'twenty-five', '25'],
    ['full-width letters', 'ｍｏｎｅｙ', 'money'],
  ])('does not depend on %s', (_, a, b) => {
    expect(embedder.embed(a)).toEqual(embedder.embed(b));
  });

  it.each([
    ['a misspelling', 'recieve', 'receive', 'water'],
    ['a compound', 'waterproof', 'water', 'money'],
    ['an inflected form', 'moneys', 'money', 'proof'],
    ['a near number', '25', '26', '9000'],
    ['a text that shares words', '東京都', '東京', '猫が好き'],
    ['a word of another script', 'программист', 'программисты', 'погода'],
  ])('is nearer to %s', (_, text, near, far) => {
    expect(similarity(text, near)).toBeGreaterThan(similarity(text, far) + 0.1);
  });

  it('changes with a negation, although its words are common', () => {
    expect(similarity('receive money', 'not receive money')).toBeLessThan(0.95);
  });

  it('differs between different texts of unknown words', () => {
    expect(similarity('qzxwv kjhgf', 'plmok ijnuh')).toBeLessThan(0.4);
  });

  it('takes 100,000 characters at once', () => {
    const long = Array.from({ length: 20_000 }, (_, i) => `w${i.toString(36)}`).join(' ').slice(0, 100_000);
    expect(Math.hypot(...embedder.embed(long))).toBeCloseTo(1, 6);
  });
});
