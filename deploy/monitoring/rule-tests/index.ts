import type { AlertTest } from './alert-test';
import { auditTests } from './audit';
import { callerTests } from './callers';
import { certificateTests } from './certificates';
import { dependencyTests } from './dependencies';
import { natsTests } from './nats';
import { nodeTests } from './node';
import { postgresqlTests } from './postgresql';
import { processTests } from './processes';
import { redisTests } from './redis';
import { searchTests } from './search';
import { serviceLevelTests } from './service-levels';
import { storageTests } from './storage';
import { targetTests } from './targets';

/** Tests of alerts, by the topic of the alert. */
export const alertTests: Readonly<Record<string, readonly AlertTest[]>> = {
  'service-levels': serviceLevelTests,
  targets: targetTests,
  dependencies: dependencyTests,
  callers: callerTests,
  audit: auditTests,
  search: searchTests,
  processes: processTests,
  storage: storageTests,
  certificates: certificateTests,
  nats: natsTests,
  redis: redisTests,
  postgresql: postgresqlTests,
  node: nodeTests,
};
