import { activeKernels } from '@sigmalang/vector';
import { memoryUsage } from 'node:process';
import { cosineOfRow, exactNeighbours } from './evaluation/exact-neighbours';
import { questionDirections } from './evaluation/question-directions';
import { Lexicon } from './lexicon';
import { ASSET_FILES } from './lexicon-file';
import { NearestWords, type ScoredWord } from './nearest-words';
import { similarSpellings } from './similar-spellings';

const ASSETS = 'dist/assets/lexicon';
const QUERIES = 300;
const COUNTS = [1, 10, 100];

/** Measures memory, recall against exact cosines, and the time of scans beside plain JavaScript over float rows. */
export default function measureNearestWords({ print }: { print: (line: string) => void }): Promise<void> {
  const before = memoryUsage();
  const lexicon = Lexicon.load(`${ASSETS}/${ASSET_FILES.int8}`, { forScanning: true });
  const loaded = performance.now();
  const nearestWords = new NearestWords(lexicon);
  const took = performance.now() - loaded;
  const after = memoryUsage();
  const megabytes = (kind: 'rss' | 'arrayBuffers') => ((after[kind] - before[kind]) / 1e6).toFixed(0);
  print(`nearest words: kernels ${activeKernels.name}, ${lexicon.size} words x ${lexicon.dimensions}, made in ${took.toFixed(0)} ms`);
  print(`nearest words: the lexicon and its scan take ${megabytes('rss')} MB resident, ${megabytes('arrayBuffers')} MB of it outside the kernels' memory`);
  const directions = questionDirections(lexicon, QUERIES, 'bench');
  printRecall(lexicon, nearestWords, directions, print);
  printTimes(lexicon, nearestWords, directions, print);
  printSpellings(lexicon, print);
  const floats = Lexicon.load(`${ASSETS}/${ASSET_FILES.float32}`, { forScanning: true });
  const nearestByFloats = new NearestWords(floats);
  const direction = directions[1] ?? new Float32Array(floats.dimensions);
  print(`nearest words: 10 best to one in the float32 form: ${millisecondsOf(() => nearestByFloats.nearest([direction], 10), 50).text}`);
  return Promise.resolve();
}

/** The share of the exact nearest words that are found. */
function printRecall(lexicon: Lexicon, nearestWords: NearestWords, directions: readonly Float32Array[], print: (line: string) => void): void {
  const found = COUNTS.map(() => 0);
  for (const direction of directions) {
    const expected = exactNeighbours(lexicon, 100, (row, length) => cosineOfRow(row, length, direction));
    COUNTS.forEach((count, i) => {
      found[i] = (found[i] ?? 0) + overlap(nearestWords.nearest([direction], count)[0] ?? [], expected.slice(0, count));
    });
  }
  const recall = COUNTS.map((count, i) => `@${count} ${((found[i] ?? 0) / (count * directions.length)).toFixed(5)}`);
  print(`nearest words: recall ${recall.join(', ')} over ${directions.length} words and analogies (goal: 0.999)`);
  let [byProduct, asked] = [0, 0];
  for (let i = 0; i + 3 < directions.length; i += 12) {
    const [a = new Float32Array(), b = a, c = a] = [directions[i], directions[i + 1], directions[i + 3]];
    const share = (row: Float32Array | Int8Array, length: number, vector: Float32Array) => (1 + cosineOfRow(row, length, vector)) / 2;
    const expected = exactNeighbours(lexicon, 100, (row, length) => (share(row, length, b) * share(row, length, c)) / (share(row, length, a) + 0.001));
    byProduct += overlap(nearestWords.nearestByProduct(a, b, c, 100), expected);
    asked += 100;
  }
  print(`nearest words: recall by product @100 ${(byProduct / asked).toFixed(5)} over ${asked / 100} analogies`);
}

function overlap(found: readonly ScoredWord[], expected: readonly ScoredWord[]): number {
  const indices = new Set(found.map(({ index }) => index));
  return expected.filter(({ index }) => indices.has(index)).length;
}

