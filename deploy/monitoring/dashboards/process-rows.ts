import { METRICS } from '@sigmalang/contracts';
import { changes, max, min, quotient, rate, secondsSince, secondsUntil, series, sum } from '../promql';
import type { Row } from './frame';
import { badBelow, timeseries, worseAbove, worseBelow } from './panels';
import { runbook } from './read-on';
import { PROCESS, type Processes } from './scope';
import { table } from './table';

const DAY_S = 86_400;

/** CPU, memory and what collecting garbage takes. */
function memoryPanels(of: Processes): Row['panels'] {
  return [
    timeseries({
      title: 'CPU',
      description: 'Cores that a process keeps busy, all of its threads together. Flat at the limit of its container it is throttled: everything in it gets slower.',
      unit: 'short',
      width: 6,
      queries: [{ expr: rate('process_cpu_seconds_total', ...of), legend: PROCESS }],
    }),
    timeseries({
      title: 'Resident memory',
      description: `Resident memory. It grows while caches fill and stays then; growth without end is a leak and ends with a kill. ${runbook('SigmalangMemoryNearLimit')}`,
      unit: 'bytes',
      width: 6,
      queries: [{ expr: series('process_resident_memory_bytes', ...of), legend: PROCESS }],
    }),
    timeseries({
      title: 'Memory and heap, of what there may be',
      description: `Share of the memory that the container (or machine) gives, and of the heap that Node gives JavaScript. At 100 % of the one the process is killed, of the other it ends itself. ${runbook('SigmalangHeapNearLimit')}`,
      unit: 'percentunit',
      width: 6,
      queries: [
        { expr: quotient(series('process_resident_memory_bytes', ...of), series(METRICS.memoryLimit, ...of)), legend: `memory ${PROCESS}` },
        { expr: quotient(series('nodejs_heap_size_used_bytes', ...of), series(METRICS.heapLimit, ...of)), legend: `heap ${PROCESS}` },
      ],
      max: 1,
      limits: worseAbove(0.8, 0.9),
    }),
    timeseries({
      title: 'JavaScript heap',
      description: `Memory of JavaScript objects in use, and what they hold outside of the heap (buffers, memory of kernels), which is reserved and need not be resident. ${runbook('SigmalangHeapNearLimit')}`,
      unit: 'bytes',
      width: 6,
      queries: [
        { expr: series('nodejs_heap_size_used_bytes', ...of), legend: `heap ${PROCESS}` },
        { expr: series('nodejs_external_memory_bytes', ...of), legend: `outside ${PROCESS}` },
      ],
    }),
  ];
}

/** What else there is only so much of. */
function resourcePanels(of: Processes): Row['panels'] {
  return [
    timeseries({
      title: 'Garbage collection',
      description: `Share of its time that a process collects garbage. Beyond 10 % it has too little memory for what it does. ${runbook('SigmalangGarbageCollection')}`,
      unit: 'percentunit',
      width: 6,
      queries: [{ expr: sum(rate('nodejs_gc_duration_seconds_sum', ...of), 'pod', 'instance'), legend: PROCESS }],
      limits: worseAbove(0.1, 0.2),
    }),
    timeseries({
      title: 'File descriptors',
      description: `Share of the files and connections that a process may have open. At 100 % no connection is taken any more. ${runbook('SigmalangFileDescriptorsNearLimit')}`,
      unit: 'percentunit',
      width: 6,
      queries: [{ expr: quotient(series('process_open_fds', ...of), series('process_max_fds', ...of)), legend: PROCESS }],
      max: 1,
      limits: worseAbove(0.7, 0.9),
    }),
    timeseries({
      title: 'What keeps it running',
      description: 'Sockets, timers and other resources of Node that are active. Growth without end, at the same traffic, is something that is never closed.',
      unit: 'none',
      width: 6,
      queries: [{ expr: sum(series('nodejs_active_resources', ...of), 'pod', 'instance'), legend: PROCESS }],
    }),
    timeseries({
      title: 'Free disk for DATA_DIR',
      description: `Free share of the volume that the process keeps its index, its database or its records on. ${runbook('SigmalangDataDiskLow')}`,
      unit: 'percentunit',
      width: 6,
      queries: [{ expr: quotient(series(METRICS.dataDiskFree, ...of), series(METRICS.dataDiskSize, ...of)), legend: PROCESS }],
      max: 1,
      limits: worseBelow(0.15, 0.05),
    }),
    processTable(of),
  ];
}

