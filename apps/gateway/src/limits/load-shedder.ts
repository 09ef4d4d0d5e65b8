import type { OnApplicationShutdown } from '@nestjs/common';
import type { LimitsConfig } from './limits.config';

const TICK_MS = 50;
const TICKS_A_SECOND = 1_000 / TICK_MS;

/** Seconds of which the best tells what the process can do. */
const SECONDS = 5;

/** Refusals in a tick: who asks again as soon as refused would else take the time of those who are served. */
const REFUSALS_A_TICK = 50;

/** Refusals that wait for their tick; more go at once. */
const MOST_WAITING = 1_000;

/** Why a request is not taken: as many as can be done in time are being worked on, or the event loop turns too slowly. */
export const SHED_REASONS = ['in_flight', 'event_loop'] as const;

/** One of {@link SHED_REASONS}. */
export type ShedReason = (typeof SHED_REASONS)[number];

/**
 * Decides which requests are taken when there are more than can be done in time. As many may be in flight as are completed in the time
 * that one should take (Little's law: L = λ·W); where the event loop itself turns slower than that, the share of them that it can do.
 */
export class LoadShedder implements OnApplicationShutdown {
  /** Requests completed in each of the last seconds; the last one goes on. */
  private completed: number[] = [0];
  private ticks = 0;
  /** Requests whose body is read and that are not answered. */
  private working = 0;
  /** Requests taken since the last tick whose body is not read; later they are slow clients, which are no load. */
  private arriving = 0;
  private lagMs = 0;
  private credit = 0;
  private refusals = 0;
  private readonly waiting: (() => void)[] = [];
  private lastTick: number;
  private readonly timer: NodeJS.Timeout;

  /** @param now the time, in milliseconds, from whenever on */
  constructor(
    private readonly config: LimitsConfig,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lastTick = now();
    this.timer = setInterval(() => { this.tick(); }, TICK_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    for (const go of this.waiting.splice(0)) go();
  }

  /** Most requests that may be in flight; infinite where none are refused for their number. */
  get limit(): number {
    if (this.config.shedLatencyMs === 0) return Infinity;
    return Math.max(this.config.shedMinInFlight, Math.floor((Math.max(...this.completed) * this.config.shedLatencyMs) / 1_000));
  }

  /** Requests in flight, as far as they are load. */
  get inFlight(): number {
    return this.working + this.arriving;
  }

  /** Takes a request, or says why not. */
  admit(): { readonly refused: ShedReason } | { readonly request: AdmittedRequest } {
    const { shedLatencyMs, shedMinInFlight } = this.config;
    if (shedLatencyMs > 0 && this.inFlight >= shedMinInFlight) {
      if (this.inFlight >= this.limit) return { refused: 'in_flight' };
      if (this.lagMs > shedLatencyMs && !this.isWithinShare()) return { refused: 'event_loop' };
    }
    return { request: this.track() };
  }

  /** When a refusal may be told: at once where they are few, else in one of the next ticks. */
  refusalTime(): Promise<void> | undefined {
    if (this.refusals < REFUSALS_A_TICK || this.waiting.length >= MOST_WAITING) {
      this.refusals++;
      return undefined;
    }
    return new Promise((go) => this.waiting.push(go));
  }

  /** Looks at how late it is, which is how long the event loop took; called by a timer. */
  tick(): void {
    const now = this.now();
    this.lagMs = Math.max(0, now - this.lastTick - TICK_MS);
    this.lastTick = now;
    this.arriving = 0;
    const told = this.waiting.splice(0, REFUSALS_A_TICK);
    this.refusals = told.length;
    for (const go of told) go();
    this.ticks++;
    if (this.ticks % TICKS_A_SECOND === 0) this.completed = [...this.completed.slice(1 - SECONDS), 0];
  }

  /** Lets through that share of requests with which the event loop would be as fast as it should. */
  private isWithinShare(): boolean {
    this.credit += this.config.shedLatencyMs / this.lagMs;
    if (this.credit < 1) return false;
    this.credit -= 1;
    return true;
  }

  private track(): AdmittedRequest {
    const arrivedIn = this.ticks;
    let state: 'arriving' | 'working' | 'ended' = 'arriving';
    this.arriving++;
    const leave = (): void => {
      if (state === 'working') this.working--;
      else if (arrivedIn === this.ticks) this.arriving--;
    };
    return {
      begin: () => {
        if (state !== 'arriving') return;
        leave();
        state = 'working';
        this.working++;
      },
      end: (isDone) => {
        if (state === 'ended') return;
        leave();
        if (isDone && state === 'working') this.completed.push((this.completed.pop() ?? 0) + 1);
        state = 'ended';
      },
    };
  }
}

/** A request that was taken. */
export interface AdmittedRequest {
  /** Its body is read, and work begins. */
  begin(): void;
  /** It is over, answered or not; only the first call counts. */
  end(isAnswered: boolean): void;
}
