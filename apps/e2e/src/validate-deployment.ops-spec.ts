import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type NatsInstallation, startOnNats } from './installations';
import { ProcessUnderTest } from './process-under-test';
import { endEverything } from './teardown';
import { ADMIN_KEY } from './test-key';

jest.setTimeout(120_000);

const SCRIPT = resolve(__dirname, '../../../deploy/validate-deployment.mjs');

interface Outcome {
  readonly code: number;
  /** What became of each check, by its name: ok, FAILED or skipped. */
  readonly checks: Readonly<Record<string, string>>;
  readonly text: string;
}

function validate(...args: string[]): Promise<Outcome> {
  const keyFile = join(mkdtempSync(join(tmpdir(), 'sigmalang-key-')), 'admin.key');
  writeFileSync(keyFile, `${ADMIN_KEY}\n`);
  return new Promise((done) => {
    const child = execFile(process.execPath, [SCRIPT, ...args, `--key-file=${keyFile}`], (_error, stdout, stderr) => {
      const lines = stdout.split('\n').map((line) => line.split(/ +/)).filter(([state]) => /^(ok|FAILED|skipped)$/.test(state ?? ''));
      done({ code: child.exitCode ?? -1, checks: Object.fromEntries(lines.map(([state = '', name = '']) => [name, state])), text: stdout + stderr });
    });
  });
}

const failed = ({ checks }: Outcome): string[] => Object.entries(checks).filter(([, state]) => state === 'FAILED').map(([name]) => name);

describe('the validation of a deployment', () => {
  let installation: NatsInstallation;

  beforeAll(async () => {
    installation = await startOnNats({}, { RATE_LIMIT_ENABLED: 'true' });
  });
  afterAll(endEverything);

  it('finds that one holds, and leaves nothing behind', async () => {
    const { front, rest } = installation;
    const outcome = await validate(front.origin, `--management=${front.managementOrigin}`);
    expect(outcome).toMatchObject({ code: 0 });
    expect(Object.keys(outcome.checks).length).toBeGreaterThan(10);
    expect(new Set(Object.values(outcome.checks))).toEqual(new Set(['ok']));
    expect((await rest.get('/v1/collections')).body).toMatchObject({ collections: [] });
  });

  it('names what was left out, and refuses what it does not know', async () => {
    const { front } = installation;
    expect((await validate(front.origin, '--skip=search,encode')).checks).toMatchObject({ search: 'skipped', encode: 'skipped', analogies: 'ok' });
    expect(await validate(front.origin, '--skip=serach')).toMatchObject({ code: 2, text: expect.stringContaining('serach') as string });
    expect(await validate('nowhere')).toMatchObject({ code: 2 });
  });

  it('finds another version than the one that was deployed', async () => {
    expect(failed(await validate(installation.front.origin, '--version=0.0.0-other'))).toEqual(['info']);
  });

  it('finds a deployment that lets everybody in, and has no limits', async () => {
    const open = await ProcessUnderTest.start('standalone', { env: { AUTH_MODE: 'off', RATE_LIMIT_ENABLED: 'false' } });
    const outcome = await validate(open.origin);
    expect([outcome.code, failed(outcome)]).toEqual([1, ['identity', 'limits']]);
  });

  it('finds a service that is away', async () => {
    await installation.decoder.stop();
    const outcome = await validate(installation.front.origin, '--timeout-ms=5000');
    expect([outcome.code, failed(outcome)]).toEqual([1, ['info', 'encode']]);
  });

  it('says of an address where nobody answers that nothing holds', async () => {
    const outcome = await validate('http://127.0.0.1:1');
    expect(outcome.code).toBe(1);
    expect(outcome.checks.ready).toBe('FAILED');
  });
});
