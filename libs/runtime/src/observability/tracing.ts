import { setTimeout as sleep } from 'node:timers/promises';
import { traceWith } from './spans';
import { type TracingConfig, tracesUrl } from './tracing.config';

/** How long the collector may take for what is left when the process ends, in milliseconds. */
const FLUSH_MS = 2_000;

/** The tracing of a process. */
export interface Tracing {
  /** Sends what waits to be sent, for as long as that may take; never rejects. */
  close(): Promise<void>;
}

/** Begins to trace, if the settings name a collector; what makes and sends spans is loaded only then. */
export async function openTracing(app: string, config: TracingConfig): Promise<Tracing> {
  const url = tracesUrl(config);
  if (url === undefined) return { close: () => Promise.resolve() };
  const { OpenTelemetry } = await import('./open-telemetry');
  const openTelemetry = new OpenTelemetry(app, config, url);
  traceWith(openTelemetry);
  return {
    close: async () => {
      traceWith(undefined);
      await Promise.race([openTelemetry.close().catch(() => undefined), sleep(FLUSH_MS, undefined, { ref: false })]);
    },
  };
}
