import { HealthChecks } from '@sigmalang/runtime';
import { Module } from '@nestjs/common';
import { RedisConfig } from './redis.config';
import { RedisLink } from './redis-link';

/** The Redis that gateways share; the process must read {@link RedisConfig}. */
@Module({
  providers: [{ provide: RedisLink, useFactory: (config: RedisConfig, checks: HealthChecks) => new RedisLink(config, checks), inject: [RedisConfig, HealthChecks] }],
  exports: [RedisLink],
})
export class RedisModule {}
