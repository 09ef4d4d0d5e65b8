import { SERVICES } from '@sigmalang/contracts';

/** The services behind the gateway, as a label `check` or `service` names them. */
export const ANY_SERVICE = SERVICES.join('|');

/** The processes of the installation, and no exporter. */
export const OUR_JOBS = `job=~"sigmalang-(gateway|${ANY_SERVICE}|standalone)"` as const;

/** Exporters, by the job that scrapes them; another Redis or PostgreSQL in the same Prometheus is none of ours. */
export const EXPORTERS = { redis: 'job="sigmalang-redis"', postgresql: 'job="sigmalang-postgresql"', node: 'job="sigmalang-node"' } as const;

/** What alerts about a single process are told apart by. */
export const BY_PROCESS = 'namespace, job, instance';
