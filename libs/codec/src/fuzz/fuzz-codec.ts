import { TextCodec } from '../text-codec';
import { testVocabulary } from '../test-vocabulary';
import { Tokenizer } from '../tokenizer';

/** The vocabulary that all cases share. */
export const vocabulary = testVocabulary();

/** The codec under test. */
export const codec = new TextCodec(vocabulary);

/** The bytes of some tokens, none for ids that the vocabulary does not have. */
export function bytesOfTokens(tokens: Uint32Array): Uint8Array {
  return new Tokenizer(vocabulary).decode(tokens);
}

/** The text that an encoder could have made these tokens of, undefined where there is none: unknown tokens, or bytes that are not UTF-8. */
export function textOfTokens(tokens: Uint32Array): string | undefined {
  if (tokens.some((token) => token >= vocabulary.size)) return undefined;
  const bytes = Buffer.from(bytesOfTokens(tokens));
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

/** Whether two lists of tokens are the same. */
export function isSameTokens(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((token, i) => token === b[i]);
}
