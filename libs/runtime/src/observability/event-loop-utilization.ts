import { METRICS } from '@sigmalang/contracts';
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { Gauge } from 'prom-client';

/** How often the event loop is looked at, in milliseconds. */
const SAMPLE_MS = 5_000;

/** Samples that are kept: a reading tells of the last 15 to 20 seconds, and of less in a process that is younger. */
const SAMPLES = 4;

const NOTHING: EventLoopUtilization = { idle: 0, active: 0, utilization: 0 };

/**
 * Tells which share of the last seconds the event loop worked. It samples by its own clock: what is told since the last scrape is wrong
 * where two Prometheus servers scrape, since each ends the other's interval.
 */
export class EventLoopShare {
  private readonly samples: EventLoopUtilization[] = [NOTHING];

  /** @param read the event loop's time since its start, as `performance.eventLoopUtilization` counts it */
  constructor(private readonly read: () => EventLoopUtilization = () => performance.eventLoopUtilization()) {}

  /** Takes a sample; called by a timer. */
  sample(): void {
    this.samples.push(this.read());
    if (this.samples.length > SAMPLES) this.samples.shift();
  }

  /** The share, from 0 (idle) to 1, since the oldest sample that is kept. */
  get value(): number {
    const oldest = this.samples[0] ?? NOTHING;
    const now = this.read();
    const active = now.active - oldest.active;
    const total = active + now.idle - oldest.idle;
    return total > 0 ? active / total : 0;
  }
}

/** Exports the utilization of the event loop of this process. */
export function exportEventLoopUtilization(): void {
  const share = new EventLoopShare();
  setInterval(() => { share.sample(); }, SAMPLE_MS).unref();
  new Gauge({
    name: METRICS.eventLoopUtilization,
    help: 'Share of the last 15 to 20 seconds that the event loop worked, from 0 to 1; the same for each that scrapes',
    collect() {
      this.set(share.value);
    },
  });
}
