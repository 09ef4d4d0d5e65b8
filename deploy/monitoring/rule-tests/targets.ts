import { METRICS } from '@sigmalang/contracts';
import { type AlertTest, stays } from './alert-test';

const NLP = 'job="sigmalang-nlp",instance="a"';

function build(revision: string, instance: string): string {
  return `${METRICS.buildInfo}{namespace="s",job="sigmalang-nlp",instance="${instance}",version="0.1.0",revision="${revision}"}`;
}

export const targetTests: readonly AlertTest[] = [
  {
    alert: 'SigmalangApiAbsent',
    fires: {
      series: { [`up{${NLP}}`]: stays(1, 20) },
      at: '10m',
      labels: {},
      says: 'No target of the jobs sigmalang-gateway and sigmalang-standalone is there: either none runs, or nobody measures it.',
    },
    quiet: {
      'there is a gateway': { series: { 'up{job="sigmalang-gateway",instance="g"}': stays(1, 20) }, at: '10m' },
      'all is one process': { series: { 'up{job="sigmalang-standalone",instance="s"}': stays(1, 20) }, at: '10m' },
      'it is there and does not answer, which another alert tells': { series: { 'up{job="sigmalang-gateway",instance="g"}': stays(0, 20) }, at: '10m' },
    },
  },
  {
    alert: 'SigmalangAppDown',
    fires: {
      series: { [`up{${NLP}}`]: '1x5 0x15', 'up{job="sigmalang-nlp",instance="b"}': '1x5 0x15' },
      at: '10m',
      labels: { job: 'sigmalang-nlp' },
      says: 'None of the processes of sigmalang-nlp that Prometheus knows answers.',
    },
    quiet: {
      'another process of the app answers': { series: { [`up{${NLP}}`]: stays(0, 20), 'up{job="sigmalang-nlp",instance="b"}': stays(1, 20) }, at: '10m' },
      'it is an exporter, without which callers are served': { series: { 'up{job="sigmalang-redis",instance="r"}': stays(0, 20) }, at: '10m' },
      'the app is not there at all': { series: { 'up{job="sigmalang-standalone",instance="s"}': stays(1, 20) }, at: '10m' },
      'it was away for a scrape': { series: { [`up{${NLP}}`]: '1x8 0 1x10' }, at: '9m' },
    },
  },
  {
    alert: 'SigmalangTargetDown',
    fires: {
      series: { 'up{job="sigmalang-redis",instance="r"}': '1x5 0x15' },
      at: '15m',
      labels: { job: 'sigmalang-redis', instance: 'r' },
      says: 'r of sigmalang-redis has not answered a scrape for 5 minutes.',
    },
    quiet: {
      'it is of somebody else': { series: { 'up{job="other",instance="o"}': stays(0, 20) }, at: '15m' },
      'it came back': { series: { [`up{${NLP}}`]: '0x8 1x12' }, at: '15m' },
    },
  },
  {
    alert: 'SigmalangRestarting',
    fires: {
      series: { [`process_start_time_seconds{${NLP}}`]: '100x5 400x5 700x5 1000x20' },
      at: '25m',
      labels: { job: 'sigmalang-nlp', instance: 'a' },
      says: 'a of sigmalang-nlp was started 3 times within 30 minutes.',
    },
    quiet: {
      'it was restarted once': { series: { [`process_start_time_seconds{${NLP}}`]: '100x10 700x20' }, at: '25m' },
      'each process of a rollout is another instance': {
        series: Object.fromEntries(['a', 'b', 'c', 'd'].map((instance, i) => [`process_start_time_seconds{job="sigmalang-nlp",instance="${instance}"}`, stays(100 * i, 30)])),
        at: '25m',
      },
    },
  },
  {
    alert: 'SigmalangVersionSkew',
    fires: {
      series: { [build('abc', 'a')]: stays(1, 60), [build('def', 'b')]: stays(1, 60) },
      at: '45m',
      labels: { namespace: 's' },
      says: '2 builds have been running together for half an hour: a rollout stopped halfway.',
    },
    quiet: {
      'a rollout is under way': { series: { [build('abc', 'a')]: '1x20', [build('def', 'b')]: '_x10 1x50' }, at: '45m' },
      'all are of one build': { series: { [build('abc', 'a')]: stays(1, 60), [build('abc', 'b')]: stays(1, 60) }, at: '45m' },
    },
  },
];
