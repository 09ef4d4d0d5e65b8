import { ServiceError } from '@sigmalang/contracts';
import { BaseConfig, HealthChecks } from '@sigmalang/runtime';
import { KeyStore, type NewKey } from '@sigmalang/storage';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuthSecret, fingerprintOf, prefixOf, randomKey } from './auth-secret';
import { API_KEY } from './credentials';
import { IdentityConfig } from './identity.config';
import { KeyChanges } from './key-changes';
import { readSecretFile, writeSecretFile } from './secret-file';

/** The subject of the keys that are there from the start. */
const FIRST_SUBJECT = 'admin';

/** How long to wait before a database that was away is asked again, in milliseconds. */
const RETRY_MS = 500;

/** The process must not check keys with a secret that they were not made with. */
export class OtherSecretError extends Error {
  override readonly name = 'OtherSecretError';

  constructor(file: string) {
    super(`The keys in the database were made with another secret than this process has; set AUTH_SECRET, or put into ${file}, what the other gateways of the installation have`);
  }
}

/** Sees to it at the start that keys can be checked and that somebody has one; says so where nobody is asked. */
@Injectable()
export class IdentityStart implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Identity');
  private readonly secretFile: string;
  private readonly keyFile: string;
  private isDone = false;
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: IdentityConfig,
    private readonly base: BaseConfig,
    private readonly keys: KeyStore,
    private readonly secret: AuthSecret,
    private readonly changes: KeyChanges,
    private readonly checks: HealthChecks,
  ) {
    this.secretFile = join(base.dataDir, 'auth.secret');
    this.keyFile = join(base.dataDir, 'admin.key');
  }

  /** Rejects where the settings do not fit the database; with a database that comes later only then it is known. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.config.authMode === 'off') this.warn();
    this.checks.add('identity', () => this.check());
    const isBegun = this.keys.isReady && (await this.begin().then(() => true, unlessPassing));
    if (!isBegun) void this.beginLater();
  }

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** As soon as the database is there. */
  private async beginLater(): Promise<void> {
    await this.keys.ready;
    for (;;) {
      try {
        if (await this.begin().then(() => true, unlessPassing)) return;
        await sleep(RETRY_MS, undefined, { signal: this.stopping.signal });
      } catch (error) {
        if (!this.stopping.signal.aborted) this.logger.error({ msg: 'Keys cannot be checked', err: error });
        return;
      }
    }
  }

  private async begin(): Promise<void> {
    await this.openSecret();
    await this.changes.start();
    if (this.config.authMode === 'required') await this.haveAdmin();
    this.isDone = true;
  }

  private warn(): void {
    const { host } = this.base;
    this.logger.warn({ msg: 'AUTH_MODE=off: nobody is asked who they are, and everyone who reaches the port is an admin', host });
  }

  private check(): Record<string, unknown> {
    if (!this.isDone) throw new Error('Keys cannot be checked yet');
    return { mode: this.config.authMode };
  }

  private async openSecret(): Promise<void> {
    let secret = this.config.authSecret;
    const held = await this.keys.secretFingerprint(async () => {
      secret ??= (await readSecretFile(this.secretFile)) ?? (await this.makeSecret());
      return fingerprintOf(secret);
    });
    secret ??= await readSecretFile(this.secretFile);
    if (secret === undefined || fingerprintOf(secret) !== held) throw new OtherSecretError(this.secretFile);
    this.secret.use(secret);
  }

  private async makeSecret(): Promise<string> {
    const secret = randomBytes(32).toString('base64url');
    await writeSecretFile(this.secretFile, secret);
    return secret;
  }

  private async haveAdmin(): Promise<void> {
    const { adminKey } = this.config;
    if (adminKey !== undefined) {
      const { revokedAt } = await this.keys.addOnce(this.adminsKey(adminKey, 'ADMIN_KEY'));
      if (revokedAt) this.logger.warn({ msg: 'ADMIN_KEY is revoked, and stays so' });
      return;
    }
    let key = '';
    const made = await this.keys.addFirstAdmin(async (isVeryFirst) => {
      // A process that ended before the very first key was kept has left it there; a later one may be of a key that was revoked, or erased.
      const earlier = isVeryFirst ? await readSecretFile(this.keyFile) : undefined;
      const isUsable = earlier !== undefined && API_KEY.test(earlier);
      key = isUsable ? earlier : randomKey();
      if (!isUsable) await writeSecretFile(this.keyFile, key);
      return this.adminsKey(key, 'first key');
    });
    if (made) this.announce(key);
  }

  private adminsKey(key: string, name: string): NewKey {
    return { id: randomUUID(), prefix: prefixOf(key), hash: this.secret.hashOf(key), name, subject: FIRST_SUBJECT, role: 'admin' };
  }

  /** Not in the log, which is kept and passed on. */
  private announce(key: string): void {
    process.stderr.write(`The first key of an admin, shown once and kept in ${this.keyFile}:\n\n  ${key}\n\nSend it in the header X-API-Key.\n`);
  }
}

/** False for a fault of the database that passes; throws every other one. */
function unlessPassing(error: unknown): false {
  if (error instanceof ServiceError && (error.code === 'UNAVAILABLE' || error.code === 'TIMEOUT')) return false;
  throw error;
}
