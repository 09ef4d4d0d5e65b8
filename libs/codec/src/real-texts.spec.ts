import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { testVocabulary } from './test-vocabulary';
import { Tokenizer } from './tokenizer';

const directory = process.env['SIGMALANG_DATA'];

describe('real texts', () => {
  if (directory === undefined) {
    console.log('skipped: round trips of texts/alice29.txt and messages/*.txt, because SIGMALANG_DATA names no directory');
    it.skip('texts/alice29.txt and messages/*.txt round-trip (SIGMALANG_DATA is not set)', () => undefined);
    return;
  }
  const tokenizer = new Tokenizer(testVocabulary());
  const messages = readdirSync(join(directory, 'messages')).filter((name) => name.endsWith('.txt'));
  const files = ['texts/alice29.txt', ...messages.map((name) => join('messages', name))];

  it.each(files)('%s comes back from its tokens, as a whole and line by line', (name) => {
    const text = readFileSync(join(directory, name), 'utf8');
    for (const part of [text, ...text.split('\n')]) {
      expect(Buffer.from(tokenizer.decode(tokenizer.encode(part))).toString('utf8')).toBe(part);
    }
  });
});
