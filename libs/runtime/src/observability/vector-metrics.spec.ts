import { METRICS } from '@sigmalang/contracts';
import { register } from 'prom-client';
import { reportVectorKernels, timeVectorOperation } from './vector-metrics';

async function linesOf(metric: string, start: string): Promise<string[]> {
  const text = await register.getSingleMetricAsString(metric);
  return text.split('\n').filter((line) => line.startsWith(`${metric}${start}`));
}

it('an operation on vectors gives its result and is measured once under its name', async () => {
  expect(timeVectorOperation('bind', () => 7)).toBe(7);
  expect(timeVectorOperation('bind', () => 8)).toBe(8);
  expect(timeVectorOperation('permute', () => 9)).toBe(9);
  expect(await linesOf(METRICS.vectorOperationDuration, '_count')).toEqual([
    `${METRICS.vectorOperationDuration}_count{operation="bind"} 2`,
    `${METRICS.vectorOperationDuration}_count{operation="permute"} 1`,
  ]);
});

it('an operation that fails fails as it does', () => {
  const work = () =>
    timeVectorOperation('fail', () => {
      throw new RangeError('no');
    });
  expect(work).toThrow(RangeError);
});

it('the kernels in use are told by their name', async () => {
  reportVectorKernels('wasm');
  expect(await linesOf(METRICS.vectorKernels, '{')).toEqual([`${METRICS.vectorKernels}{kernels="wasm"} 1`]);
});
