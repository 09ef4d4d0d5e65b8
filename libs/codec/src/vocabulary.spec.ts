import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VOCABULARY_PATH, testVocabulary } from './test-vocabulary';
import { Vocabulary } from './vocabulary';
import { VOCABULARY_HEADER_WORDS } from './vocabulary-format';

const utf8 = new TextEncoder();

describe('Vocabulary', () => {
  const vocabulary = testVocabulary();

  it('finds every token by its bytes and every byte as a token', () => {
    expect(vocabulary.size).toBe(199_998);
    for (let id = 0; id < vocabulary.size; id++) {
      const bytes = vocabulary.tokenBytes(id);
      if (vocabulary.find(bytes, 0, bytes.length) !== id) throw new Error(`token ${id} was not found`);
    }
    const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
    for (let i = 0; i < 256; i++) expect(vocabulary.find(everyByte, i, i + 1)).toBeGreaterThanOrEqual(0);
  });

  it('knows a word within other bytes and says when there is no such token', () => {
    const bytes = utf8.encode('xx hello yy');
    expect(Buffer.from(vocabulary.tokenBytes(vocabulary.find(bytes, 2, 8))).toString()).toBe(' hello');
    expect(vocabulary.find(utf8.encode('qzqzqzqz'), 0, 8)).toBe(-1);
  });

  it.each([199_998, 262_143, -1])('has no bytes for the id %i', (id) => {
    expect(vocabulary.tokenBytes(id)).toHaveLength(0);
  });

  describe('loading', () => {
    const directory = mkdtempSync(join(tmpdir(), 'vocabulary-'));
    const path = join(directory, 'o200k.bin');
    const asset = readFileSync(VOCABULARY_PATH);
    afterAll(() => {
      rmSync(directory, { recursive: true });
    });

    const changed = (at: number, value: number): Buffer => {
      const bytes = Buffer.from(asset);
      bytes[at] = value;
      return bytes;
    };

    it.each([
      ['empty', Buffer.alloc(0), 'is truncated'],
      ['another file', Buffer.from('{"not": "a vocabulary", "at": "all"}'), 'is not a vocabulary'],
      ['of another version', changed(4, 9), 'has version 9, expected 1'],
      ['cut short', asset.subarray(0, -1), 'bytes, expected'],
      ['of a wrong token count', changed(8, 1), 'bytes, expected'],
      ['damaged in its offsets', changed(VOCABULARY_HEADER_WORDS * 4 + 9, 77), 'is corrupt'],
      ['damaged at its end', changed(asset.length - 1, 0), 'is corrupt'],
    ])('refuses a file that is %s, naming it and the command that builds it', (_, content, problem) => {
      writeFileSync(path, content);
      expect(() => Vocabulary.load(path)).toThrow(expect.objectContaining({ name: 'VocabularyError', path }) as Error);
      expect(() => Vocabulary.load(path)).toThrow(problem);
      expect(() => Vocabulary.load(path)).toThrow('npx nx run codec:vocabulary');
    });

    it('refuses a missing file', () => {
      const missing = join(directory, 'nowhere.bin');
      expect(() => Vocabulary.load(missing)).toThrow(`vocabulary ${missing} cannot be read`);
    });

    it('reads what the build script writes, the same bytes each time', () => {
      const script = join(__dirname, '../build-vocabulary.mjs');
      execFileSync(process.execPath, [script, directory], { stdio: 'ignore' });
      expect(readFileSync(path).equals(asset)).toBe(true);
    });
  });
});
