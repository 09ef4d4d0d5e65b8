import { outsideRequests, ProcessState } from '@sigmalang/runtime';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { asGateway } from '../own-requests';
import { CacheConfig } from './cache.config';
import { ModelVersions } from './model-versions';

const RETRY_MS = 500;
const MOST_RETRIES = 60;

/** Lines that the log names as faulty. */
const NAMED_LINES = 10;

/** What became of a line of the file. */
type Outcome = 'kept' | 'malformed' | 'not computed' | `status ${number}`;

/** Computes the replies to the requests of a file when the gateway has started, so that those who ask for them first find them. */
@Injectable()
export class CacheWarmUp implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Cache');
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: CacheConfig,
    private readonly models: ModelVersions,
    private readonly state: ProcessState,
    private readonly host: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    const { cacheEnabled, cacheWarmupFile } = this.config;
    if (!cacheEnabled || cacheWarmupFile === undefined) return;
    outsideRequests(() => this.warm(cacheWarmupFile)).catch((error: unknown) => {
      if (!this.stopping.signal.aborted) this.logger.error({ msg: 'The cache was not warmed up', error: codeOf(error) });
    });
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  private async warm(file: string): Promise<void> {
    while (!this.state.ready || !this.models.ids) await this.pause();
    const outcomes = new Map<Outcome, number>();
    const faulty: number[] = [];
    for (const [i, text] of (await readFile(file, 'utf8')).split('\n').entries()) {
      if (text.trim() === '') continue;
      const outcome = await this.compute(text);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (outcome !== 'kept' && faulty.length < NAMED_LINES) faulty.push(i + 1);
    }
    const { kept = 0, ...faults } = Object.fromEntries(outcomes);
    if (faulty.length > 0) this.logger.warn({ msg: 'The cache is warm, but for faulty lines', replies: kept, faults, lines: faulty });
    else this.logger.log({ msg: 'The cache is warm', replies: kept });
  }

  /** Asks for what a line says, again while a service is not there yet. */
  private async compute(text: string): Promise<Outcome> {
    const request = readLine(text);
    if (!request) return 'malformed';
    for (let retries = 0; ; retries++) {
      this.stopping.signal.throwIfAborted();
      const { statusCode, headers } = await this.ask(request.path, request.body);
      if (statusCode === 200) return headers['x-cache'] === undefined ? 'not computed' : 'kept';
      if (statusCode < 500 || retries === MOST_RETRIES) return `status ${statusCode}`;
      await this.pause();
    }
  }

  private ask(url: string, body: object) {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    // It is sent when it is waited for, which has to be in there too.
    return asGateway(async () => await fastify.inject({ method: 'POST', url, headers: { 'content-type': 'application/json' }, payload: JSON.stringify(body) }));
  }

  private pause(): Promise<void> {
    return sleep(RETRY_MS, undefined, { signal: this.stopping.signal, ref: false });
  }
}

/** The request that a line asks for, if it is one. */
function readLine(text: string): { readonly path: string; readonly body: object } | undefined {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line !== 'object' || line === null || !('path' in line) || !('body' in line)) return undefined;
    const { path, body } = line;
    return typeof path === 'string' && path.startsWith('/') && typeof body === 'object' && body !== null ? { path, body } : undefined;
  } catch {
    return undefined;
  }
}

/** What went wrong, without what stands in the file. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
