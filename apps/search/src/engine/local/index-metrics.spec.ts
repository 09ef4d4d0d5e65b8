import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { searchMetrics } from '../../search-metrics';
import { row, startableEngine } from './local-engine-under-test';

const folder = mkdtempSync(join(tmpdir(), 'sigmalang-index-metrics-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

const valueOf = async (metric: typeof searchMetrics.behind): Promise<number | undefined> => (await metric.get()).values[0]?.value;

it('counts the documents of all collections, and how far the index that is furthest behind is', async () => {
  const { engine, state } = startableEngine(folder, [row({ seq: 2, documents: 3 }), row({ id: 2, name: 'papers', seq: 1, documents: 4 })]);
  await engine.onModuleInit();
  await engine.changed();
  expect([await valueOf(searchMetrics.documents), await valueOf(searchMetrics.behind)]).toEqual([7, 0]);
  state.rows = [row({ seq: 9, documents: 3 }), row({ id: 2, name: 'papers', seq: 2, documents: 5 })];
  await engine.changed();
  expect([await valueOf(searchMetrics.documents), await valueOf(searchMetrics.behind)]).toEqual([8, 7]);
  await engine.onApplicationShutdown();
});
