import { METRICS, ServiceError } from '@sigmalang/contracts';
import { BaseConfig, HealthChecks } from '@sigmalang/runtime';
import { Logger } from '@nestjs/common';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from 'prom-client';
import { AuthSecret } from './auth-secret';
import { API_KEY } from './credentials';
import { IdentityConfig } from './identity.config';
import { IdentityStart, OtherSecretError } from './identity-start';
import { IdentityUnderTest } from './identity-under-test';
import { KeyChanges } from './key-changes';

describe('the start of who asks whom', () => {
  let folder: string;
  let stores: IdentityUnderTest;
  let printed: string;
  let warned: unknown[];
  const started: KeyChanges[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sigmalang-identity-'));
    stores = new IdentityUnderTest();
    printed = '';
    warned = [];
    Logger.overrideLogger({ log: () => undefined, warn: (line: unknown) => warned.push(line), error: (line: unknown) => warned.push(line) });
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
    for (const changes of started.splice(0)) changes.beforeApplicationShutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a gateway on the same database; gives what it checks keys with, and what it says of itself. */
  async function start(settings: Partial<IdentityConfig> = {}, dataDir = folder): Promise<{ secret: AuthSecret; checks: HealthChecks }> {
    register.removeSingleMetric(METRICS.healthCheckStatus);
    const config = Object.assign(new IdentityConfig(), settings);
    const [secret, checks, changes] = [new AuthSecret(), new HealthChecks(), new KeyChanges(stores.keys, config)];
    started.push(changes);
    await new IdentityStart(config, Object.assign(new BaseConfig(), { dataDir }), stores.keys, secret, changes, checks).onApplicationBootstrap();
    return { secret, checks };
  }

  const file = (name: string): string => readFileSync(join(folder, name), 'utf8').trim();
  const modeOf = (name: string): number => statSync(join(folder, name)).mode & 0o777;
  const isUp = async ({ checks }: { checks: HealthChecks }): Promise<boolean> => {
    const check = checks.list(true).find(([name]) => name === 'identity')?.[1];
    if (!check) throw new Error('There is no check');
    return Promise.resolve(check()).then(() => true, () => false);
  };

  it('makes the first key of an admin, prints it once and keeps it where its owner alone can read it', async () => {
    const first = await start();
    const key = file('admin.key');
    expect(key).toMatch(API_KEY);
    expect(printed.split(key)).toHaveLength(2);
    expect([modeOf('admin.key'), modeOf('auth.secret')]).toEqual([0o600, 0o600]);
    expect(stores.keys.rows).toEqual([expect.objectContaining({ role: 'admin', subject: 'admin', hash: first.secret.hashOf(key) })]);
    expect(JSON.stringify(warned)).not.toContain(key);
    expect(await isUp(first)).toBe(true);
    printed = '';
    const second = await start();
    expect(printed).toBe('');
    expect(second.secret.hashOf(key)).toEqual(first.secret.hashOf(key));
    expect(stores.keys.rows).toHaveLength(1);
  });

  it('goes on with the key that an earlier start had written down and not kept', async () => {
    const key = `sk_${'e'.repeat(43)}`;
    writeFileSync(join(folder, 'admin.key'), `${key}\n`);
    const { secret } = await start();
    expect(printed).toContain(key);
    expect(stores.keys.rows[0]?.hash).toEqual(secret.hashOf(key));
  });

  it('makes another one where the last admin has none, and not the one that was revoked', async () => {
    await start();
    const revoked = file('admin.key');
    await stores.keys.revoke(stores.keys.rows[0]?.id ?? '');
    await start();
    expect(file('admin.key')).not.toBe(revoked);
    expect(printed).toContain(file('admin.key'));
    expect(stores.keys.rows).toHaveLength(2);
  });

  it('makes another one where the last admin was erased, and not the one that went with it', async () => {
    await start();
    const erased = file('admin.key');
    await stores.keys.removeSubject('admin');
    const { secret } = await start();
    expect(file('admin.key')).not.toBe(erased);
    expect(stores.keys.rows.map(({ hash }) => hash)).toEqual([secret.hashOf(file('admin.key'))]);
  });

  it('takes the key that it is given, once, and prints none', async () => {
    const adminKey = `sk_${'g'.repeat(43)}`;
    const { secret } = await start({ adminKey });
    await start({ adminKey });
    expect(stores.keys.rows).toEqual([expect.objectContaining({ role: 'admin', hash: secret.hashOf(adminKey) })]);
    expect(printed).toBe('');
    expect(existsSync(join(folder, 'admin.key'))).toBe(false);
  });

  it('leaves the key that it is given revoked, and says so', async () => {
    const adminKey = `sk_${'g'.repeat(43)}`;
    await start({ adminKey });
    await stores.keys.revoke(stores.keys.rows[0]?.id ?? '');
    await start({ adminKey });
    expect(stores.keys.rows).toHaveLength(1);
    expect(warned).toEqual([{ msg: 'ADMIN_KEY is revoked, and stays so' }]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['another AUTH_SECRET', () => start({ authSecret: 'o'.repeat(32) })],
    ['another folder', () => start({}, mkdtempSync(join(folder, 'other-')))],
  ])('refuses with %s than the keys were made with', async (_what, again) => {
    await start();
    await expect(again()).rejects.toThrow(OtherSecretError);
    await expect(again()).rejects.toThrow(/made with another secret than this process has; set AUTH_SECRET/);
  });

  it('makes no secret in a folder that is not that of the installation', async () => {
    await start();
    const other = mkdtempSync(join(folder, 'other-'));
    await start({}, other).catch(() => undefined);
    expect(existsSync(join(other, 'auth.secret'))).toBe(false);
  });

  it('does not start where a key could not be kept for who runs it', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(start({}, join(folder, 'file'))).rejects.toThrow(/ENOTDIR|EEXIST/);
    expect(stores.keys.rows).toEqual([]);
  });

  it('makes no key where nobody is asked, and says that aloud', async () => {
    expect(await isUp(await start({ authMode: 'off' }))).toBe(true);
    expect(stores.keys.rows).toEqual([]);
    expect(warned).toEqual([{ msg: expect.stringMatching(/^AUTH_MODE=off: nobody is asked who they are/) as string, host: '127.0.0.1' }]);
  });

  it('waits for a database that comes later, and is not ready until then', async () => {
    const arrival = Promise.withResolvers<undefined>();
    Object.assign(stores.keys, { isReady: false, ready: arrival.promise });
    const process = await start();
    expect(await isUp(process)).toBe(false);
    expect(() => process.secret.hashOf('a')).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }) as Error);
    arrival.resolve(undefined);
    while (!(await isUp(process))) await new Promise((wake) => setImmediate(wake));
    expect(printed).toContain(file('admin.key'));
  });

  it('is never ready with a database that came later and is of another secret', async () => {
    await start();
    const arrival = Promise.withResolvers<undefined>();
    Object.assign(stores.keys, { isReady: false, ready: arrival.promise });
    const process = await start({ authSecret: 'o'.repeat(32) });
    arrival.resolve(undefined);
    while (warned.length === 0) await new Promise((wake) => setImmediate(wake));
    expect(warned).toEqual([{ msg: 'Keys cannot be checked', err: expect.any(OtherSecretError) as Error }]);
    expect(await isUp(process)).toBe(false);
    expect(() => process.secret.hashOf('a')).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }) as Error);
  });

  it('tries again where the database goes away meanwhile', async () => {
    stores.keys.fault = new ServiceError('UNAVAILABLE', 'The database is not there; try again later');
    const process = await start();
    expect(await isUp(process)).toBe(false);
    stores.keys.fault = undefined;
    while (!(await isUp(process))) await new Promise((wake) => setTimeout(wake, 20));
    expect(printed).toContain(file('admin.key'));
  });
});