/** What processes take of their machines. */
export function processRow(of: Processes): Row {
  return {
    title: 'Processes',
    panels: [...memoryPanels(of), ...resourcePanels(of)],
  };
}

function processTable(of: Processes): ReturnType<typeof table> {
  const free = quotient(min(series(METRICS.dataDiskFree, ...of), 'job', 'pod', 'instance'), max(series(METRICS.dataDiskSize, ...of), 'job', 'pod', 'instance'));
  return table({
    title: 'Each process',
    description: `Each process, the one that restarts most first. ${runbook('SigmalangRestarting')} Disk is the free share of the volume of DATA_DIR; certificates are those of NATS.`,
    rows: { job: 'App', pod: 'Pod', instance: 'Process' },
    columns: [
      { title: 'Up', unit: 'none', expr: max(series('up', ...of), 'job', 'pod', 'instance'), limits: badBelow(1) },
      { title: 'Running for', unit: 's', expr: max(secondsSince(series('process_start_time_seconds', ...of)), 'job', 'pod', 'instance') },
      {
        title: 'Restarts, 1 h',
        unit: 'none',
        expr: max(changes('1h', 'process_start_time_seconds', ...of), 'job', 'pod', 'instance'),
        limits: worseAbove(1, 3),
      },
      { title: 'Event loop', unit: 'percentunit', decimals: 0, expr: max(series(METRICS.eventLoopUtilization, ...of), 'job', 'pod', 'instance'), limits: worseAbove(0.7, 0.9) },
      { title: 'CPU, cores', unit: 'short', decimals: 2, expr: max(rate('process_cpu_seconds_total', ...of), 'job', 'pod', 'instance') },
      { title: 'Memory', unit: 'bytes', expr: max(series('process_resident_memory_bytes', ...of), 'job', 'pod', 'instance') },
      { title: 'Disk free', unit: 'percentunit', decimals: 0, expr: free, limits: worseBelow(0.15, 0.05) },
      {
        title: 'Certificate ends in',
        unit: 's',
        expr: min(secondsUntil(series(METRICS.certificateExpiry, ...of)), 'job', 'pod', 'instance'),
        limits: worseBelow(14 * DAY_S, 3 * DAY_S),
      },
    ],
    sortBy: 'Restarts, 1 h',
  });
}

/** Builds that run. */
export function buildTable(of: Processes, width: number): ReturnType<typeof table> {
  return table({
    title: 'Builds',
    description: `Versions that run. Two of one app for longer than a rollout mean that it stopped halfway. ${runbook('SigmalangVersionSkew')}`,
    width,
    rows: { job: 'App', version: 'Version', revision: 'Revision' },
    columns: [{ title: 'Processes', unit: 'none', expr: sum(series(METRICS.buildInfo, ...of), 'job', 'version', 'revision') }],
    sortBy: 'App',
  });
}

/** Builds and runtimes of the processes. */
export function buildRow(of: Processes): Row {
  return {
    title: 'Builds',
    panels: [
      buildTable(of, 16),
      table({
        title: 'Node',
        description: 'Versions of Node that run. Images bring theirs along: two at once are two builds.',
        width: 8,
        rows: { version: 'Version' },
        columns: [{ title: 'Processes', unit: 'none', expr: sum(series('nodejs_version_info', ...of), 'version') }],
      }),
    ],
  };
}