function printTimes(lexicon: Lexicon, nearestWords: NearestWords, directions: readonly Float32Array[], print: (line: string) => void): void {
  const at = (query: number): Float32Array => directions[query % directions.length] ?? new Float32Array(lexicon.dimensions);
  const rows = unitRows(nearestWords, lexicon);
  const fourAtOnce = millisecondsOf((query) => bestOfRows(rows, at(query), 10, fourSums), 50);
  const plain = millisecondsOf((query) => bestOfRows(rows, at(query), 10, oneSum), 50);
  print(`nearest words: plain JavaScript over float rows, 10 best: ${plain.text}; by four sums at once: ${fourAtOnce.text}`);
  for (const directionsAtOnce of [1, 2, 3, 4]) {
    const asked = (query: number) => Array.from({ length: directionsAtOnce }, (_, d) => at(query + d));
    const { text, median } = millisecondsOf((query) => nearestWords.nearest(asked(query), 10), QUERIES);
    const [ratio, hardRatio] = [plain, fourAtOnce].map((peer) => ((peer.median * directionsAtOnce) / median).toFixed(1));
    print(`nearest words: 10 best to each of ${directionsAtOnce} a scan: ${text}, ${ratio} times plain (goal: 15), ${hardRatio} times four sums at once`);
  }
  for (const count of [1, 100, 1000]) {
    print(`nearest words: ${count} best to one: ${millisecondsOf((query) => nearestWords.nearest([at(query)], count), 100).text}`);
  }
  const product = millisecondsOf((query) => nearestWords.nearestByProduct(at(query), at(query + 1), at(query + 2), 10), 100);
  print(`nearest words: 10 best by product: ${product.text}`);
}

/** Unlisted words: one edit from common ones, two edits, like nothing, and as long as any that is looked at. */
function printSpellings(lexicon: Lexicon, print: (line: string) => void): void {
  const words = ['recieve', 'goverment', 'acommodatte', 'definately', 'xqzvkjw', 'pneumonoultramicroscopicsilicovolcanocon', 'naïvety', 'qzx'];
  for (const word of words) {
    const found = similarSpellings(lexicon, word, 5).map(({ index, distance }) => `${lexicon.word(index)} ${distance}`);
    print(`similar spellings: ${word}: ${found.join(', ') || 'none'}: ${millisecondsOf(() => similarSpellings(lexicon, word, 5), 20).text}`);
  }
}

/** Median and 95th percentile of the milliseconds of calls, after some that do not count. */
function millisecondsOf(action: (call: number) => unknown, calls: number): { median: number; text: string } {
  for (let call = 0; call < 10; call++) action(call);
  const times = Array.from({ length: calls }, (_, call) => {
    const start = performance.now();
    action(call);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const [median = 0, late = 0] = [times[calls >> 1], times[Math.floor(calls * 0.95)]];
  return { median, text: `p50 ${median.toFixed(2)} ms, p95 ${late.toFixed(2)} ms` };
}

function unitRows(nearestWords: NearestWords, { size, dimensions }: Lexicon): Float32Array {
  const rows = new Float32Array(size * dimensions);
  for (let index = 0; index < size; index++) nearestWords.unit(index, rows.subarray(index * dimensions, (index + 1) * dimensions));
  return rows;
}

type Product = (rows: Float32Array, start: number, direction: Float32Array) => number;

/** The product of a row and a direction as anybody would write it. */
function oneSum(rows: Float32Array, start: number, direction: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < direction.length; i++) sum += (rows[start + i] as number) * (direction[i] as number);
  return sum;
}

/** The same at its fastest in JavaScript, by four sums at once. */
function fourSums(rows: Float32Array, start: number, direction: Float32Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < direction.length; i += 4) {
    s0 += (rows[start + i] as number) * (direction[i] as number);
    s1 += (rows[start + i + 1] as number) * (direction[i + 1] as number);
    s2 += (rows[start + i + 2] as number) * (direction[i + 2] as number);
    s3 += (rows[start + i + 3] as number) * (direction[i + 3] as number);
  }
  return s0 + s1 + (s2 + s3);
}

/** The indices of the best rows of unit length in plain JavaScript, with an insertion for few. */
function bestOfRows(rows: Float32Array, direction: Float32Array, count: number, productOf: Product): Uint32Array {
  const { length } = direction;
  const best = new Uint32Array(count);
  const scores = new Float64Array(count).fill(-Infinity);
  let worst = -Infinity;
  for (let start = 0, row = 0; start < rows.length; start += length, row++) {
    const score = productOf(rows, start, direction);
    if (score <= worst) continue;
    let at = count - 1;
    for (; at > 0 && (scores[at - 1] as number) < score; at--) {
      scores[at] = scores[at - 1] as number;
      best[at] = best[at - 1] as number;
    }
    scores[at] = score;
    best[at] = row;
    worst = scores[count - 1] as number;
  }
  return best;
}
