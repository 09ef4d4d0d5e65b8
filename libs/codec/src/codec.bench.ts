import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeededGenerator } from '@sigmalang/vector';
import { type Claim, binsOf, expectedCalibrationError, mixedTrials } from './calibration';
import { encodeChunk } from './chunk-vector';
import { activeDigitKernels } from './digit-kernels';
import { DEFAULT_DIMENSIONS, sigmaGeometry } from './geometry';
import { type Noise, noiseTrial, randomDigits, readByCleanUp } from './noise-trial';
import { sequenceCodebook } from './sequence-codebook';
import { sequenceConfidence } from './sequence-confidence';
import { encodeDigits } from './sequence-encoder';
import { VOCABULARY_PATH, testVocabulary } from './test-vocabulary';
import { TextCodec } from './text-codec';
import { Tokenizer } from './tokenizer';
import { Vocabulary } from './vocabulary';

type Print = (line: string) => void;

const { sequenceBits: BITS, tokensPerChunk } = sigmaGeometry(DEFAULT_DIMENSIONS);
const FULL = 2 * tokensPerChunk;

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

/** Disturbs and reads full chunks of random digits, and says how many came back right, by cancellation and by clean-up alone. */
function benchNoise(print: Print, what: string, noise: Noise, trials: number, dimensions = DEFAULT_DIMENSIONS): void {
  const { sequenceBits, tokensPerChunk: tokens } = sigmaGeometry(dimensions);
  const generator = new SeededGenerator(`bench:${what}:${dimensions}`);
  let [right, certified, wrongly, byCleanUp] = [0, 0, 0, 0];
  const times: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const { digits, observation, decoded, isRight, milliseconds: time } = noiseTrial(sequenceBits, 2 * tokens, noise, generator);
    right += Number(isRight);
    certified += Number(decoded.isCertified);
    wrongly += Number(decoded.isCertified && !isRight);
    byCleanUp += Number(readByCleanUp(observation, digits.length).every((digit, i) => digit === digits[i]));
    times.push(time);
  }
  times.sort((a, b) => a - b);
  const [middle = 0, high = 0] = [times[trials >> 1], times[Math.floor(0.95 * trials)]];
  print(
    `codec: ${dimensions} dimensions, ${what}: ${right} of ${trials} full chunks right (${((100 * right) / trials).toFixed(2)} %), ` +
      `${certified} certified, ${wrongly} of them wrong; clean-up alone ${byCleanUp}; ${middle.toFixed(1)} ms, p95 ${high.toFixed(1)} ms`,
  );
}

function benchFullChunks(print: Print): void {
  benchNoise(print, 'no noise', {}, 3000);
  benchNoise(print, '10 % flipped (goal: 99.5 %)', { flipRate: 0.1 }, 3000);
  for (const flipRate of [0.05, 0.15, 0.17, 0.18, 0.19, 0.2, 0.21, 0.22, 0.25]) {
    benchNoise(print, `${Math.round(flipRate * 100)} % flipped`, { flipRate }, 300);
  }
  benchNoise(print, 'a known fifth erased (goal: 99.5 %)', { erasedShare: 0.2 }, 3000);
  benchNoise(print, 'a known half erased', { erasedShare: 0.5 }, 300);
  benchNoise(print, 'a fifth erased, 10 % flipped', { erasedShare: 0.2, flipRate: 0.1 }, 300);
  for (const copies of [2, 3, 5]) benchNoise(print, `${copies} copies with 20 % flipped`, { copies, flipRate: 0.2 }, 300);
  benchNoise(print, '5 copies with 30 % flipped', { copies: 5, flipRate: 0.3 }, 300);
  for (const dimensions of [4096, 65_536]) {
    for (const flipRate of [0, 0.1]) {
      benchNoise(print, `${flipRate * 100} % flipped`, { flipRate }, dimensions === 4096 ? 2000 : 30, dimensions);
    }
    benchNoise(print, 'a fifth erased', { erasedShare: 0.2 }, dimensions === 4096 ? 2000 : 30, dimensions);
  }
}

