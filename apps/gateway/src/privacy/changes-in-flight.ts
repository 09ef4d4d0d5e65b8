import { ServiceError } from '@sigmalang/contracts';
import { currentRequest, unlessCancelled } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** Knows which owners are being written for: what was let in before their keys went may come after an erasure else. */
@Injectable()
export class ChangesInFlight {
  private readonly counts = new Map<string, number>();
  private readonly waiting = new Map<string, (() => void)[]>();

  /** Counts a change that begins; what it returns counts its end, once. */
  begin(owner: string): () => void {
    this.counts.set(owner, (this.counts.get(owner) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = (this.counts.get(owner) ?? 1) - 1;
      if (left > 0) this.counts.set(owner, left);
      else this.ended(owner);
    };
  }

  /** Resolves when nothing is written for an owner; rejects with TIMEOUT or CANCELLED where the request does not wait for that. */
  async drained(owner: string): Promise<void> {
    if (!this.counts.has(owner)) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.waiting.set(owner, [...(this.waiting.get(owner) ?? []), () => { resolve(undefined); }]);
    const context = currentRequest();
    if (!context) return promise.then(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => { reject(new ServiceError('TIMEOUT', 'Something is still being written for this owner')); }, Math.max(0, context.deadline - performance.now()));
    });
    try {
      await unlessCancelled(Promise.race([promise, late]), context.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  private ended(owner: string): void {
    this.counts.delete(owner);
    for (const tell of this.waiting.get(owner) ?? []) tell();
    this.waiting.delete(owner);
  }
}

/** Counts the requests that write, by their owners, from before their bodies are read until they are answered or their callers gone. */
export function trackChanges(fastify: FastifyInstance, changes: ChangesInFlight): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { caller, routeOptions } = request;
    const { permission } = routeOptions.config;
    const isChange = permission === 'search:write' || permission === 'patterns:write' || permission === 'jobs' || permission === 'stream';
    // Not by `onResponse`, which does not come where the caller went.
    if (isChange && caller.kind === 'known') reply.raw.once('close', changes.begin(caller.identity.owner));
    done();
  });
}
