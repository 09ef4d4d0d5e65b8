import { SeededGenerator } from '@sigmalang/vector';
import { flipBits } from './bit-noise';
import { encodeChunk } from './chunk-vector';
import { activeDigitKernels } from './digit-kernels';
import { testVocabulary } from './test-vocabulary';
import { TextCodec } from './text-codec';

const VECTOR_KERNELS = '../../vector/src/kernels.gen';
const DIGIT_KERNELS = './kernels.gen';
const PLACE = { chunk: 0, chunks: 1, model: 'm@1' };
const TEXT = 'Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: 👩🏽‍🚀 世界';

/** The codec, and the name of its kernels, as they are where the WebAssembly does not load. */
async function withoutWebAssembly(): Promise<{ plain: TextCodec; name: string }> {
  let loaded: { plain: TextCodec; name: string } | undefined;
  await jest.isolateModulesAsync(async () => {
    for (const kernels of [VECTOR_KERNELS, DIGIT_KERNELS]) jest.doMock(kernels, () => ({ KERNELS: '' }));
    const [codec, vocabulary, kernels] = await Promise.all([import('./text-codec'), import('./test-vocabulary'), import('./digit-kernels')]);
    loaded = { plain: new codec.TextCodec(vocabulary.testVocabulary()), name: kernels.activeDigitKernels.name };
  });
  for (const kernels of [VECTOR_KERNELS, DIGIT_KERNELS]) jest.dontMock(kernels);
  if (!loaded) throw new Error('a codec expected');
  return loaded;
}

describe('where the WebAssembly does not load', () => {
  const codec = new TextCodec(testVocabulary());

  it.each([4_096, 10_000])('texts become the same bits of %i, and these the same texts, with noise too', async (dimensions) => {
    const { plain, name } = await withoutWebAssembly();
    expect([activeDigitKernels.name, name]).toEqual(['wasm', 'plain']);
    const chunks = codec.splitIntoChunks(TEXT, dimensions);
    expect(plain.splitIntoChunks(TEXT, dimensions)).toEqual(chunks);
    const generator = new SeededGenerator('noise');
    for (const { text, vector } of chunks.map((chunk) => ({ text: chunk.text, vector: encodeChunk(chunk, undefined, PLACE) }))) {
      expect(plain.decodeChunk(vector)).toEqual({ text, exact: true, confidence: 1, bitErrors: 0 });
      const noisy = { ...vector, bits: flipBits(vector.bits, 0.05, generator) };
      expect(plain.decodeChunk(noisy)).toEqual(codec.decodeChunk(noisy));
      expect(plain.decodeChunk(noisy)).toMatchObject({ text, exact: false });
    }
  });
});
