import { type RoutePermission, ServiceError } from '@sigmalang/contracts';
import { currentRequest, unlessCancelled } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Knows which owners are being written for: what was let in before their keys went may come after an erasure else. */
@Injectable()
export class ChangesInFlight {
  private readonly unfinished = new Map<string, Set<Promise<void>>>();

  /** Counts a change that begins, of an owner by a subject; what it returns counts its end, once. */
  begin(owner: string, subject = owner): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const change = promise.then(() => undefined);
    const people = [...new Set([owner, subject])];
    for (const each of people) this.unfinished.set(each, (this.unfinished.get(each) ?? new Set()).add(change));
    return () => {
      for (const each of people) this.end(each, change);
      resolve(undefined);
    };
  }

  /** Resolves when nothing is written any more that was begun before for an owner, or by it; rejects with TIMEOUT or CANCELLED where the request does not wait for that. */
  async drained(owner: string): Promise<void> {
    const changes = this.unfinished.get(owner);
    if (!changes) return;
    const promise = Promise.all(changes);
    const context = currentRequest();
    if (!context) {
      await promise;
      return;
    }
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

  private end(person: string, change: Promise<void>): void {
    const left = this.unfinished.get(person);
    left?.delete(change);
    if (left?.size === 0) this.unfinished.delete(person);
  }
}

const CHANGES: readonly unknown[] = ['search:write', 'patterns:write', 'jobs', 'stream'] satisfies RoutePermission[];

/**
 * Counts the requests that write, by their owners, from before their bodies are read until nothing more is done for them: also those whose callers
 * leave, which are never answered, so that `onResponse` does not tell.
 */
export function trackChanges(fastify: FastifyInstance, changes: ChangesInFlight): void {
  const ends = new WeakMap<FastifyRequest, () => void>();
  const begun = new WeakSet<FastifyRequest>();
  fastify.addHook('onRequest', (request, reply, done) => {
    const { caller, routeOptions } = request;
    if (caller.kind === 'known' && CHANGES.includes(routeOptions.config.permission)) {
      const end = changes.begin(caller.identity.owner, caller.identity.subject);
      ends.set(request, end);
      // Of a body that ends before anybody listens to it nothing is heard, and nothing is done with it.
      reply.raw.once('close', () => { if (!begun.has(request)) end(); });
    }
    done();
  });
  fastify.addHook('preHandler', (request, _reply, done) => {
    begun.add(request);
    done();
  });
  fastify.addHook('onSend', (request, _reply, payload, done) => {
    ends.get(request)?.();
    done(null, payload);
  });
}
