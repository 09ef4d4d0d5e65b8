import { METRICS } from '@sigmalang/contracts';
import { type AlertTest, stays } from './alert-test';

const WHERE = 'job="sigmalang-encoder",instance="a"';
const LABELS = { job: 'sigmalang-encoder', instance: 'a' };
const MIB = 1_048_576;

/** A share of two gauges that is too much, and one that is fine. */
function shareTest(alert: string, [part, whole]: readonly [string, string], unit: number, says: string): AlertTest {
  const at = '20m';
  const series = (share: number): Record<string, string> => ({ [`${part}{${WHERE}}`]: stays(share * unit, 30), [`${whole}{${WHERE}}`]: stays(100 * unit, 30) });
  return {
    alert,
    fires: { series: series(95), at, labels: LABELS, says },
    quiet: {
      'there is room': { series: series(70), at },
      'it was a moment': { series: { [`${part}{${WHERE}}`]: `${50 * unit}x15 ${95 * unit} ${50 * unit}x10`, [`${whole}{${WHERE}}`]: stays(100 * unit, 30) }, at },
      'it is no process of ours': { series: { [`${part}{job="other",instance="o"}`]: stays(95, 30), [`${whole}{job="other",instance="o"}`]: stays(100, 30) }, at },
    },
  };
}

/** A gauge that is too high for as long as it must be, and one that was for a moment. */
function gaugeTest(alert: string, gauge: string, [high, low]: readonly [number, number], labels: Readonly<Record<string, string>>, says: string): AlertTest {
  return {
    alert,
    fires: { series: { [gauge]: `${low}x5 ${high}x40` }, at: '30m', labels, says },
    quiet: { 'it was a moment': { series: { [gauge]: `${low}x28 ${high}x2 ${low}x10` }, at: '30m' }, 'it is as it should be': { series: { [gauge]: stays(low, 40) }, at: '30m' } },
  };
}

export const processTests: readonly AlertTest[] = [
  gaugeTest(
    'SigmalangEventLoopLag',
    `nodejs_eventloop_lag_p99_seconds{${WHERE}}`,
    [0.5, 0.02],
    LABELS,
    'In 1 of 100 turns the event loop of a of sigmalang-encoder is 500ms late.',
  ),
  gaugeTest(
    'SigmalangEventLoopBusy',
    `${METRICS.eventLoopUtilization}{${WHERE}}`,
    [0.97, 0.6],
    LABELS,
    'The event loop of a of sigmalang-encoder has been busy 97% of the time: it needs replicas.',
  ),
  gaugeTest(
    'SigmalangWorkerQueueLong',
    `${METRICS.workerQueueLength}{${WHERE},pool="shared"}`,
    [600, 10],
    { ...LABELS, pool: 'shared' },
    '600 groups of work wait in the pool shared of a of sigmalang-encoder; from 1,024 on requests are refused.',
  ),
  shareTest('SigmalangMemoryNearLimit', ['process_resident_memory_bytes', METRICS.memoryLimit], MIB, 'a of sigmalang-encoder has 95% of the memory that it may take.'),
  shareTest('SigmalangHeapNearLimit', ['nodejs_heap_size_used_bytes', METRICS.heapLimit], MIB, 'a of sigmalang-encoder uses 95% of the heap that V8 lets it have; at 100 % it ends.'),
  {
    alert: 'SigmalangGarbageCollection',
    fires: {
      series: { [`nodejs_gc_duration_seconds_sum{${WHERE},kind="major"}`]: '0+15x40' },
      at: '30m',
      labels: { ...LABELS, kind: 'major' },
      says: 'a of sigmalang-encoder spends 25% of the time on major garbage collections.',
    },
    quiet: {
      'it collects now and then': { series: { [`nodejs_gc_duration_seconds_sum{${WHERE},kind="major"}`]: '0+1x40' }, at: '30m' },
      'it collects what is young': { series: { [`nodejs_gc_duration_seconds_sum{${WHERE},kind="minor"}`]: '0+15x40' }, at: '30m' },
    },
  },
  shareTest(
    'SigmalangFileDescriptorsNearLimit',
    ['process_open_fds', 'process_max_fds'],
    1,
    'a of sigmalang-encoder has opened 95% of the files and connections that it may.',
  ),
  {
    alert: 'SigmalangPlainKernels',
    fires: {
      series: { [`${METRICS.vectorKernels}{${WHERE},kernels="plain"}`]: stays(1, 30) },
      at: '20m',
      labels: LABELS,
      says: 'a of sigmalang-encoder computes vectors by the kernels in plain JavaScript: WebAssembly with SIMD does not run there.',
    },
    quiet: { 'WebAssembly runs': { series: { [`${METRICS.vectorKernels}{${WHERE},kernels="wasm"}`]: stays(1, 30) }, at: '20m' } },
  },
];
