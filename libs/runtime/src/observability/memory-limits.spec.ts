import { getHeapStatistics } from 'node:v8';
import { register } from 'prom-client';
import { memoryLimitOf, memoryLimits } from './memory-limits';

it.each([
  ['the container, which allows less than there is', 256, 1_024, 256],
  ['the machine, where the container allows more', 2 ** 63, 1_024, 1_024],
  ['the machine, where nothing is said of a container', 0, 1_024, 1_024],
])('a process may take the memory of %s', (_what, constrained, machine, expected) => {
  expect(memoryLimitOf(constrained, machine)).toBe(expected);
});

it('both limits are exported, the heap as V8 has it', async () => {
  const [ofProcess, ofHeap] = await Promise.all([memoryLimits.process.get(), memoryLimits.heap.get()]);
  expect(ofProcess.values[0]?.value).toBeGreaterThan(getHeapStatistics().total_heap_size);
  expect(ofHeap.values[0]?.value).toBe(getHeapStatistics().heap_size_limit);
  expect(register.getSingleMetric('sigmalang_memory_limit_bytes')).toBe(memoryLimits.process);
});
