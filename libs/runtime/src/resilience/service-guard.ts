import { say, ServiceError } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { bulkhead, type BulkheadPolicy, circuitBreaker, type CircuitBreakerPolicy, CircuitState, CountBreaker, handleType } from 'cockatiel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResilienceConfig } from './resilience.config';
import { callsInProgress, resilienceMetrics, showFromStart } from './resilience-metrics';

/** More than half of the last 20 calls, of 10 at least, must have failed before a service seems away. */
const WINDOW = { size: 20, threshold: 0.5, minimumNumberOfCalls: 10 };

/** An answer that did not come within less than this says nothing of the service, in milliseconds. */
const TELLING_TIMEOUT_MS = 1_000;

/** In the place of an error that says that a service may be away. */
class AwayError extends Error {
  constructor(readonly failure: unknown) {
    super('The service may be away');
  }
}

/** Stands before the calls to one service: lets no more wait for it at once than may, and none while it is away. */
export class ServiceGuard {
  private readonly logger = new Logger('Calls');
  private readonly bulkhead: BulkheadPolicy;
  private readonly breaker: CircuitBreakerPolicy;
  private isAway = false;
  private isWatched = false;

  /**
   * @param service its name
   * @param ping asks it whether it is there; rejects when it is not
   */
  constructor(
    private readonly service: string,
    private readonly config: ResilienceConfig,
    private readonly ping: () => Promise<unknown>,
  ) {
    this.bulkhead = bulkhead(config.mostCallsPerService);
    // What is open is tried by `watch` alone, which has a clock of its own: that of the policy is the wall's, which may be set back.
    this.breaker = circuitBreaker(handleType(AwayError), { breaker: new CountBreaker(WINDOW), halfOpenAfter: -Infinity });
    showFromStart(service, config.mostCallsPerService);
    callsInProgress.set(service, () => config.mostCallsPerService - this.bulkhead.executionSlots);
  }

  /** Throws UNAVAILABLE where the next call is to be refused: the service is away, or as many calls wait for it as may. */
  admit(): void {
    if (this.isAway) throw new ServiceError('UNAVAILABLE', say`The service ${this.service} does not answer at the moment`);
    if (this.bulkhead.executionSlots > 0) return;
    resilienceMetrics.bulkheadRejections.inc({ service: this.service });
    throw new ServiceError('UNAVAILABLE', say`The service ${this.service} has as many requests as may wait for it: ask again later`);
  }

  /**
   * Makes a call that was admitted in the same turn, and fails as it does.
   *
   * @param timeoutMs how long the call may take, in milliseconds
   */
  run<Reply>(timeoutMs: number, send: () => Promise<Reply>): Promise<Reply> {
    return this.bulkhead.execute(() => (this.breaker.state === CircuitState.Closed ? this.observe(timeoutMs, send) : send()));
  }

  private async observe<Reply>(timeoutMs: number, send: () => Promise<Reply>): Promise<Reply> {
    try {
      return await this.breaker.execute(async () => {
        try {
          return await send();
        } catch (error) {
          throw mayBeAway(error, timeoutMs) ? new AwayError(error) : error;
        }
      });
    } catch (error) {
      if (!(error instanceof AwayError)) throw error;
      if (this.breaker.state === CircuitState.Open) void this.watch();
      throw error.failure;
    }
  }

  /** Asks a service that seems away whether it is, until it answers; calls go on until it did not. */
  private async watch(): Promise<void> {
    if (this.isWatched) return; // calls that were in flight when the first of them failed fail together
    this.isWatched = true;
    while (!(await this.answers())) {
      if (!this.isAway) this.change(true);
      await sleep(this.config.breakerPingMs, undefined, { ref: false });
    }
    this.isWatched = false;
    if (this.isAway) this.change(false);
  }

  /** Whether a ping is answered, which closes the breaker. */
  private async answers(): Promise<boolean> {
    const ping = async (): Promise<void> => {
      await this.ping().catch((error: unknown) => {
        throw new AwayError(error); // any other error would count as an answer
      });
    };
    return this.breaker.execute(ping).then(
      () => true,
      () => false,
    );
  }

  private change(isAway: boolean): void {
    this.isAway = isAway;
    resilienceMetrics.breakerOpen.set({ service: this.service }, isAway ? 1 : 0);
    const { service } = this;
    if (isAway) this.logger.warn({ msg: 'A service is away: calls to it are refused until it answers', service });
    else this.logger.log({ msg: 'A service is back', service });
  }
}

/** Whether a call failed as it does where nobody is there: not by an answer, and not by a time too short to tell. */
function mayBeAway(error: unknown, timeoutMs: number): boolean {
  if (!(error instanceof ServiceError) || error.received) return false;
  return error.code === 'UNAVAILABLE' || (error.code === 'TIMEOUT' && timeoutMs >= TELLING_TIMEOUT_MS);
}
