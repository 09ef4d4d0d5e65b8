import { IsOptional, isString, ValidateBy, type ValidationArguments } from 'class-validator';

/** Settings of what is told of the NATS servers themselves. */
export class NatsMonitoringConfig {
  /** Addresses of the monitoring ports of the NATS servers, as `http://nats-0:8222`, separated by commas; they are asked when metrics are read. Nothing is told of the servers when not set. */
  @IsOptional()
  @AreMonitoringUrls()
  natsMonitoringUrls?: string;
}

/** The addresses in a list of them. */
export function monitoringUrlsIn(list: string): string[] {
  return list.split(',').map((url) => url.trim());
}

/** Addresses of HTTP servers, each once. */
function AreMonitoringUrls(): PropertyDecorator {
  return ValidateBy({
    name: 'monitoringUrls',
    validator: {
      validate: (value) => faultOf(value) === undefined,
      defaultMessage: (given?: ValidationArguments) => `${given?.property ?? ''} ${faultOf(given?.value) ?? ''}`,
    },
  });
}

function faultOf(value: unknown): string | undefined {
  const urls = isString(value) ? monitoringUrlsIn(value) : [];
  if (urls.length === 0 || !urls.every(isPlainUrl)) {
    return 'must be addresses that begin with http:// or https://, without a user, a query or a fragment, separated by commas';
  }
  const hosts = new Set(urls.map((url) => new URL(url).host));
  return hosts.size === urls.length ? undefined : 'must name each server once';
}

function isPlainUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password, search, hash } = new URL(url);
  return ['http:', 'https:'].includes(protocol) && [username, password, search, hash].every((part) => part === '');
}
