import { buildMessage, IsInt, IsOptional, isString, Max, Min, ValidateBy } from 'class-validator';

/** Settings of what gateways share in Redis. */
export class RedisConfig {
  /** Redis that the gateways of an installation share, as `redis://user:password@host:port/database`, or `rediss://` over TLS; each keeps its own in memory when not set. Secret. */
  @IsOptional()
  @IsRedisUrl()
  redisUrl?: string;

  /** How long Redis may take for a command before it is done without, in milliseconds. */
  @IsInt()
  @Min(1)
  @Max(10_000)
  redisTimeoutMs: number = 100;
}

/** Whether a URL says where a Redis is, and nothing that would be ignored. */
function isRedisUrl(value: unknown): boolean {
  if (!isString(value) || !/^rediss?:\/\//.test(value) || !URL.canParse(value)) return false;
  const { hostname, pathname, search, hash } = new URL(value);
  return hostname !== '' && /^(\/\d{0,4})?$/.test(pathname) && search === '' && hash === '';
}

/** A URL of Redis; what is said of another one holds nothing of it. */
function IsRedisUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'redisUrl',
    validator: {
      validate: isRedisUrl,
      defaultMessage: buildMessage((prefix) => `${prefix}$property must be a URL such as redis://user:password@host:6379/0, or rediss:// for TLS`),
    },
  });
}
