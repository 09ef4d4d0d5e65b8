import { ConfigError, ReadConfig } from '../config/read-config';
import { readPairs, tracesUrl, TracingConfig } from './tracing.config';

const read = (env: Record<string, string>): TracingConfig => ReadConfig.from([TracingConfig], { env, argv: [] }).get(TracingConfig);

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('traces', () => {
  it.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, 'http://collector:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector/otlp/' }, 'https://collector/otlp/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b:2/own' }, 'http://b:2/own'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1', OTEL_SDK_DISABLED: 'true' }, undefined],
  ])('with %j go to %j', (env, url) => {
    expect(tracesUrl(read(env))).toBe(url);
  });
});

describe('a setting of traces', () => {
  it.each<[string, string]>([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:hunter2@collector'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://collector/?key=hunter2'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'key=hunter2%'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'key=hunter2%0d%0aother: value'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'key=hunter2%C4%80'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'k/y=hunter2'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/no/such/file'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '0'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.1'],
    ['OTEL_TRACES_SAMPLER_ARG', 'half'],
    ['OTEL_SERVICE_NAME', 'two\nlines'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'production'],
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '-1'],
  ])('%s cannot be %j, of which nothing is told', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.filter((fault) => !fault.startsWith(`${name}: `) || fault.includes('hunter2'))).toEqual([]);
  });

  it.each<[string, Record<string, string> | undefined]>([
    ['', {}],
    ['a=1, b=2 ,', { a: '1', b: '2' }],
    ['key=a%20b%2Cc=d', { key: 'a b,c=d' }],
    ['x=', { x: '' }],
    ['=1', undefined],
    ['a b=1', undefined],
    ['a=%E0%A4%A', undefined],
  ])('that is a list %j holds %j', (text, pairs) => {
    expect(readPairs(text)).toEqual(pairs);
  });
});
