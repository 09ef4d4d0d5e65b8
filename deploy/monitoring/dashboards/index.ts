import { SERVICES } from '@sigmalang/contracts';
import type { CompiledFile } from '../compiled-file';
import { api } from './api';
import type { GrafanaDashboard } from './frame';
import { natsAndStorage } from './nats-and-storage';
import { overview } from './overview';
import { serviceDashboard } from './service';
import { slo } from './slo';

/** Every dashboard. */
export const allDashboards: readonly GrafanaDashboard[] = [
  overview,
  api,
  ...SERVICES.map(serviceDashboard),
  serviceDashboard('standalone'),
  natsAndStorage,
  slo,
];

/** The dashboards, one file each, called after its uid. */
export const dashboards: readonly CompiledFile[] = allDashboards.map((content) => ({ name: `${content.uid ?? ''}.json`, content }));
