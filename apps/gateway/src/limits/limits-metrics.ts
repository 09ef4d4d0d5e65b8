import { METRICS } from '@sigmalang/contracts';
import { Counter, Gauge } from 'prom-client';
import { SHED_REASONS } from './load-shedder';
import { BUCKET_KINDS } from './token-bucket';

/** What counts requests together with other gateways, as long as it can. */
export const sharedLimits = new Set<{ readonly isAlone: boolean }>();

/** What decides which requests are taken. */
export const measuredShedders = new Set<{ readonly inFlight: number; readonly limit: number }>();

/** By what counts the connections of a server: how many it may have. */
export const measuredServers = new Map<() => number, number>();

/** What is measured of requests that are not let in. */
export const limitsMetrics = {
  rejections: new Counter({
    name: METRICS.rateLimitRejections,
    help: 'Requests refused because their caller asks too often, by whose bucket was empty: that of a key or of an address',
    labelNames: ['kind'],
  }),
  inMemory: new Gauge({
    name: METRICS.rateLimitInMemory,
    help: 'Whether each gateway counts for itself (1) because the Redis in which they would count together is away, or refuses to',
    collect() {
      this.set([...sharedLimits].some(({ isAlone }) => isAlone) ? 1 : 0);
    },
  }),
  admitted: new Gauge({
    name: METRICS.requestsAdmitted,
    help: 'Requests that were taken and are not answered, as far as they are load; those about health are none',
    collect() {
      this.set([...measuredShedders].reduce((sum, { inFlight }) => sum + inFlight, 0));
    },
  }),
  admittedLimit: new Gauge({
    name: METRICS.requestsAdmittedLimit,
    help: 'Requests that may be taken at once, by how many were completed in the last seconds; +Inf where none are refused for their number',
    collect() {
      this.set([...measuredShedders].reduce((sum, { limit }) => sum + limit, 0));
    },
  }),
  connections: new Gauge({
    name: METRICS.connections,
    help: 'Connections of clients that are open',
    collect() {
      this.set([...measuredServers.keys()].reduce((sum, count) => sum + count(), 0));
    },
  }),
  connectionsLimit: new Gauge({
    name: METRICS.connectionsLimit,
    help: 'Connections of clients that may be open at once',
    collect() {
      this.set([...measuredServers.values()].reduce((sum, most) => sum + most, 0));
    },
  }),
  connectionsRefused: new Counter({
    name: METRICS.connectionsRefused,
    help: 'Connections of clients that were closed at once because as many as may be were open',
  }),
  shed: new Counter({
    name: METRICS.requestsShed,
    help: 'Requests refused before any work because they would have waited too long',
    labelNames: ['reason'],
  }),
};

// What has not happened yet is 0, so that its first time is seen as growth.
for (const kind of BUCKET_KINDS) limitsMetrics.rejections.inc({ kind }, 0);
for (const reason of SHED_REASONS) limitsMetrics.shed.inc({ reason }, 0);
