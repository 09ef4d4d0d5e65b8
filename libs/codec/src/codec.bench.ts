import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeededGenerator } from '@sigmalang/vector';
import { flipBits } from './bit-noise';
import { DigitBeliefs } from './digit-beliefs';
import { cleanUp } from './digit-cleanup';
import { DEFAULT_DIMENSIONS, sigmaGeometry } from './geometry';
import { HardCancellation } from './hard-cancellation';
import { sequenceCodebook } from './sequence-codebook';
import { sequenceConfidence } from './sequence-confidence';
import { decodeDigits } from './sequence-decoder';
import { encodeDigits } from './sequence-encoder';
import { VOCABULARY_PATH, testVocabulary } from './test-vocabulary';
import { encodeChunk } from './chunk-vector';
import { TextCodec } from './text-codec';
import { Tokenizer } from './tokenizer';
import { Vocabulary } from './vocabulary';

type Print = (line: string) => void;

const HIGH_DIGITS = 391;
const { sequenceBits: BITS } = sigmaGeometry(DEFAULT_DIMENSIONS);

/** Milliseconds a call of `action`, the best of five. */
function milliseconds(action: () => void): number {
  let best = Infinity;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    action();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function randomDigits(length: number, generator: SeededGenerator): Uint16Array {
  return Uint16Array.from({ length }, (_, i) => generator.nextBelow(i % 2 === 0 ? HIGH_DIGITS : 512));
}

/** Share of equal entries. */
function agreement(a: Uint16Array, b: Uint16Array): number {
  return a.filter((digit, i) => digit === b[i]).length / a.length;
}

function benchTokenizer(print: Print): void {
  const tokenizer = new Tokenizer(testVocabulary());
  print(`codec: vocabulary loaded in ${milliseconds(() => Vocabulary.load(VOCABULARY_PATH)).toFixed(1)} ms`);
  const prose = 'It was the best of times, it was the worst of times; nobody expected 1,234 antelopes. '.repeat(1200);
  const ordinary = milliseconds(() => tokenizer.encode(prose.slice(0, 100_000)));
  print(`codec: 100,000 characters of prose to tokens in ${ordinary.toFixed(1)} ms`);
  for (const unit of ['a', 'A', ' ', '\n', '\u0301', '日', '😀', '.', ' \n', 'xA']) {
    const text = unit.repeat(100_000 / unit.length);
    const ratio = milliseconds(() => tokenizer.encode(text)) / ordinary;
    print(`codec: 100,000 characters of ${JSON.stringify(unit)} take ${ratio.toFixed(2)} times as long`);
  }
}

/** Rates of right digits and of right chunks by clean-up alone and with cancellation, and the time a decoding takes. */
function measureDensity(length: number, rate: number, trials: number): string {
  const codebook = sequenceCodebook(BITS);
  const generator = new SeededGenerator(`bench:density:${length}:${rate}`);
  let [plain, plainExact, soft, softExact, certified, time] = [0, 0, 0, 0, 0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const digits = randomDigits(length, generator);
    const noisy = flipBits(encodeDigits(digits, codebook), rate, generator);
    const beliefs = new DigitBeliefs(length, HIGH_DIGITS);
    cleanUp(noisy, codebook, beliefs);
    const start = performance.now();
    const decoded = decodeDigits(noisy, length, HIGH_DIGITS, codebook);
    time += performance.now() - start;
    const [plainRight, softRight] = [agreement(beliefs.digits, digits), agreement(decoded.digits, digits)];
    [plain, plainExact] = [plain + plainRight, plainExact + Number(plainRight === 1)];
    [soft, softExact] = [soft + softRight, softExact + Number(softRight === 1)];
    certified += Number(decoded.bitErrors === 0);
  }
  const share = (value: number): string => (value / trials).toFixed(3);
  return (
    `clean-up alone ${share(plain)} of digits, ${share(plainExact)} of chunks; with cancellation ${share(soft)}, ` +
    `${share(softExact)}, certified ${share(certified)}; ${(time / trials).toFixed(1)} ms`
  );
}

function benchDensities(print: Print): void {
  for (const length of [96, 128, 192, 256, 320, 400]) {
    for (const rate of [0, 0.1]) {
      print(`codec: ${length} digits in ${BITS} bits, ${rate * 100} % flipped: ${measureDensity(length, rate, 20)}`);
    }
  }
  for (const rate of [0.05, 0.15, 0.18, 0.2, 0.25, 0.3, 0.5]) {
    print(`codec: 192 digits in ${BITS} bits, ${rate * 100} % flipped: ${measureDensity(192, rate, 60)}`);
  }
}

/** Decodes full random chunks without noise, and says how many came back certified and right. */
function benchExactness(print: Print, dimensions: number, trials: number): void {
  const { sequenceBits, tokensPerChunk } = sigmaGeometry(dimensions);
  const codebook = sequenceCodebook(sequenceBits);
  const generator = new SeededGenerator(`bench:exact:${dimensions}`);
  let [exact, time] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const digits = randomDigits(2 * tokensPerChunk, generator);
    const encoded = encodeDigits(digits, codebook);
    const start = performance.now();
    const decoded = decodeDigits(encoded, digits.length, HIGH_DIGITS, codebook);
    time += performance.now() - start;
    exact += Number(decoded.bitErrors === 0 && agreement(decoded.digits, digits) === 1);
  }
  print(`codec: ${dimensions} dimensions: ${exact} of ${trials} full chunks exact, ${(time / trials).toFixed(1)} ms each`);
}

