import type { BaseConfig } from '@sigmalang/runtime';
import { Logger } from '@nestjs/common';
import type { FastifyHttpOptions } from 'fastify';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { LimitsConfig } from './limits.config';
import { limitsMetrics, measuredServers } from './limits-metrics';

/** How often connections are looked at, in milliseconds. */
const LOOK_MS = 500;

/** What a client must read at least, in bytes a second. */
const SLOWEST_READER = 65_536;

/** The times that a server gives its clients: for the head of a request, for all of it, for the next one. */
export function serverTimes({ requestTimeoutMs }: BaseConfig, { headersTimeoutMs, keepAliveTimeoutMs }: LimitsConfig) {
  return {
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: { headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs), connectionsCheckingInterval: LOOK_MS },
  } satisfies FastifyHttpOptions<Server>;
}

/** Bounds how many connections a server has, and ends those whose client reads its replies too slowly. */
export function limitConnections(server: Server, { maxConnections, slowReaderTimeoutMs }: LimitsConfig): void {
  const logger = new Logger('Connections');
  const readers = new SlowReaders(slowReaderTimeoutMs);
  server.maxConnections = maxConnections;
  let isTold = false;
  const count = (): number => readers.count;
  measuredServers.set(count, maxConnections);
  server.on('drop', () => {
    limitsMetrics.connectionsRefused.inc();
    if (!isTold) logger.warn({ msg: 'There are as many connections as there may be; more are closed', maxConnections });
    isTold = true;
  });
  server.on('connection', (socket: Socket) => { readers.watch(socket); });
  const timer = setInterval(() => {
    readers.look(performance.now());
    if (readers.count < maxConnections / 2) isTold = false;
  }, LOOK_MS).unref();
  server.once('close', () => {
    clearInterval(timer);
    measuredServers.delete(count);
  });
}

/** As much of a connection as is needed to see how fast the other side reads. */
export interface Reader {
  readonly bytesWritten: number;
  readonly writableLength: number;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** Ends connections whose other side reads slower than 64 KiB a second for longer than a time beside. */
export class SlowReaders {
  /** Since when each has had something to read, and how much it had been sent by then. */
  private readonly waiting = new Map<Reader, { since: number; sent: number } | undefined>();

  /** @param timeoutMs the time beside, in milliseconds */
  constructor(private readonly timeoutMs: number) {}

  /** Connections that are looked at. */
  get count(): number {
    return this.waiting.size;
  }

  /** Looks at a connection from now on, until it closes. */
  watch(socket: Reader): void {
    this.waiting.set(socket, undefined);
    socket.once('close', () => { this.waiting.delete(socket); });
  }

  /** Looks at all connections; at a time in milliseconds. */
  look(now: number): void {
    for (const [socket, wait] of this.waiting) {
      if (socket.writableLength === 0) this.waiting.set(socket, undefined);
      else if (!wait) this.waiting.set(socket, { since: now, sent: socket.bytesWritten - socket.writableLength });
      else {
        const mayTakeMs = this.timeoutMs + ((socket.bytesWritten - wait.sent) / SLOWEST_READER) * 1_000;
        if (now - wait.since > mayTakeMs) socket.destroy();
      }
    }
  }
}
