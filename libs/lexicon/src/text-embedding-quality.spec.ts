import { cosineFromHamming, hammingDistance, SignProjection } from '@sigmalang/vector';
import { join } from 'node:path';
import { measuringData } from './evaluation/measuring-data';
import { readCranfield, retrievalGain } from './evaluation/retrieval-benchmark';
import { cosine, pairCorrelation, readSentencePairs } from './evaluation/similarity-benchmark';
import { Lexicon } from './lexicon';
import { ASSET_FILES } from './lexicon-file';
import { TextEmbedder } from './text-embedder';

const folder = join(__dirname, '../../../dist/assets/lexicon');
const data = measuringData(process.env);
const measured = (title: string, test: (data: string) => void) => {
  if (data === undefined) it.skip(`${title} (skipped: SIGMALANG_DATA does not name the folder of measuring data)`, () => undefined);
  else it(title, () => { test(data); }, 180_000);
};

describe('text embedding with the lexicon asset', () => {
  let int8: TextEmbedder;
  let float32: TextEmbedder;
  let lexicon: Lexicon;
  beforeAll(() => {
    lexicon = Lexicon.load(join(folder, ASSET_FILES.int8));
    int8 = new TextEmbedder(lexicon);
    float32 = new TextEmbedder(Lexicon.load(join(folder, ASSET_FILES.float32)));
  });

  it('has the words in frequency order', () => {
    expect([lexicon.size, lexicon.dimensions, lexicon.word(0), lexicon.indexOf('king'), lexicon.word(lexicon.size - 1)]).toEqual([341_479, 100, 'the', 654, 'sandberger']);
  });

  it('gives the values of method version 1; when they change, so must the version', () => {
    const values = (text: string) => Array.from(int8.embed(text).subarray(98, 103), (value) => value.toFixed(5)).join(' ');
    expect(int8.modelId).toBe('wink-sg-100d-int8@1');
    expect(values('The quick brown fox jumps over the lazy dog.')).toBe('-0.01983 0.02707 0.01308 -0.11345 -0.05128');
    expect(values("Don't recieve 25 e-mails in 1999, cafés and 東京!")).toBe('-0.07581 0.04376 -0.02564 0.04969 0.09935');
  });

  it('agrees between the two stored forms to a cosine of 0.9999', () => {
    for (const text of ['A man is playing a guitar.', 'Stocks fell 3.5 % on Monday', 'zyzzyva', 'to be or not to be']) {
      expect(cosine(int8.embed(text), float32.embed(text))).toBeGreaterThan(0.9999);
    }
  });

  it('puts related words nearer than unrelated ones', () => {
    expect(cosine(int8.embed('car'), int8.embed('automobile'))).toBeGreaterThan(cosine(int8.embed('car'), int8.embed('banana')) + 0.15);
  });

  measured('reaches a Spearman correlation of 79 on STS-B dev, and 78 as 2,048 bits, both above 74 and 73 in each half', (source) => {
    const pairs = readSentencePairs(source);
    const projection = new SignProjection(int8.dimensions, 2048);
    const exact = pairCorrelation(pairs, (text) => int8.embed(text), cosine);
    const bits = pairCorrelation(pairs, (text) => projection.project(int8.embed(text)), (a, b) => cosineFromHamming(hammingDistance(a, b), 2048));
    expect(exact.all).toBeGreaterThanOrEqual(79);
    expect(Math.min(exact.even, exact.odd)).toBeGreaterThanOrEqual(74);
    expect(bits.all).toBeGreaterThanOrEqual(78);
    expect(Math.min(bits.even, bits.odd)).toBeGreaterThanOrEqual(73);
  });

  measured('reaches an nDCG@10 of 29 on Cranfield by cosine alone', (source) => {
    expect(retrievalGain(readCranfield(source), (text) => int8.embed(text))).toBeGreaterThanOrEqual(29);
  });
});
