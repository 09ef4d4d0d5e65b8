import { readFileSync, writeFileSync } from 'node:fs';
import { expositionsOf, tableOf, useEverything, withTable } from './metrics-reference';
import { endEverything } from './teardown';
import { startWatched } from './watched-installations';

const DOCUMENT = 'docs/metrics.md';

async function write(): Promise<void> {
  try {
    const { both } = await startWatched();
    for (const installation of both.each) await useEverything(installation);
    writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8'), tableOf(await expositionsOf(both))));
  } finally {
    await endEverything();
  }
}

void write();
