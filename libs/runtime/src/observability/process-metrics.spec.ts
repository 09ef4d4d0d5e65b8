import { METRICS } from '@sigmalang/contracts';
import { version } from '@sigmalang/package';
import { register } from 'prom-client';
import { BaseConfig } from '../config/base.config';
import { exportProcessMetrics } from './process-metrics';

beforeEach(() => { register.clear(); });

async function valueOf(name: string): Promise<number> {
  const sample = (await register.getSingleMetricAsString(name)).split('\n').find((line) => line.startsWith(`${name} `));
  return Number(sample?.slice(name.length));
}

it('a process tells its version and which build it is', async () => {
  exportProcessMetrics(Object.assign(new BaseConfig(), { build: 'b17' }));
  const text = await register.getSingleMetricAsString(METRICS.buildInfo);
  expect(text).toContain(`\n${METRICS.buildInfo}{version="${version}",revision="b17"} 1`);
});

it.each(['.', './no/such/folder'])('a process tells the room on the disk of its data folder, %s', async (dataDir) => {
  exportProcessMetrics(Object.assign(new BaseConfig(), { dataDir }));
  const [free, size] = [await valueOf(METRICS.dataDiskFree), await valueOf(METRICS.dataDiskSize)];
  expect(free).toBeGreaterThan(0);
  expect(size).toBeGreaterThan(free);
});

it('a process tells how busy its event loop is, and nothing of certificates where it uses none', async () => {
  exportProcessMetrics(new BaseConfig());
  const utilization = await valueOf(METRICS.eventLoopUtilization);
  expect(utilization).toBeGreaterThan(0);
  expect(utilization).toBeLessThanOrEqual(1);
  expect(await register.getSingleMetricAsString(METRICS.certificateExpiry)).not.toContain(`\n${METRICS.certificateExpiry}`);
});
