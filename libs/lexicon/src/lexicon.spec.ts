import { activeKernels } from '@sigmalang/vector';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TINY_VECTORS, tinyLexicon, tinyLexiconBytes } from './evaluation/tiny-lexicon';
import { Lexicon } from './lexicon';
import { LexiconAssetError } from './lexicon-asset-error';
import { writeLexicon } from './lexicon-file';

const faultOf = (load: () => unknown): unknown => {
  try {
    load();
  } catch (error) {
    return error instanceof LexiconAssetError ? error.fault : error;
  }
  return 'none';
};

describe.each(['float32', 'int8'] as const)('a lexicon stored as %s', (form) => {
  const lexicon = tinyLexicon(form);

  it('writes the bytes of a word where they fit', () => {
    const out = new Uint8Array(6);
    expect([lexicon.readUtf8(8, out), Buffer.from(out).toString()]).toEqual([6, 'naïve']);
    expect([lexicon.readUtf8(2, out), Buffer.from(out).toString('utf8', 0, 3)]).toEqual([3, 'not']);
    expect([lexicon.readUtf8(3, out), Buffer.from(out).toString('utf8', 0, 3)]).toEqual([7, 'not']);
    expect(() => lexicon.readUtf8(10, out)).toThrow(RangeError);
  });

  it('says what it holds', () => {
    expect(lexicon).toMatchObject({ name: 'tiny', form, size: 10, dimensions: 3 });
  });

  it('finds each word at its rank and gives it back', () => {
    expect(TINY_VECTORS.words.map((word) => lexicon.indexOf(word))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(TINY_VECTORS.words.map((_, index) => lexicon.word(index))).toEqual(TINY_VECTORS.words);
  });

  it.each(['', 'constructor', 'toString', 'The', 'naive', 'x'.repeat(1_000_000), '\ud800', 'nai\u0308ve', '\0', 'ïïïïïïïïï'])(
    'has no index for a word that is not listed, such as %j',
    (word) => {
      expect(lexicon.indexOf(word)).toBeUndefined();
    },
  );

  it('gives vectors near the ones written', () => {
    TINY_VECTORS.words.forEach((_, index) => {
      const written = TINY_VECTORS.values.subarray(3 * index, 3 * index + 3);
      lexicon.vector(index).forEach((value, i) => {
        expect(Math.abs(value - (written[i] ?? NaN))).toBeLessThanOrEqual(form === 'int8' ? 2 / 254 : 0);
      });
    });
  });

  it('gives the same vector from its raw row and scale', () => {
    const row = Array.from(lexicon.values.subarray(9, 12), (value) => Math.fround(value * lexicon.scale(3)));
    expect(row).toEqual(Array.from(lexicon.vector(3)));
  });

  it('writes a vector where it is told', () => {
    const out = new Float32Array(3);
    expect(lexicon.vector(5, out)).toBe(out);
    expect(() => lexicon.vector(5, new Float32Array(4))).toThrow('a vector has 3 values, not 4');
  });

  it('knows the length of every whitened vector', () => {
    TINY_VECTORS.words.forEach((_, index) => {
      expect(lexicon.whitenedLength(index)).toBeCloseTo(Math.hypot(...lexicon.whiten(lexicon.vector(index))), 4);
    });
    expect(lexicon.whitenedLength(9)).toBe(0);
  });

  it.each([-1, 10, 0.5, NaN, Infinity])('refuses the index %d', (index) => {
    expect(() => lexicon.word(index)).toThrow(RangeError);
    expect(() => lexicon.vector(index)).toThrow(RangeError);
    expect(() => lexicon.scale(index)).toThrow(RangeError);
    expect(() => lexicon.whitenedLength(index)).toThrow(RangeError);
  });

  it('is refused when any one bit is flipped', () => {
    const bytes = tinyLexiconBytes(form);
    fc.assert(
      fc.property(fc.nat(bytes.byteLength * 8 - 1), (bit) => {
        const damaged = bytes.slice(0);
        const view = new Uint8Array(damaged);
        view[bit >>> 3] = (view[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => Lexicon.from(damaged)).toThrow(LexiconAssetError);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('any list of different words', () => {
  it('is found again, and nothing else is', () => {
    const words = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(words, fc.string({ unit: 'binary' }), (list, probe) => {
        const lexicon = Lexicon.from(Uint8Array.from(writeLexicon('any', { words: list, dimensions: 1, values: new Float32Array(list.length) }, 'int8')).buffer);
        list.forEach((word, index) => {
          expect(lexicon.indexOf(word)).toBe(index);
        });
        if (!list.includes(probe)) expect(lexicon.indexOf(probe)).toBeUndefined();
      }),
      { seed: 2 },
    );
  });

  it('is refused by the writer where a word occurs twice or the name is not short ASCII', () => {
    const vectors = { words: ['a', 'b', 'a'], dimensions: 1, values: new Float32Array(3) };
    expect(() => writeLexicon('twice', vectors, 'int8')).toThrow('the word a occurs twice');
    expect(() => writeLexicon('', vectors, 'int8')).toThrow(RangeError);
    expect(() => writeLexicon('é', vectors, 'int8')).toThrow(RangeError);
  });
});

describe('loading a lexicon file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lexicon-'));
  const path = join(folder, 'tiny.lexicon');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const patched = (offset: number, value: number): Uint8Array => {
    const bytes = tinyLexiconBytes();
    new DataView(bytes).setUint32(offset, value, true);
    return new Uint8Array(bytes);
  };

  it('gives the lexicon that was written', () => {
    writeFileSync(path, new Uint8Array(tinyLexiconBytes('int8')));
    expect(Lexicon.load(path).indexOf('money')).toBe(4);
  });

  it('puts it into the memory of the kernels for scanning, in whole sections', () => {
    writeFileSync(path, new Uint8Array(tinyLexiconBytes('int8')));
    const lexicon = Lexicon.load(path, { forScanning: true });
    expect([lexicon.indexOf('money'), lexicon.word(8), lexicon.values]).toEqual([4, 'naïve', tinyLexicon('int8').values]);
    expect(lexicon.values.buffer).toBe(activeKernels.allocate(16).buffer);
    expect(Lexicon.load(path).values.buffer).not.toBe(lexicon.values.buffer);
  });

  it('takes other memory for scanning where that of the kernels is full, and gives back what a damaged file took', () => {
    const full = jest.spyOn(activeKernels, 'allocate').mockImplementation(() => {
      throw new RangeError('no room');
    });
    writeFileSync(path, new Uint8Array(tinyLexiconBytes('int8')));
    expect(Lexicon.load(path, { forScanning: true }).indexOf('money')).toBe(4);
    full.mockRestore();
    const release = jest.spyOn(activeKernels, 'release');
    writeFileSync(path, new Uint8Array(100));
    expect(faultOf(() => Lexicon.load(path, { forScanning: true }))).toBe('foreign');
    expect(release).toHaveBeenCalledWith(new Uint8Array(100));
    release.mockRestore();
  });

  it.each([
    ['truncated', 'is empty', new Uint8Array(0)],
    ['truncated', 'ends early', new Uint8Array(tinyLexiconBytes(), 0, 300)],
    ['truncated', 'has bytes after its end', Buffer.concat([new Uint8Array(tinyLexiconBytes()), Buffer.of(0)])],
    ['foreign', 'is something else', new Uint8Array(100)],
    ['version', 'has another version', patched(4, 2)],
    ['corrupt', 'has an unknown form', patched(8, 7)],
    ['corrupt', 'has another checksum', patched(24, 1)],
    ['truncated', 'claims more words than it holds', patched(12, 0xffffffff)],
  ])('says %s when the file %s', (fault, _, bytes) => {
    writeFileSync(path, bytes);
    expect(faultOf(() => Lexicon.load(path))).toBe(fault);
  });

  it('says where a missing file should be and how to build it', () => {
    expect(faultOf(() => Lexicon.load(join(folder, 'none')))).toBe('missing');
    expect(() => Lexicon.load(join(folder, 'none'))).toThrow(`there is no lexicon asset at ${join(folder, 'none')}; build it with \`npx nx asset lexicon\``);
  });
});
