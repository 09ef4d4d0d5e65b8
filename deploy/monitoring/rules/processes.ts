import { METRICS } from '@sigmalang/contracts';
import type { AlertTopic } from '../alert';
import { BY_PROCESS, OUR_JOBS } from '../selectors';

/** How a process fares by itself. */
export const processes: AlertTopic = {
  topic: 'processes',
  alerts: [
    {
      alert: 'SigmalangEventLoopLag',
      expr: `nodejs_eventloop_lag_p99_seconds{${OUR_JOBS}} > 0.25`,
      for: '10m',
      severity: 'warning',
      summary: 'Requests wait for the event loop of a process',
      description: 'In 1 of 100 turns the event loop of {{ $labels.instance }} of {{ $labels.job }} is {{ $value | humanizeDuration }} late.',
    },
    {
      alert: 'SigmalangEventLoopBusy',
      expr: `${METRICS.eventLoopUtilization} > 0.9`,
      for: '15m',
      severity: 'warning',
      summary: 'The thread of a process that serves has no time left',
      description: 'The event loop of {{ $labels.instance }} of {{ $labels.job }} has been busy {{ $value | humanizePercentage }} of the time: it needs replicas.',
    },
    {
      alert: 'SigmalangWorkerQueueLong',
      expr: `${METRICS.workerQueueLength} > 256`,
      for: '5m',
      severity: 'warning',
      summary: 'Much work waits for worker threads',
      description: '{{ $value }} groups of work wait in the pool {{ $labels.pool }} of {{ $labels.instance }} of {{ $labels.job }}; from 1,024 on requests are refused.',
    },
    {
      alert: 'SigmalangMemoryNearLimit',
      expr: `process_resident_memory_bytes{${OUR_JOBS}} / on (${BY_PROCESS}) ${METRICS.memoryLimit} > 0.9`,
      for: '10m',
      severity: 'warning',
      summary: 'A process will be ended soon because it takes too much memory',
      description: '{{ $labels.instance }} of {{ $labels.job }} has {{ $value | humanizePercentage }} of the memory that it may take.',
    },
    {
      alert: 'SigmalangHeapNearLimit',
      expr: `nodejs_heap_size_used_bytes{${OUR_JOBS}} / on (${BY_PROCESS}) ${METRICS.heapLimit} > 0.85`,
      for: '10m',
      severity: 'warning',
      summary: 'The heap of a process is nearly full',
      description: '{{ $labels.instance }} of {{ $labels.job }} uses {{ $value | humanizePercentage }} of the heap that V8 lets it have; at 100 % it ends.',
    },
    {
      alert: 'SigmalangGarbageCollection',
      expr: `rate(nodejs_gc_duration_seconds_sum{${OUR_JOBS}, kind="major"}[5m]) > 0.1`,
      for: '10m',
      severity: 'warning',
      summary: 'A process spends its time on collecting garbage',
      description: '{{ $labels.instance }} of {{ $labels.job }} spends {{ $value | humanizePercentage }} of the time on major garbage collections.',
    },
    {
      alert: 'SigmalangFileDescriptorsNearLimit',
      expr: `process_open_fds{${OUR_JOBS}} / process_max_fds{${OUR_JOBS}} > 0.8`,
      for: '10m',
      severity: 'warning',
      summary: 'A process will soon be able to open no more files or connections',
      description: '{{ $labels.instance }} of {{ $labels.job }} has opened {{ $value | humanizePercentage }} of the files and connections that it may.',
    },
    {
      alert: 'SigmalangPlainKernels',
      expr: `max by (${BY_PROCESS}) (${METRICS.vectorKernels}{kernels!="wasm"}) == 1`,
      for: '10m',
      severity: 'warning',
      summary: 'A process computes vectors without WebAssembly, several times slower',
      description: '{{ $labels.instance }} of {{ $labels.job }} computes vectors by the kernels in plain JavaScript: WebAssembly with SIMD does not run there.',
    },
  ],
};
