import type { ProcessUnderTest } from './process-under-test';
import { RestClient } from './rest-client';

/** Values of metrics by name and labels, as they stand in the exposition: `name{contract="c",code="OK"}`. */
export type Metrics = ReadonlyMap<string, number>;

/** What the management port of a process says of its metrics. */
export async function metricsOf(process: ProcessUnderTest): Promise<Metrics> {
  const { status, text } = await new RestClient(process.managementOrigin).get('/metrics');
  if (status !== 200) throw new Error(`/metrics answered ${status}`);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

/** Samples of a counter that grew between two readings, by their labels, and by how much. */
export function growth(name: string, before: Metrics, after: Metrics): Record<string, number> {
  const grown = [...after].flatMap(([sample, value]) => {
    const more = value - (before.get(sample) ?? 0);
    return sample.startsWith(`${name}{`) && more !== 0 ? [[sample.slice(name.length), more] as const] : [];
  });
  return Object.fromEntries(grown);
}
