import { METRICS } from '@sigmalang/contracts';
import type { AlertTopic } from '../alert';
import { OUR_JOBS } from '../selectors';
import { SERVING } from '../service-levels';

/** Whether the processes are there at all. */
export const targets: AlertTopic = {
  topic: 'targets',
  alerts: [
    {
      alert: 'SigmalangApiAbsent',
      expr: `absent(up{${SERVING}})`,
      for: '5m',
      severity: 'critical',
      summary: 'Prometheus knows of no gateway',
      description: 'No target of the jobs sigmalang-gateway and sigmalang-standalone is there: either none runs, or nobody measures it.',
    },
    {
      alert: 'SigmalangAppDown',
      expr: `max by (namespace, job) (up{${OUR_JOBS}}) == 0`,
      for: '2m',
      severity: 'critical',
      summary: 'No process of an app answers',
      description: 'None of the processes of {{ $labels.job }} that Prometheus knows answers.',
    },
    {
      alert: 'SigmalangTargetDown',
      expr: 'up{job=~"sigmalang-.+"} == 0',
      for: '5m',
      severity: 'warning',
      summary: 'A process or an exporter does not answer Prometheus',
      description: '{{ $labels.instance }} of {{ $labels.job }} has not answered a scrape for 5 minutes.',
    },
    {
      alert: 'SigmalangRestarting',
      expr: `changes(process_start_time_seconds{${OUR_JOBS}}[30m]) > 2`,
      for: '1m',
      severity: 'warning',
      summary: 'A process starts again and again',
      description: '{{ $labels.instance }} of {{ $labels.job }} was started {{ $value }} times within 30 minutes.',
    },
    {
      alert: 'SigmalangVersionSkew',
      expr: `count by (namespace) (count by (namespace, version, revision) (${METRICS.buildInfo})) > 1`,
      for: '30m',
      severity: 'warning',
      summary: 'Processes of several builds run together',
      description: '{{ $value }} builds have been running together for half an hour: a rollout stopped halfway.',
    },
  ],
};
