import { ServiceError } from '@sigmalang/contracts';
import { BaseConfig, type RequestContext, unlessCancelled } from '@sigmalang/runtime';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { version } from '@sigmalang/package';
import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import { CacheConfig } from './cache.config';
import { cacheMetrics, measuredMemories } from './cache-metrics';
import { canonicalJson } from './canonical-json';
import type { KeptReply } from './kept-reply';
import { ModelVersions } from './model-versions';
import { SharedReplies } from './shared-replies';

/** Bytes that a kept reply takes beside its own. */
const ENTRY_BYTES = 512;

/** Why others who wait for a reply wait in vain: it failed, or the one who asked for it gave up, which says nothing to them. */
export type Failure = 'failed' | 'given up';

/** A reply that has to be computed. */
export interface Computation {
  /** Gives the reply to all who wait for it, and keeps it where asked to. */
  finish(reply: KeptReply, isToKeep: boolean): void;
  /** Lets those who wait go on without it; does nothing once it is finished. */
  fail(failure: Failure): void;
}

/** The time that a caller has. */
type Patience = Pick<RequestContext, 'signal' | 'deadline'>;

/** A reply that one request computes, and others may wait for. */
class Flight {
  private readonly ending = Promise.withResolvers<KeptReply | Failure>();
  readonly ended = this.ending.promise;

  end(result: KeptReply | Failure): void {
    this.ending.resolve(result);
  }
}

/** Keeps computed replies: in the memory of this process, and in Redis where gateways share one. */
@Injectable()
export class ReplyCache implements OnApplicationShutdown {
  /** Whether what is asked now is computed anew, and not kept; asked within the context of the request. */
  isBypassed: () => boolean | Promise<boolean> = () => false;

  private readonly memory: LRUCache<string, KeptReply>;
  private readonly flights = new Map<string, Flight>();
  private currentEpoch = 0;
  private clearings = 0;

  constructor(
    private readonly config: CacheConfig,
    private readonly base: BaseConfig,
    private readonly models: ModelVersions,
    private readonly shared: SharedReplies,
  ) {
    const { cacheMemoryBytes, cacheEntryBytes, cacheTtl } = config;
    this.memory = new LRUCache({
      maxSize: cacheMemoryBytes,
      maxEntrySize: Math.min(cacheMemoryBytes, cacheEntryBytes + ENTRY_BYTES),
      sizeCalculation: ({ bytes }) => bytes.byteLength + ENTRY_BYTES,
      ttl: cacheTtl * 1_000,
    });
    measuredMemories.add(this.memory);
  }

  onApplicationShutdown(): void {
    measuredMemories.delete(this.memory);
  }

  /** Whether replies are kept at all. */
  get isEnabled(): boolean {
    return this.config.cacheEnabled;
  }

  /** How long a reply is kept, in seconds. */
  get maxAge(): number {
    return this.config.cacheTtl;
  }

  /** Largest body of a request whose reply is kept, in bytes. */
  get mostBytes(): number {
    return this.config.cacheEntryBytes;
  }

  /** How often what was kept has been given up, everywhere in this installation: replies of another epoch are not found. */
  get epoch(): number {
    return this.currentEpoch;
  }

  set epoch(epoch: number) {
    if (epoch === this.currentEpoch) return;
    this.currentEpoch = epoch;
    this.clearMemory();
  }

  /** The key of the reply to a request: undefined where none is kept, since it is nested too deep or the models are not known. */
  keyOf(route: string, body: unknown): string | undefined {
    const { ids } = this.models;
    const request = ids && canonicalJson(body);
    if (request === undefined) return undefined;
    return hash('sha256', `${JSON.stringify([version, this.base.build, this.currentEpoch, ids, route])}\n${request}`, 'base64url');
  }

  /**
   * The reply of a key, or its computation where it has to be computed. Waits for another request that already computes it. Throws
   * CANCELLED and TIMEOUT when the caller is gone or waits no longer.
   */
  async find(key: string, patience: Patience): Promise<KeptReply | Computation> {
    for (;;) {
      const kept = this.memory.get(key);
      if (kept) return hit('memory', kept);
      const flight = this.flights.get(key);
      if (!flight) return this.take(key, patience);
      const end = await inTime(flight.ended, patience);
      if (typeof end === 'object') return hit('flight', end);
      if (end === 'failed') return this.compute(key);
    }
  }

  /** A computation that nobody waits for, of a reply that is not looked for. */
  anew(key: string): Computation {
    return this.begin(key, undefined);
  }

  /** Forgets every reply, of every gateway that shares the Redis of this one; what others have in memory they forget with the next epoch. Throws UNAVAILABLE where Redis is away. */
  async clear(): Promise<void> {
    this.clearMemory();
    await this.shared.clear();
  }

  /** Looks for the reply in Redis while others wait. */
  private async take(key: string, { signal }: Patience): Promise<KeptReply | Computation> {
    const flight = new Flight();
    this.flights.set(key, flight);
    const { clearings } = this;
    const found = await this.shared.get(key);
    if (!found) {
      const computation = this.compute(key, flight);
      const giveUp = (): void => { computation.fail('given up'); };
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp, { once: true });
      return computation;
    }
    if (clearings === this.clearings) this.memory.set(key, found.reply, { ttl: found.ttlMs });
    this.land(key, flight, found.reply);
    return hit('redis', found.reply);
  }

  private compute(key: string, flight?: Flight): Computation {
    cacheMetrics.misses.inc();
    return this.begin(key, flight);
  }

  private begin(key: string, flight: Flight | undefined): Computation {
    const { clearings } = this;
    return {
      finish: (reply, isToKeep) => {
        if (isToKeep && clearings === this.clearings) this.keep(key, reply);
        this.land(key, flight, reply);
      },
      fail: (failure) => { this.land(key, flight, failure); },
    };
  }

  private keep(key: string, reply: KeptReply): void {
    if (reply.bytes.byteLength > this.config.cacheEntryBytes) return;
    this.memory.set(key, reply);
    this.shared.set(key, reply);
  }

  private land(key: string, flight: Flight | undefined, result: KeptReply | Failure): void {
    if (!flight) return;
    if (this.flights.get(key) === flight) this.flights.delete(key);
    flight.end(result);
  }

  private clearMemory(): void {
    this.clearings++;
    this.flights.clear();
    this.memory.clear();
  }
}

function hit(level: 'memory' | 'redis' | 'flight', reply: KeptReply): KeptReply {
  cacheMetrics.hits.inc({ level });
  return reply;
}

async function inTime<Result>(work: Promise<Result>, { signal, deadline }: Patience): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => { late.reject(new ServiceError('TIMEOUT', 'The time of the request was over')); }, deadline - performance.now());
  try {
    return await unlessCancelled(Promise.race([work, late.promise]), signal);
  } finally {
    clearTimeout(timer);
  }
}

