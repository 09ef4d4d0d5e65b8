import { Controller, Get, Headers, Res } from '@nestjs/common';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { FastifyReply } from 'fastify';
import { type Metric, type OpenMetricsContentType, Registry, register } from 'prom-client';

const OPEN_METRICS = 'application/openmetrics-text';

/** Serves the metrics of the process: in the format of OpenMetrics, with exemplars, to whoever asks for that, else in the older one of Prometheus. */
@Controller()
export class MetricsController extends PrometheusController {
  @Get()
  override index(@Res({ passthrough: true }) reply: FastifyReply, @Headers('accept') accept = ''): Promise<string> {
    const registry = prefersOpenMetrics(accept) ? inOpenMetrics() : register;
    reply.header('content-type', registry.contentType).header('vary', 'accept');
    return registry.metrics();
  }
}

/** Whether who accepts such types takes OpenMetrics and prefers no plain text to it; who does not name it may not know it. */
export function prefersOpenMetrics(accept: string): boolean {
  const accepted = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.toLowerCase().split(';').map((part) => part.trim());
    return { type, weight: Number(parameters.find((each) => each.startsWith('q='))?.slice(2) ?? 1) };
  });
  const weightOf = (...types: string[]): number => Math.max(0, ...accepted.filter(({ type }) => types.includes(type)).map(({ weight }) => weight));
  const wanted = weightOf(OPEN_METRICS);
  return wanted > 0 && wanted >= weightOf('text/plain', 'text/*');
}

/** The metrics of the process for one reading in OpenMetrics, through objects of their own: prom-client renames the counters that it reads so. */
function inOpenMetrics(): Registry<OpenMetricsContentType> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const metric of register.getMetricsAsArray()) registry.registerMetric(Object.create(metric) as Metric);
  return registry;
}