/** How many full random chunks without noise hard cancellation certifies, and after how many decisions. */
function benchHardCancellation(print: Print, trials: number): void {
  const codebook = sequenceCodebook(BITS);
  const generator = new SeededGenerator('bench:hard');
  let [certified, decisions] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const beliefs = new DigitBeliefs(192, HIGH_DIGITS);
    const encoded = encodeDigits(randomDigits(192, generator), codebook);
    cleanUp(encoded, codebook, beliefs);
    const cancellation = new HardCancellation(encoded, codebook, beliefs);
    const taken = cancellation.isNoisy ? 0 : Array.from(cancellation.run()).length;
    if (cancellation.bitErrors > 0) continue;
    certified++;
    decisions += taken;
  }
  print(
    `codec: hard cancellation certifies ${certified} of ${trials} full chunks without noise, ` +
      `after ${(decisions / certified).toFixed(1)} decisions on average`,
  );
}

/** Expected calibration error over ten bins of the confidence, for flip rates drawn uniformly from `from` to `to`. */
function benchCalibration(print: Print, from: number, to: number, trials: number): void {
  const generator = new SeededGenerator(`bench:calibration:${from}:${to}`);
  const bins = Array.from({ length: 10 }, () => ({ count: 0, claimed: 0, right: 0 }));
  for (let trial = 0; trial < trials; trial++) {
    const { sequenceBits, tokensPerChunk } = sigmaGeometry(trial % 2 === 0 ? 4096 : DEFAULT_DIMENSIONS);
    const codebook = sequenceCodebook(sequenceBits);
    const tokens = trial % 4 < 2 ? tokensPerChunk : 1 + generator.nextBelow(tokensPerChunk);
    const digits = randomDigits(2 * tokens, generator);
    const noisy = flipBits(encodeDigits(digits, codebook), from + (to - from) * generator.nextUniform(), generator);
    const decoded = decodeDigits(noisy, digits.length, HIGH_DIGITS, codebook);
    const confidence = sequenceConfidence(decoded, sequenceBits);
    const bin = bins[Math.min(9, Math.floor(confidence * 10))];
    if (!bin) throw new Error(`confidence ${confidence} is not between 0 and 1`);
    bin.count++;
    bin.claimed += confidence;
    bin.right += Number(agreement(decoded.digits, digits) === 1);
  }
  const error = bins.reduce((sum, { claimed, right }) => sum + Math.abs(claimed - right), 0) / trials;
  print(`codec: flip rates ${from} to ${to}: expected calibration error ${error.toFixed(4)} over ${trials} chunks`);
  for (const { count, claimed, right } of bins.filter((bin) => bin.count > 0)) {
    print(`codec:   ${count} chunks at confidence ${(claimed / count).toFixed(3)}: ${(right / count).toFixed(3)} right`);
  }
}

function benchTexts(print: Print): void {
  const directory = process.env['SIGMALANG_DATA'] ?? join(__dirname, '../../../../shared/data');
  let text: string;
  try {
    text = readFileSync(join(directory, 'texts/alice29.txt'), 'utf8');
  } catch {
    print(`codec: skipped: whole texts, because ${directory} has no texts/alice29.txt (set SIGMALANG_DATA)`);
    return;
  }
  const codec = new TextCodec(testVocabulary());
  for (const dimensions of [4096, DEFAULT_DIMENSIONS, 65_536]) {
    const start = performance.now();
    const chunks = codec.splitIntoChunks(text, dimensions);
    const encoded = performance.now();
    const decoded = chunks.map((chunk, i) =>
      codec.decodeChunk(encodeChunk(chunk, undefined, { chunk: i, chunks: chunks.length, model: 'none' })),
    );
    const [encoding, decoding] = [(encoded - start) / chunks.length, (performance.now() - encoded) / chunks.length];
    const exact = decoded.filter((chunk, i) => chunk.exact && chunk.text === chunks[i]?.text).length;
    print(
      `codec: alice29.txt at ${dimensions} dimensions: ${exact} of ${chunks.length} chunks exact, ` +
        `${encoding.toFixed(1)} ms to encode and prove one, ${decoding.toFixed(1)} ms to decode it`,
    );
  }
}

/** Prints what the codec's tokeniser, sequence memory and confidence measure; repeat with the workspace's benchmark runner. */
export default function benchCodec({ print }: { readonly print: Print }): Promise<void> {
  benchTokenizer(print);
  const codebook = sequenceCodebook(BITS);
  const digits = randomDigits(192, new SeededGenerator('bench:encode'));
  print(`codec: 96 tokens encoded in ${milliseconds(() => encodeDigits(digits, codebook)).toFixed(2)} ms`);
  benchDensities(print);
  benchHardCancellation(print, 1000);
  benchExactness(print, 4096, 2000);
  benchExactness(print, DEFAULT_DIMENSIONS, 1000);
  benchExactness(print, 65_536, 15);
  benchTexts(print);
  benchCalibration(print, 0, 0.4, 1500);
  benchCalibration(print, 0.17, 0.22, 200);
  return Promise.resolve();
}
