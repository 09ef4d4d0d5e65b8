import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { Counter, Gauge, register } from 'prom-client';
import { MetricsController, prefersOpenMetrics } from './metrics.controller';
import { traceWith } from './spans';
import { TracedHistogram } from './traced-histogram';

const KEPT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const OPEN = 'application/openmetrics-text';

/** What Prometheus 2.42 and 3.0 send. */
const PROMETHEUS_2 = 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 = 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

@Module({ imports: [PrometheusModule.register({ controller: MetricsController, defaultMetrics: { enabled: false } })] })
class ProbeModule {}

let app: NestFastifyApplication;

beforeAll(async () => {
  register.clear();
  new Counter({ name: 'probe_asked_total', help: 'Asked', labelNames: ['who'] }).inc({ who: 'a' });
  const collected = new Gauge({ name: 'probe_state', help: 'State', labelNames: ['is'], collect() { this.reset(); this.set({ is: 'up' }, 1); } });
  collected.set({ is: 'gone' }, 1);
  traceWith({ begin: () => { throw new Error('no span is begun'); } });
  const duration = new TracedHistogram({ name: 'probe_duration_seconds', help: 'Time', labelNames: ['what'], buckets: [1, 2] });
  duration.observeOf({ what: 'b' }, 1.5, KEPT);
  duration.observeOf({ what: 'b' }, 0.5, KEPT.replace(/1$/, '0'));
  duration.startTimer({ what: 'c' })();
  app = await NestFactory.create<NestFastifyApplication>(ProbeModule, new FastifyAdapter(), { logger: false });
  await app.init();
});

afterAll(async () => {
  traceWith(undefined);
  await app.close();
});

async function read(accept?: string): Promise<{ type: unknown; lines: string[] }> {
  const { headers, body } = await app.inject({ url: '/metrics', headers: accept === undefined ? {} : { accept } });
  return { type: headers['content-type'], lines: body.split('\n') };
}

describe('the metrics', () => {
  it('are in the format of OpenMetrics, with exemplars of what is kept, to whoever asks for that', async () => {
    const { type, lines } = await read(PROMETHEUS_2);
    expect(type).toBe(`${OPEN}; version=1.0.0; charset=utf-8`);
    expect(lines).toEqual(expect.arrayContaining(['# TYPE probe_asked counter', 'probe_asked_total{who="a"} 1', 'probe_state{is="up"} 1', 'probe_duration_seconds_count{what="b"} 2']));
    expect(lines.filter((line) => line.includes('# {')).map((line) => line.replace(/ [\d.]+$/, ''))).toEqual([
      'probe_duration_seconds_bucket{le="2",what="b"} 2 # {trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"} 1.5',
    ]);
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
  });

  it.each([undefined, '*/*', 'text/plain'])('are in the older format of Prometheus to who accepts %j, also after others read them', async (accept) => {
    await read(OPEN);
    const { type, lines } = await read(accept);
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(lines).toEqual(expect.arrayContaining(['# TYPE probe_asked_total counter', 'probe_asked_total{who="a"} 1', 'probe_state{is="up"} 1', 'probe_duration_seconds_bucket{le="2",what="b"} 2']));
    expect(lines.filter((line) => line.includes('# {') || line === '# EOF' || line.includes('gone'))).toEqual([]);
  });

  it('are each in its own format to those who read at the same time', async () => {
    const types = await Promise.all([OPEN, '*/*', OPEN, '*/*'].map(async (accept) => (await read(accept)).lines.includes('# EOF')));
    expect(types).toEqual([true, false, true, false]);
  });
});

it.each<[string, boolean]>([
  [PROMETHEUS_2, true],
  [PROMETHEUS_3, true],
  [OPEN, true],
  ['Application/OpenMetrics-Text; q=0.5', true],
  ['', false],
  ['*/*', false],
  ['application/*', false],
  [`${OPEN};q=0`, false],
  [`${OPEN};q=0.3, text/plain`, false],
  [`${OPEN};q=nonsense`, false],
])('who accepts %j is given OpenMetrics: %j', (accept, expected) => {
  expect(prefersOpenMetrics(accept)).toBe(expected);
});
