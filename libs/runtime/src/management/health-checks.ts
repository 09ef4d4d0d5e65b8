import { METRICS } from '@sigmalang/contracts';
import { Gauge } from 'prom-client';

/** Looks at something that requests depend on; rejects when it is down, resolves with what is worth showing. */
export type HealthCheck = () => Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;

const CHECK_MS = 1_000;

/** The check, which fails when it takes longer than a second: a dependency that hangs is down. */
function inTime(check: HealthCheck): HealthCheck {
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => { reject(new Error('no answer in time')); }, CHECK_MS);
    });
    try {
      return await Promise.race([check(), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** What a process depends on; modules add their own checks, and readiness and `/health` run them. */
export class HealthChecks {
  private readonly checks = new Map<string, { readonly run: HealthCheck; readonly neededForReady: boolean }>();

  constructor() {
    const checks = this.checks;
    new Gauge({
      name: METRICS.healthCheckStatus,
      help: 'Whether what the process depends on is up (1) or down (0)',
      labelNames: ['check'],
      async collect() {
        const results = await Promise.allSettled([...checks.values()].map(async ({ run }) => run()));
        [...checks.keys()].forEach((check, i) => {
          this.set({ check }, results[i]?.status === 'fulfilled' ? 1 : 0);
        });
      },
    });
  }

  /**
   * Adds a check.
   *
   * @param neededForReady whether the process takes no requests while it is down; else it only shows in `/health`
   */
  add(name: string, run: HealthCheck, { neededForReady } = { neededForReady: true }): void {
    this.checks.set(name, { run: inTime(run), neededForReady });
  }

  /** The checks, by name; only those that readiness needs, if asked. */
  list(readyOnly: boolean): [string, HealthCheck][] {
    return [...this.checks]
      .filter(([, { neededForReady }]) => neededForReady || !readyOnly)
      .map(([name, { run }]) => [name, run]);
  }
}
