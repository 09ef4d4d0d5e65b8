import type { RoutePermission } from '@sigmalang/contracts';
import { Controller, Get, Res, ServiceUnavailableException } from '@nestjs/common';
import {
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { RouteConfig } from '@nestjs/platform-fastify';
import { availableParallelism, loadavg } from 'node:os';
import { BaseConfig } from '../config/base.config';
import { roomOf } from '../observability/data-disk';
import { HealthChecks, type HealthCheck } from './health-checks';
import { ProcessState } from './process-state';

/** Health is asked by who has no key. */
const PUBLIC = { permission: 'public', isHealth: true } as const;

interface Reply {
  status(code: number): unknown;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route asks of its caller. */
    permission?: RoutePermission;
    /** Whether it tells of health, which is asked most when there is least time. */
    isHealth?: boolean;
  }
}

/** Says whether the process lives, whether it takes requests, and how what it depends on fares. */
@Controller()
export class HealthController {
  constructor(
    private readonly terminus: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly checks: HealthChecks,
    private readonly state: ProcessState,
    private readonly config: BaseConfig,
  ) {}

  /** The process answers. */
  @Get('health/live')
  @RouteConfig(PUBLIC)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** The process takes requests; 503 while it starts, stops, or misses what it needs. */
  @Get(['health/ready', 'ready'])
  @RouteConfig(PUBLIC)
  ready(@Res({ passthrough: true }) reply: Reply): Promise<HealthCheckResult> {
    return this.run(reply, this.checks.list(true));
  }

  /** Everything the process depends on, with latency, and its use of CPU, memory and disk. */
  @Get('health')
  @RouteConfig(PUBLIC)
  health(@Res({ passthrough: true }) reply: Reply): Promise<HealthCheckResult> {
    return this.run(reply, [
      ...this.checks.list(false),
      ['cpu', () => ({ loadPerCore: loadavg().map((load) => round(load / availableParallelism())) })],
      ['memory', () => ({ rssBytes: process.memoryUsage.rss(), heapUsedBytes: process.memoryUsage().heapUsed })],
      ['disk', async () => ({ ...(await roomOf(this.config.dataDir)) })],
    ]);
  }

  private async run(reply: Reply, checks: [string, HealthCheck][]): Promise<HealthCheckResult> {
    const state = (): HealthIndicatorResult => {
      const indicator = this.indicators.check('process');
      const phase = { phase: this.state.name };
      return this.state.ready ? indicator.up(phase) : indicator.down(phase);
    };
    try {
      return await this.terminus.check([state, ...checks.map(([name, check]) => () => this.indicate(name, check))]);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      reply.status(503);
      return error.getResponse() as HealthCheckResult;
    }
  }

  private async indicate(name: string, check: HealthCheck): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(name);
    const started = performance.now();
    try {
      const details = await check();
      return indicator.up({ latencyMs: round(performance.now() - started), ...details });
    } catch {
      return indicator.down({ latencyMs: round(performance.now() - started) });
    }
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
