import { METRICS } from '@sigmalang/contracts';
import { Counter, Gauge } from 'prom-client';
import type { NatsServerStatus } from './nats-server-status';

/** A NATS server as it was when it was asked. */
export interface SeenNatsServer {
  /** Its host and the port that was asked. */
  readonly server: string;
  /** Absent where it did not tell. */
  readonly status?: NatsServerStatus;
}

/** What asks NATS servers; metrics that are read together share one answer. */
export const watchedServers = new Set<{ look(): Promise<readonly SeenNatsServer[]> }>();

async function look(): Promise<SeenNatsServer[]> {
  return (await Promise.all([...watchedServers].map((servers) => servers.look()))).flat();
}

/** Those that answered. */
async function answers(): Promise<(NatsServerStatus & { readonly server: string })[]> {
  return (await look()).flatMap(({ server, status }) => (status ? [{ server, ...status }] : []));
}

function gauge(name: string, help: string, field: keyof NatsServerStatus): Gauge {
  return new Gauge({
    name,
    help,
    labelNames: ['server'],
    async collect() {
      const found = await answers();
      this.reset(); // of who does not answer nothing is known
      for (const { server, [field]: value } of found) this.set({ server }, value);
    },
  });
}

function counter(name: string, help: string, directions: Readonly<Record<'in' | 'out', keyof NatsServerStatus>>): Counter {
  return new Counter({
    name,
    help,
    labelNames: ['server', 'direction'],
    async collect() {
      const found = await answers();
      this.reset();
      for (const status of found) {
        for (const [direction, field] of Object.entries(directions)) this.inc({ server: status.server, direction }, status[field]);
      }
    },
  });
}

/** What NATS servers tell of themselves, read from them whenever it is asked for. */
export const natsServerMetrics = {
  up: new Gauge({
    name: METRICS.natsServerUp,
    help: 'Whether the monitoring port of a NATS server answers (1) or not (0), in which case nothing else is told of it',
    labelNames: ['server'],
    async collect() {
      const found = await look();
      this.reset();
      for (const { server, status } of found) this.set({ server }, status ? 1 : 0);
    },
  }),
  connections: gauge(METRICS.natsServerConnections, 'Clients that are connected to a NATS server', 'connections'),
  slowConsumers: new Counter({
    name: METRICS.natsServerSlowConsumers,
    help: 'Clients that a NATS server threw out since they read too slowly',
    labelNames: ['server'],
    async collect() {
      const found = await answers();
      this.reset();
      for (const { server, slow_consumers: count } of found) this.inc({ server }, count);
    },
  }),
  messages: counter(METRICS.natsServerMessages, 'Messages that a NATS server took in and gave out', { in: 'in_msgs', out: 'out_msgs' }),
  bytes: counter(METRICS.natsServerBytes, 'Bytes of the messages that a NATS server took in and gave out', { in: 'in_bytes', out: 'out_bytes' }),
  memory: gauge(METRICS.natsServerMemory, 'Bytes of memory that a NATS server takes', 'mem'),
  maxPayload: gauge(METRICS.natsServerMaxPayload, 'Bytes of the largest message that a NATS server takes', 'max_payload'),
};
