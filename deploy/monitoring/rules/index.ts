import { type AlertTopic, groupOf } from '../alert';
import type { CompiledFile } from '../compiled-file';
import { recordingFiles } from '../recorded';
import { audit } from './audit';
import { callers } from './callers';
import { certificates } from './certificates';
import { dependencies } from './dependencies';
import { nats } from './nats';
import { node } from './node';
import { postgresql } from './postgresql';
import { processes } from './processes';
import { redis } from './redis';
import { search } from './search';
import { serviceLevels } from './service-levels';
import { storage } from './storage';
import { targets } from './targets';

/** All alerts, by topic. */
export const alertTopics: readonly AlertTopic[] = [
  serviceLevels,
  targets,
  dependencies,
  callers,
  audit,
  search,
  processes,
  storage,
  certificates,
  nats,
  redis,
  postgresql,
  node,
];

/** The files of rules for Prometheus. */
export const rules: readonly CompiledFile[] = [
  ...Object.entries(recordingFiles).map(([name, groups]) => ({ name: `${name}.yaml`, content: { groups } })),
  ...alertTopics.map((topic) => ({ name: `${topic.topic}.yaml`, content: { groups: [groupOf(topic)] } })),
];
