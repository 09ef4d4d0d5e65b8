import { Module } from '@nestjs/common';
import { RedisModule } from '../redis/redis.module';
import { LoadShedder } from './load-shedder';
import { LimitsConfig } from './limits.config';
import { RateLimiter } from './rate-limiter';

/** What bounds how much a gateway takes; the process must read {@link LimitsConfig}. */
@Module({
  imports: [RedisModule],
  providers: [RateLimiter, { provide: LoadShedder, useFactory: (config: LimitsConfig) => new LoadShedder(config), inject: [LimitsConfig] }],
  exports: [RateLimiter, LoadShedder],
})
export class LimitsModule {}