/** How many of some chunks of `length` digits are read wrong, counted no further than `enough`. */
function failures(length: number, noise: Noise, seed: string, trials: number, isByCleanUp: boolean, enough: number): number {
  const generator = new SeededGenerator(`bench:capacity:${seed}:${length}:${noise.flipRate ?? 0}`);
  let failed = 0;
  for (let trial = 0; trial < trials && failed < enough; trial++) {
    const { digits, observation, isRight } = noiseTrial(BITS, length, noise, generator);
    failed += Number(isByCleanUp ? readByCleanUp(observation, length).some((digit, i) => digit !== digits[i]) : !isRight);
  }
  return failed;
}

/**
 * The most digits, in steps of four, of which 99.9 % of chunks are read right: searched with 1,000 chunks, lowered until 3,000 others agree,
 * and how many of 3,000 more are read wrong then.
 */
function capacity(noise: Noise, isByCleanUp: boolean): { digits: number; wrong: number } {
  const isReliable = (length: number, trials: number): boolean =>
    failures(length, noise, `search ${trials}`, trials, isByCleanUp, trials / 1000 + 1) <= trials / 1000;
  let [low, high] = [8, 640];
  while (high - low > 4) {
    const middle = 4 * Math.round((low + high) / 8);
    if (isReliable(middle, 1000)) low = middle;
    else high = middle;
  }
  while (!isReliable(low, 3000)) low -= 4;
  return { digits: low, wrong: failures(low, noise, 'last', 3000, isByCleanUp, Infinity) };
}

function benchCapacity(print: Print): void {
  for (const [flipRate, goals] of [[0, 'goals: 0.40, 0.50'], [0.1, 'goals: 0.20, 0.25']] as const) {
    const density = ({ digits, wrong }: { digits: number; wrong: number }): string =>
      `${((9 * digits) / BITS).toFixed(3)} bits a dimension (${digits} digits; ${wrong} of 3,000 further chunks wrong)`;
    const [ours, alone] = [density(capacity({ flipRate }, false)), density(capacity({ flipRate }, true))];
    print(`codec: capacity at 99.9 % of chunks with ${flipRate * 100} % flipped: ${ours} (${goals}); clean-up alone ${alone}`);
  }
}

/** How far the confidence is from the share of right readings, over chunks that the calibration table was not made from. */
function benchCalibration(print: Print, trials: number): void {
  const claims: Claim[] = [];
  for (const { decoded, observation, isRight } of mixedTrials(trials, 0.4, 'bench')) {
    claims.push({ confidence: sequenceConfidence(decoded, observation.knownBits), isRight });
  }
  print(`codec: expected calibration error ${expectedCalibrationError(claims).toFixed(4)} over ${trials} chunks, 0 to 40 % flipped (goal: 0.05)`);
  const doubtful = claims.filter(({ confidence }) => confidence > 0.01 && confidence < 0.99);
  print(`codec: ${expectedCalibrationError(doubtful).toFixed(4)} over the ${doubtful.length} with a confidence from 0.01 to 0.99`);
  for (const { count, claimed, right } of binsOf(claims, [0.01, 0.2, 0.5, 0.8, 0.99, 0.9999])) {
    print(`codec:   ${count} chunks at confidence ${claimed.toFixed(4)}: ${right.toFixed(4)} right`);
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
  print(`codec: kernels ${activeDigitKernels.name}`);
  benchTokenizer(print);
  const codebook = sequenceCodebook(BITS);
  const digits = randomDigits(FULL, new SeededGenerator('bench:encode'));
  print(`codec: ${tokensPerChunk} tokens encoded in ${milliseconds(() => encodeDigits(digits, codebook)).toFixed(3)} ms`);
  benchTexts(print);
  benchFullChunks(print);
  benchCalibration(print, 6000);
  benchCapacity(print);
  return Promise.resolve();
}
