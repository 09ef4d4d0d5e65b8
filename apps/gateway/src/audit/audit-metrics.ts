import { METRICS } from '@sigmalang/contracts';
import { Counter, Gauge } from 'prom-client';

/** What is measured of the audit. */
export const auditMetrics = {
  entries: new Counter({
    name: METRICS.auditEntries,
    help: 'Entries of the audit, by outcome: written, or lost (the database was away for too long)',
    labelNames: ['outcome'],
  }),
  pending: new Gauge({
    name: METRICS.auditPending,
    help: 'Entries of the audit that are not written yet',
  }),
};

for (const outcome of ['written', 'lost']) auditMetrics.entries.inc({ outcome }, 0); // so that there is a rate of each from the start
