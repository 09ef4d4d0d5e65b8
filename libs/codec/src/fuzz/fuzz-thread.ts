import { strict as assert } from 'node:assert';
import { SeededGenerator } from '@sigmalang/vector';
import { sigmaGeometry } from '../geometry';
import { codec } from './fuzz-codec';
import { type FuzzMessage, type FuzzOrder, startCase } from './fuzz-messages';
import { FuzzTally } from './fuzz-tally';
import type { FuzzFailure } from './fuzz-target';
import { fuzzTargets } from './fuzz-targets';
import { observedCase } from './observed-case';
import { checkEncoder } from './payload.target';

/** How many times as long as the slowest ordinary call another one may take. */
const SLOWER = 5;

/** Milliseconds that a call may take however fast the ordinary ones are: on a busy machine any call may have to wait. */
const SHORTEST_LIMIT = 10_000;

/** Milliseconds that a batch may take, most of them for shrinking a failure. */
const BATCH_MILLISECONDS = 20_000;

/** Bytes of objects and buffers that may be kept above what a warm codec keeps. */
const KEPT_BYTES = 64 * 2 ** 20;

const LOOK_EVERY_MS = 1000;

/** Runs cases until the time is over or one has failed, and tells `post` about it. */
export function runCases(order: FuzzOrder, post: (message: FuzzMessage) => void): void {
  const names = fuzzTargets.map(({ name }) => name);
  if (order.target !== undefined && !names.includes(order.target)) throw new RangeError(`--target must be one of ${names.join(', ')}`);
  const tally = new FuzzTally();
  tally.callLimit = Math.max(SHORTEST_LIMIT, SLOWER * warmUp());
  const kept = keptBytes();
  post({ kind: 'ready', targets: names, callLimit: tally.callLimit, residentBytes: process.memoryUsage.rss() });
  const failure = order.path === undefined ? batches(order, tally, kept, post) : runBatch(order, order.target, order.seed, tally);
  post({ kind: 'progress', counts: tally.counts, keptBytes: keptBytes() - kept });
  post(failure ? { kind: 'failure', failure } : { kind: 'done' });
}

/** Batches of all targets in turn. */
function batches(order: FuzzOrder, tally: FuzzTally, kept: number, post: (message: FuzzMessage) => void): FuzzFailure | undefined {
  const seeds = new SeededGenerator('fuzz:batches', order.seed);
  const names = fuzzTargets.map(({ name }) => name).filter((name) => order.target === undefined || name === order.target);
  const end = performance.now() + 1000 * order.seconds;
  for (let lookAt = 0; ; ) {
    for (const name of names) {
      if (performance.now() >= end) return memoryFailure(name, keptBytes() - kept);
      const failure = runBatch(order, name, seeds.nextUint32() | 0, tally);
      if (failure) return failure;
      if (performance.now() < lookAt) continue;
      const bytes = keptBytes() - kept;
      post({ kind: 'progress', counts: tally.counts, keptBytes: bytes });
      const memory = memoryFailure(name, bytes);
      if (memory) return memory;
      lookAt = performance.now() + LOOK_EVERY_MS;
    }
  }
}

function runBatch({ path, current }: FuzzOrder, name: string | undefined, seed: number, tally: FuzzTally): FuzzFailure | undefined {
  const number = fuzzTargets.findIndex((target) => target.name === name);
  const batch = { seed, milliseconds: BATCH_MILLISECONDS, ...(path !== undefined && { path }) };
  return fuzzTargets[number]?.run(batch, tally, (index) => startCase(current, number, seed, index));
}

/** The failure of a run that keeps too much, which is of no one case: `target` is the last one. */
function memoryFailure(target: string, bytes: number): FuzzFailure | undefined {
  if (bytes <= KEPT_BYTES) return undefined;
  const message = `${bytes} bytes more are kept than when the codec was warm, and ${KEPT_BYTES} are allowed`;
  return { target, seed: 0, path: '', message, counterexample: 'the whole run up to here' };
}

/** Bytes of objects and buffers after all garbage is collected. */
function keptBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/**
 * Fills caches and rooms as the largest cases do, after a check that encoder and reference agree; returns the milliseconds of the slowest
 * ordinary call: a full chunk of the most dimensions with a fifth of its bits flipped, once and in 16 copies.
 */
function warmUp(): number {
  let slowest = 0;
  const random = new SeededGenerator('fuzz:warm-up');
  for (const dimensions of [4096, 4112, 10_000, 65_536]) {
    const { tokensPerChunk, sequenceBits } = sigmaGeometry(dimensions);
    const ids = Array.from({ length: tokensPerChunk }, () => random.nextBelow(190_000));
    for (const length of [0, 1, 7, tokensPerChunk]) checkEncoder(Uint32Array.from(ids.slice(0, length)), sequenceBits);
    for (const copies of [0, 15]) {
      const { vector } = observedCase({
        dimensions,
        source: { ids },
        other: { ids: [] },
        body: { kind: 'encoded' },
        flipsPerMille: 200,
        erasure: { kind: 'none' },
        copies: Array.from({ length: copies }, () => ({ of: 'source', flipsPerMille: 300 })),
        claimed: 0,
        noise: 1,
      });
      const start = performance.now();
      const { exact } = codec.decodeChunk(vector);
      slowest = Math.max(slowest, performance.now() - start);
      assert.equal(exact, false, 'a disturbed vector is certified');
    }
  }
  return slowest;
}
