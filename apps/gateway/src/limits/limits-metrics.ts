import { METRICS } from '@sigmalang/contracts';
import { Counter, Gauge } from 'prom-client';
import { SHED_REASONS } from './load-shedder';
import { BUCKET_KINDS } from './token-bucket';

/** What counts requests together with other gateways, as long as it can. */
export const sharedLimits = new Set<{ readonly isAlone: boolean }>();

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
  shed: new Counter({
    name: METRICS.requestsShed,
    help: 'Requests refused before any work because they would have waited too long',
    labelNames: ['reason'],
  }),
};

// What has not happened yet is 0, so that its first time is seen as growth.
for (const kind of BUCKET_KINDS) limitsMetrics.rejections.inc({ kind }, 0);
for (const reason of SHED_REASONS) limitsMetrics.shed.inc({ reason }, 0);
