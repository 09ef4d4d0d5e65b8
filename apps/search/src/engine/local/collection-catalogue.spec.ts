import { BaseConfig } from '@sigmalang/runtime';
import type { CollectionRow } from '@sigmalang/storage';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CollectionCatalogue } from './collection-catalogue';

const dataDir = mkdtempSync(join(tmpdir(), 'sigmalang-catalogue-'));
afterAll(() => { rmSync(dataDir, { recursive: true }); });

const catalogue = new CollectionCatalogue(Object.assign(new BaseConfig(), { dataDir }));
const row: CollectionRow = {
  id: 7,
  owner: 'local',
  name: 'books',
  description: null,
  model: 'words@1',
  dimensions: 4,
  generation: 2,
  seq: 9,
  prunedSeq: 0,
  documents: 3,
  bytes: 30,
  createdAt: new Date('2026-01-02T03:04:05Z'),
};

it('has no collections before any was written', async () => {
  expect(await catalogue.read()).toEqual({ incarnation: '', collections: [] });
});

it('gives back what was written last, dates among it', async () => {
  await Promise.all([catalogue.write({ incarnation: 'a', collections: [] }), catalogue.write({ incarnation: 'b', collections: [row] })]);
  expect(await new CollectionCatalogue(Object.assign(new BaseConfig(), { dataDir })).read()).toEqual({ incarnation: 'b', collections: [row] });
});

it('has no collections where its file is damaged', async () => {
  writeFileSync(join(dataDir, 'search', 'collections.json'), '{"incarnation":');
  expect(await catalogue.read()).toEqual({ incarnation: '', collections: [] });
});
