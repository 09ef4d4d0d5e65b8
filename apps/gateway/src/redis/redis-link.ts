import { type HealthChecks, outsideRequests } from '@sigmalang/runtime';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis, RedisOptions } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisConfig } from './redis.config';
import { TracedRedis } from './traced-redis';

const RECONNECT_MS = 250;
const CONNECT_MS = 5_000;
const DEFAULT_PORT = 6379;

/** How soon another connection is opened again because the server only lets read, and how soon a refusal is logged again. */
const READONLY_MS = 5_000;
const REFUSAL_MS = 60_000;

/** Pings that a connection may leave unanswered before another is opened. */
const MOST_PINGS = 8;

/** Why a command to Redis has no answer: there is no Redis, it is away, it takes too long, or it refuses. */
export class RedisAwayError extends Error {
  override readonly name = 'RedisAwayError';
}

/**
 * The one connection of a gateway to Redis: connects in the background and for ever, and knows whether it is up. No command waits for
 * a connection. After one that was not answered in time none is sent until a ping is.
 */
export class RedisLink implements OnApplicationShutdown {
  private readonly logger = new Logger('Redis');
  private readonly redis: Redis | undefined;
  private isAnswering = false;
  private isTold = false;
  private isProbing = false;
  private turnedAwayAt = -Infinity;
  /** When a refusal was logged, by its code. */
  private readonly refusals = new Map<string, number>();

  /** Begins to connect, if the settings name a Redis. */
  constructor({ redisUrl, redisTimeoutMs }: RedisConfig, checks?: HealthChecks) {
    if (redisUrl === undefined) return;
    const redis = new TracedRedis({
      ...readUrl(redisUrl),
      commandTimeout: redisTimeoutMs,
      connectTimeout: CONNECT_MS,
      connectionName: 'sigmalang-gateway',
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => RECONNECT_MS,
      reconnectOnError: ({ message }) => this.isOfReplica(message),
    });
    redis.on('error', (error) => { this.say(codeOf(error)); });
    redis.on('ready', () => { this.change(true); });
    redis.on('close', () => { this.change(false); });
    this.redis = redis;
    checks?.add('redis', () => this.check(), { neededForReady: false });
  }

  /** Whether the settings name a Redis. */
  get isConfigured(): boolean {
    return this.redis !== undefined;
  }

  /** Whether commands are sent to it. */
  get isUp(): boolean {
    return this.isAnswering;
  }

  /** Sends commands; rejects with a {@link RedisAwayError} when they have no answer within the time of the settings, though they may have been done. */
  async run<Result>(send: (redis: Redis) => Promise<Result>): Promise<Result> {
    const { redis } = this;
    if (!redis || !this.isAnswering) throw new RedisAwayError('Redis is away');
    try {
      return await send(redis);
    } catch (error) {
      const code = codeOf(error);
      if (isRefusal(error)) this.sayRefusal(code);
      else void outsideRequests(() => this.probe(redis)); // which goes on long after the request
      throw new RedisAwayError(`Redis did not answer (${code})`);
    }
  }

  /** Closes the connection. */
  onApplicationShutdown(): void {
    this.redis?.removeAllListeners('close');
    this.isAnswering = false;
    this.redis?.disconnect();
  }

  /** Sends nothing else until a ping is answered; opens another connection when none is for long. */
  private async probe(redis: Redis): Promise<void> {
    if (this.isProbing) return;
    this.isProbing = true;
    this.isAnswering = false;
    for (let pings = 0; redis.status === 'ready'; pings++) {
      if (await redis.ping().then(() => true, () => false)) {
        this.change(true);
        break;
      }
      this.change(false);
      if (pings === MOST_PINGS) redis.disconnect(true);
      await sleep(RECONNECT_MS, undefined, { ref: false });
    }
    this.isProbing = false;
  }

  private change(isAnswering: boolean): void {
    this.isAnswering = isAnswering;
    if (!isAnswering) this.say('no answer');
    else if (this.isTold) {
      this.isTold = false;
      this.logger.log('Redis answers again');
    }
  }

  /** Logs once an outage that it is one. */
  private say(reason: string): void {
    if (this.isTold) return;
    this.isTold = true;
    this.logger.warn({ msg: 'Redis is away; what gateways share is in memory until it answers', error: reason });
  }

  private sayRefusal(code: string): void {
    const now = performance.now();
    if (now - (this.refusals.get(code) ?? -Infinity) < REFUSAL_MS) return;
    this.refusals.set(code, now);
    this.logger.error({ msg: 'Redis refuses commands', error: code });
  }

  /** Whether to look for another server, since this one became a replica: its name may mean another by now. */
  private isOfReplica(refusal: string): boolean {
    const now = performance.now();
    if (!refusal.startsWith('READONLY') || now - this.turnedAwayAt < READONLY_MS) return false;
    this.turnedAwayAt = now;
    return true;
  }

  private async check(): Promise<Record<string, unknown>> {
    const started = performance.now();
    await this.run((redis) => redis.ping());
    return { latencyMs: Math.round((performance.now() - started) * 1_000) / 1_000 };
  }
}

/** Where a Redis is and how to get in, of its URL. */
function readUrl(url: string): Omit<RedisOptions, 'replyMapping'> {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? DEFAULT_PORT : Number(port),
    db: Number(pathname.slice(1)),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}

/** Whether Redis answered that it does not do what was asked. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

/** What went wrong, without what was sent: a code such as ECONNREFUSED or NOAUTH. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (isRefusal(error)) return /^[A-Z]+/.exec(error.message)?.[0] ?? error.name;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
