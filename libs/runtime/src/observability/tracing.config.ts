import { buildMessage, IsBoolean, IsIn, IsInt, IsNumber, IsOptional, isString, Max, Min, ValidateBy } from 'class-validator';
import { readFileSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { createSecureContext } from 'node:tls';

/** How it is decided which traces are kept, as OpenTelemetry names it. */
export const SAMPLERS = ['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const;

/** Settings of traces, under the names that OpenTelemetry gives them. Nothing is traced unless an endpoint is set. */
export class TracingConfig {
  /** Whether nothing is traced though an endpoint is set. */
  @IsBoolean()
  otelSdkDisabled: boolean = false;

  /** Where an OpenTelemetry collector takes OTLP over HTTP, such as `http://collector:4318`; traces go to `/v1/traces` below it. */
  @IsOptional()
  @IsCollectorUrl()
  otelExporterOtlpEndpoint?: string;

  /** Where traces go, in the place of the endpoint above, used as it is. */
  @IsOptional()
  @IsCollectorUrl()
  otelExporterOtlpTracesEndpoint?: string;

  /** How traces are sent: there is one way. */
  @IsIn(['http/protobuf'])
  otelExporterOtlpProtocol: string = 'http/protobuf';

  /** Headers that the collector asks for, as `name=value,name=value`, percent-encoded. Secret. */
  @IsOptional()
  @AreHeaders()
  otelExporterOtlpHeaders?: string;

  /** File of the certificates of who certifies the collector, in PEM; those that Node trusts when not set. */
  @IsOptional()
  @IsAuthorityFile()
  otelExporterOtlpCertificate?: string;

  /** Whether what is sent is compressed. */
  @IsIn(['none', 'gzip'])
  otelExporterOtlpCompression: string = 'none';

  /** How long the collector may take for what it is sent, repetitions included, in milliseconds. */
  @IsInt()
  @Min(1)
  @Max(600_000)
  otelExporterOtlpTimeout: number = 10_000;

  /** Which traces are kept: all, none, or a share of them; `parentbased_` lets the caller decide where it says so in its `traceparent`. */
  @IsIn(SAMPLERS)
  otelTracesSampler: string = 'parentbased_always_on';

  /** The share of traces that a sampler with `traceidratio` keeps, from 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  otelTracesSamplerArg: number = 1;

  /** Name of the process in traces; `sigmalang-` and the name of the app when not set. */
  @IsOptional()
  @IsServiceName()
  otelServiceName?: string;

  /** What else is said of the process in each trace, as `name=value,name=value`, percent-encoded, such as `deployment.environment.name=production`. */
  @IsOptional()
  @IsPairs()
  otelResourceAttributes?: string;

  /** How long spans are gathered before they are sent together, in milliseconds. */
  @IsInt()
  @Min(1)
  @Max(600_000)
  otelBspScheduleDelay: number = 5_000;

  /** Most spans that wait to be sent; those beyond are dropped. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  otelBspMaxQueueSize: number = 2_048;

  /** Most spans that are sent together. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  otelBspMaxExportBatchSize: number = 512;
}

/** The URL that traces are sent to, or undefined where nothing is traced. */
export function tracesUrl({ otelSdkDisabled, otelExporterOtlpEndpoint, otelExporterOtlpTracesEndpoint }: TracingConfig): string | undefined {
  if (otelSdkDisabled) return undefined;
  if (otelExporterOtlpTracesEndpoint !== undefined) return otelExporterOtlpTracesEndpoint;
  return otelExporterOtlpEndpoint === undefined ? undefined : `${otelExporterOtlpEndpoint.replace(/\/$/, '')}/v1/traces`;
}

/** The pairs of `name=value,name=value`, percent-decoded; undefined where the text is no such list. */
export function readPairs(text: string): Record<string, string> | undefined {
  const pairs: [string, string][] = [];
  for (const pair of text.split(',').map((each) => each.trim()).filter((each) => each !== '')) {
    const [, name, value = ''] = /^([\w!#$%&'*+.^`|~/-]+)\s*=\s*(.*)$/s.exec(pair) ?? [];
    const decoded = decode(value);
    if (name === undefined || decoded === undefined) return undefined;
    pairs.push([name, decoded]);
  }
  return Object.fromEntries(pairs);
}

/** A percent-encoded value, which may hold nothing that ends a header; undefined where it is malformed. */
function decode(value: string): string | undefined {
  try {
    const decoded = decodeURIComponent(value);
    return /^[\t\x20-\x7e\x80-\uffff]*$/.test(decoded) ? decoded : undefined;
  } catch {
    return undefined;
  }
}

/** A rule whose message holds nothing of the value. */
function rule(name: string, validate: (value: string) => boolean, must: string): PropertyDecorator {
  return ValidateBy({
    name,
    validator: { validate: (value) => isString(value) && validate(value), defaultMessage: buildMessage((prefix) => `${prefix}$property must be ${must}`) },
  });
}

function IsCollectorUrl(): PropertyDecorator {
  return rule('collectorUrl', isCollectorUrl, 'a URL such as http://collector:4318, or https:// for TLS, without user, query and fragment');
}

function isCollectorUrl(value: string): boolean {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
  const { username, password, search, hash } = new URL(value);
  return `${username}${password}${search}${hash}` === '';
}

function IsPairs(): PropertyDecorator {
  return rule('pairs', (value) => readPairs(value) !== undefined, 'a list such as name=value,name=value, percent-encoded');
}

function AreHeaders(): PropertyDecorator {
  return rule('headers', areHeaders, 'a list of headers such as name=value,name=value, percent-encoded');
}

function areHeaders(text: string): boolean {
  const pairs = readPairs(text);
  if (!pairs) return false;
  try {
    for (const [name, value] of Object.entries(pairs)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    return true;
  } catch {
    return false;
  }
}

function IsServiceName(): PropertyDecorator {
  return rule('serviceName', (value) => /^[\x21-\x7e][\x20-\x7e]{0,127}$/.test(value), 'a name of 1 to 128 plain characters');
}

function IsAuthorityFile(): PropertyDecorator {
  return rule('authorityFile', isAuthorityFile, 'the path of a file with certificates in PEM that can be read');
}

function isAuthorityFile(path: string): boolean {
  try {
    const ca = readFileSync(path);
    return ca.includes('-----BEGIN CERTIFICATE-----') && Boolean(createSecureContext({ ca }));
  } catch {
    return false;
  }
}
