import type { AuditVerificationResponse, ErasureReceiptResponse, ListCollectionsResponse, ListRecordsResponse } from '@sigmalang/contracts';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { eventually } from './eventually';
import { ADMIN, Caller } from './guarded-installation';
import { ProcessUnderTest } from './process-under-test';
import { bodyOf } from './rest-client';
import { emptyFolder } from './search-installation';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

let folder: string;
let standalone: ProcessUnderTest;
let admin: Caller;

beforeAll(async () => {
  folder = await emptyFolder();
  standalone = await ProcessUnderTest.start('standalone', { env: { DATA_DIR: folder, ADMIN_KEY: ADMIN, RATE_LIMIT_ENABLED: 'false' } });
  admin = new Caller(standalone.origin, ADMIN);
});

afterAll(endEverything);

/** The files of records and indexes, their names and what is in them; the database keeps what was removed until it vacuums. */
async function filesOf(part: 'records' | 'search'): Promise<string> {
  const files = await readdir(join(folder, part), { recursive: true, withFileTypes: true });
  const texts = await Promise.all(files.map(async (file) => (file.isFile() ? readFile(join(file.parentPath, file.name), 'latin1') : '')));
  return [...files.map(({ name }) => name), ...texts].join('\n');
}

const leftOf = async (owner: string): Promise<unknown[]> => [
  ...(bodyOf(await admin.get(`/v1/collections?owner=${owner}`)) as ListCollectionsResponse).collections,
  ...(bodyOf(await admin.get(`/v1/analogies/records?owner=${owner}`)) as ListRecordsResponse).records,
];

it('erases what somebody has who goes on writing until it is locked out', async () => {
  const ann = await admin.letIn('ann-who-writes', 'developer');
  bodyOf(await ann.put('/v1/collections/first', {}));
  const answered = [0, 0, 0, 0];
  const writer = async (i: number): Promise<void> => {
    for (let n = 0; ; n++) {
      const path = n % 2 === 0 ? `/v1/collections/c${i}-${n}` : `/v1/analogies/records/r${i}-${n}`;
      const { status } = await ann.put(path, n % 2 === 0 ? {} : { pairs: [{ role: 'a', filler: 'annsmark' }] });
      if (status !== 200) {
        expect(status).toBe(401);
        return;
      }
      answered[i] = n + 1;
    }
  };
  const writers = Promise.all(answered.map((_count, i) => writer(i)));
  await eventually(() => Promise.resolve(answered), (counts) => counts.every((count) => count > 3));
  const receipt = bodyOf(await ann.delete('/v1/privacy/data?confirm=ann-who-writes')) as ErasureReceiptResponse;
  await writers;
  expect(receipt.counts.collections + receipt.counts.records).toBe(1 + answered.reduce((sum, count) => sum + count, 0));
  expect(await leftOf('ann-who-writes')).toEqual([]);
  expect(`${await filesOf('records')}${await filesOf('search')}`).not.toMatch(/ann-who-writes|annsmark/);
});

it('keeps the audit whole, in the embedded database too', async () => {
  const bob = await admin.letIn('bob', 'developer');
  bodyOf(await bob.put('/v1/collections/news', {}));
  const { valid, head } = bodyOf(await admin.get('/v1/audit/verification')) as AuditVerificationResponse;
  expect(valid).toBe(true);
  const verify = (): Promise<string> =>
    new Promise((settle) => {
      const args = ['tools/storage.mjs', 'audit', 'verify', `--head=${head.seq}:${head.hash}`];
      execFile(process.execPath, args, { cwd: resolve(__dirname, '../../..'), env: { PATH: process.env.PATH, DATA_DIR: folder } }, (_error, stdout, stderr) => { settle(`${stdout}${stderr}`); });
    });
  expect(await verify()).toMatch(/is in use by another process/);
  await standalone.stop();
  expect(await verify()).toMatch(/^The audit is whole: \d+ entries from 1 on/);
});
