import { type Contract, ServiceError, serviceOf, SERVICES } from '@sigmalang/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfCancelled } from '../messages/cancellation';
import type { ResilienceConfig } from './resilience.config';
import { resilienceMetrics, showFromStart } from './resilience-metrics';
import { ServiceGuard } from './service-guard';

/** What bounds a call. */
interface CallBounds {
  /** When its caller stops waiting, in milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** Aborts when its caller is gone. */
  readonly signal?: AbortSignal | undefined;
}

/** Makes the calls of a process: each past the guard of its service, and again where no process took it. */
export class GuardedCalls {
  private readonly guards = new Map<string, ServiceGuard>();

  /** @param ping asks a service whether it is there; rejects when it is not */
  constructor(
    private readonly config: ResilienceConfig,
    private readonly ping: (service: string) => Promise<unknown>,
  ) {
    for (const service of SERVICES) showFromStart(service, config.mostCallsPerService);
  }

  /**
   * Makes a call; fails as it does, or with UNAVAILABLE where the guard refuses it. What no process took is asked again, after a random
   * pause, where the contract allows that and its time is not over by then.
   *
   * @param send makes the call, which may take so many milliseconds
   */
  async make<Reply>(
    { subject, isIdempotent }: Contract<object, object>,
    { deadline, signal }: CallBounds,
    send: (timeoutMs: number) => Promise<Reply>,
  ): Promise<Reply> {
    const service = serviceOf(subject);
    const guard = this.guardOf(service);
    for (let repetition = 0; ; repetition++) {
      guard.admit();
      const left = Math.max(1, deadline - performance.now());
      try {
        return await guard.run(left, () => send(left));
      } catch (error) {
        if (!isIdempotent || repetition >= this.config.callRetries || !isUntaken(error)) throw error;
        const pause = Math.random() * this.config.callRetryDelayMs * 2 ** repetition;
        if (performance.now() + pause >= deadline) throw error;
        await sleep(pause, undefined, { signal }).catch(() => { throwIfCancelled(signal); });
      }
      resilienceMetrics.retries.inc({ service });
    }
  }

  private guardOf(service: string): ServiceGuard {
    const known = this.guards.get(service);
    if (known) return known;
    const guard = new ServiceGuard(service, this.config, () => this.ping(service));
    this.guards.set(service, guard);
    return guard;
  }
}

/** Whether a call failed before any process took it: what a service replied says that one did. */
function isUntaken(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'UNAVAILABLE' && !error.received;
}
