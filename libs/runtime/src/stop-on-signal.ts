import type { INestApplication, INestMicroservice } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger as Log } from 'pino';
import type { ProcessState } from './management/process-state';
import type { Tracing } from './observability/tracing';
import type { Messaging } from './transport/messaging';
import type { Workers } from './workers/workers';

const IDLE_CHECK_MS = 50;

/** How long callers may take to be told that their requests are given up, in milliseconds. */
const ABANDON_MS = 500;

/** What a process has to close. */
export interface Running {
  readonly app: INestApplication | INestMicroservice;
  readonly management: INestApplication;
  readonly messaging: Messaging;
  readonly workers: Workers;
  readonly tracing: Tracing;
  /** The public HTTP side, if there is one. */
  readonly connections: HttpConnections | undefined;
}

/** How long the parts of stopping take, in milliseconds. */
export interface StopTimes {
  /** For how long SIGTERM changes nothing but readiness and what replies say of their connections. */
  readonly delayMs: number;
  /** How long requests in flight may take after that. */
  readonly graceMs: number;
}

/** The connections of an HTTP server, each of which is told by its last reply that it was the last. */
export class HttpConnections {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket.once('close', () => this.sockets.delete(socket)));
    });
  }

  /** Looks after the connections of an application that does not listen yet: replies say `connection: close` from when the process stops. */
  static of(app: NestFastifyApplication, state: ProcessState): HttpConnections {
    const fastify = app.getHttpAdapter().getInstance();
    fastify.addHook('onSend', (_request, reply, payload, done) => {
      if (state.name === 'stopping') reply.header('connection', 'close');
      done(null, payload);
    });
    return new HttpConnections(fastify.server);
  }

  /** Takes no further connection; resolves when every request is answered and its connection closed. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const idle = setInterval(() => { this.closeUnused(); }, IDLE_CHECK_MS);
    await new Promise((resolve) => this.server.close(resolve));
    clearInterval(idle);
  }

  /** Ends what carries no request: one that was answered, or none as yet. */
  private closeUnused(): void {
    this.server.closeIdleConnections();
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}

/**
 * On SIGTERM or SIGINT: not ready at once; SIGTERM is followed by a time, ended by SIGINT, in which all goes on for who does not know it
 * yet; then no new requests, those in flight finish within the grace period or are given up, close, exit 0.
 */
export function stopOnSignal(running: Running, state: ProcessState, { delayMs, graceMs }: StopTimes, log: Log): void {
  const atOnce = new AbortController();
  const stop = async (signal: string): Promise<void> => {
    if (signal === 'SIGINT') atOnce.abort();
    if (state.name === 'stopping') return;
    const wasReady = state.ready;
    state.stopping();
    log.info({ signal }, 'stopping');
    if (wasReady) await sleep(delayMs, undefined, { signal: atOnce.signal }).catch(() => undefined);
    const grace = setTimeout(() => {
      log.warn({ graceMs }, 'requests were still in flight at the end of the grace period');
      const told = Promise.all([running.messaging.abandon().catch(() => undefined), running.tracing.close()]);
      void Promise.race([told, sleep(ABANDON_MS)]).then(() => process.exit(0));
    }, graceMs);
    await close(running, log);
    clearTimeout(grace);
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // What stands at the head of the bundle goes last: without any listener a signal that came since would be lost.
    const earlier = process.listeners(signal);
    process.on(signal, () => void stop(signal));
    for (const listener of earlier) process.off(signal, listener);
  }
}

/** Closes all, in the order in which one thing needs the next. */
async function close({ app, management, messaging, workers, tracing, connections }: Running, log: Log): Promise<void> {
  const idle = setInterval(() => { (management.getHttpServer() as Server).closeIdleConnections(); }, IDLE_CHECK_MS);
  try {
    await connections?.close(); // first: modules that are told of the end no longer do what requests need
    await app.close();
    await messaging.close();
    await workers.close();
    await tracing.close();
    await management.close();
  } catch (error) {
    log.error({ err: error }, 'closing failed');
  }
  clearInterval(idle);
}
