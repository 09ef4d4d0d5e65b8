import { cosineFromHamming, hammingDistance, SignProjection } from '@sigmalang/vector';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryUsage } from 'node:process';
import { DenseTextEmbedder } from './dense-text-embedder';
import { measuringData } from './evaluation/measuring-data';
import { readCranfield, retrievalGain } from './evaluation/retrieval-benchmark';
import { cosine, pairCorrelation, readSentencePairs, type SentencePair } from './evaluation/similarity-benchmark';
import { Lexicon } from './lexicon';
import { ASSET_FILES, type LexiconForm } from './lexicon-file';
import { TextEmbedder } from './text-embedder';
import { WordFrequency } from './word-frequency';

const ASSETS = 'dist/assets/lexicon';
const SEMANTIC_BITS = 2048;
const PARAGRAPHS = 1_000;
const PARAGRAPH = 400;

/** Measures loading, speed, and quality next to plain methods with the same vectors. */
export default async function measureTextEmbedding({ print }: { print: (line: string) => void }): Promise<void> {
  const int8 = measureLoad('int8', print);
  const float32 = measureLoad('float32', print);
  const data = measuringData(process.env);
  if (data === undefined) {
    print('SKIPPED: quality (STS-B, Cranfield) and texts/s need the measuring data; set SIGMALANG_DATA to its folder');
    return Promise.resolve();
  }
  const pairs = readSentencePairs(data);
  const whole = new TextEmbedder(int8);
  const embedders = [whole, new DenseTextEmbedder(int8, whole), new TextEmbedder(float32)];
  printSimilarity(pairs, int8, embedders, print);
  const cranfield = readCranfield(data);
  print(`Cranfield nDCG@10, plain mean: ${retrievalGain(cranfield, wordMean(int8, () => 1)).toFixed(2)}`);
  for (const embedder of embedders) {
    print(`Cranfield nDCG@10, ${embedder.modelId}: ${retrievalGain(cranfield, (text) => embedder.embed(text)).toFixed(2)}`);
  }
  printSpeed(pairs, new TextEmbedder(int8), print);
  printTextsOfDocuments(data, new TextEmbedder(int8), print);
  return Promise.resolve();
}

function measureLoad(form: LexiconForm, print: (line: string) => void): Lexicon {
  const before = memoryUsage().rss;
  const start = performance.now();
  const lexicon = Lexicon.load(`${ASSETS}/${ASSET_FILES[form]}`);
  const took = performance.now() - start;
  print(`load ${form}: ${took.toFixed(0)} ms, ${((memoryUsage().rss - before) / 1e6).toFixed(0)} MB more resident, ${lexicon.size} words`);
  return lexicon;
}

function printSimilarity(pairs: SentencePair[], lexicon: Lexicon, embedders: readonly (TextEmbedder | DenseTextEmbedder)[], print: (line: string) => void): void {
  const frequency = new WordFrequency(lexicon.size);
  const sif = wordMean(lexicon, (index) => frequency.weight(index));
  const common = commonDirection(pairs.flatMap(({ first, second }) => [sif(first), sif(second)]));
  const report = <T>(name: string, embed: (text: string) => T, similarity: (a: T, b: T) => number) => {
    const { all, even, odd } = pairCorrelation(pairs, embed, similarity);
    print(`STS-B dev Spearman, ${name}: ${all.toFixed(2)} (even rows ${even.toFixed(2)}, odd rows ${odd.toFixed(2)})`);
  };
  report('plain mean', wordMean(lexicon, () => 1), cosine);
  report('SIF - 1 component', (text) => without(sif(text), common), cosine);
  for (const embedder of embedders) {
    report(embedder.modelId, (text) => embedder.embed(text), cosine);
    const projection = new SignProjection(embedder.dimensions, SEMANTIC_BITS);
    report(`${embedder.modelId}, 2,048 bits`, (text) => projection.project(embedder.embed(text)), (a, b) =>
      cosineFromHamming(hammingDistance(a, b), SEMANTIC_BITS),
    );
  }
}

/** How many texts of the length of a paragraph are embedded in a second, by an embedder that has seen none. */
function printTextsOfDocuments(data: string, embedder: TextEmbedder, print: (line: string) => void): void {
  const folder = join(data, 'texts');
  const all = readdirSync(folder).sort().map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  const step = Math.floor((all.length - PARAGRAPH) / PARAGRAPHS);
  const texts = Array.from({ length: PARAGRAPHS }, (_text, i) => all.slice(i * step, i * step + PARAGRAPH));
  const start = performance.now();
  for (const text of texts) embedder.embed(text);
  const seconds = (performance.now() - start) / 1000;
  print(`speed: ${(texts.length / seconds).toFixed(0)} texts of ${PARAGRAPH} characters a second, the first ${PARAGRAPHS} of a process`);
}

function wordMean(lexicon: Lexicon, weight: (index: number) => number): (text: string) => Float64Array {
  return (text) => {
    const sum = new Float64Array(lexicon.dimensions);
    for (const word of text.toLowerCase().match(/[a-z]+(?:-[a-z]+)*/g) ?? []) {
      const index = lexicon.indexOf(word);
      if (index === undefined) continue;
      lexicon.vector(index).forEach((value, i) => (sum[i] = (sum[i] ?? 0) + weight(index) * value));
    }
    return sum;
  };
}

/** The first principal direction of vectors about zero, by power iteration. */
function commonDirection(vectors: readonly Float64Array[]): Float64Array {
  let direction: Float64Array = new Float64Array(vectors[0]?.length ?? 0).fill(1);
  for (let round = 0; round < 30; round++) {
    const next = new Float64Array(direction.length);
    for (const vector of vectors) {
      const share = cosine(vector, direction);
      vector.forEach((value, i) => (next[i] = (next[i] ?? 0) + share * value));
    }
    const length = Math.hypot(...next);
    direction = next.map((value) => value / length);
  }
  return direction;
}

function without(vector: Float64Array, direction: Float64Array): Float64Array {
  const share = vector.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0);
  return vector.map((value, i) => value - share * (direction[i] ?? 0));
}

function printSpeed(pairs: readonly SentencePair[], embedder: TextEmbedder, print: (line: string) => void): void {
  const texts = pairs.slice(0, 1280).map(({ first }) => first);
  const start = performance.now();
  for (const text of texts) embedder.embed(text);
  const seconds = (performance.now() - start) / 1000;
  print(`speed: ${(texts.length / seconds).toFixed(0)} different sentences a second`);
  const words = Array.from({ length: 20_000 }, (_, i) => `qz${i.toString(26).replace(/\d/g, 'k')}xw`).join(' ').slice(0, 100_000);
  const long = pairs.map(({ first, second }) => `${first} ${second}`).join(' ').slice(0, 100_000);
  for (const [name, text] of [['of running text', long], ['of unknown words', words], ['without a space', 'ab'.repeat(50_000)]] as const) {
    const begin = performance.now();
    embedder.embed(text);
    print(`speed: 100,000 characters ${name} in ${(performance.now() - begin).toFixed(0)} ms`);
  }
}
