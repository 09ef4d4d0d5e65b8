import { Module } from '@nestjs/common';
import { RedisModule } from '../redis/redis.module';
import { CacheWarmUp } from './cache-warm-up';
import { ModelVersions } from './model-versions';
import { ReplyCache } from './reply-cache';
import { SharedReplies } from './shared-replies';

/** The cache of computed replies; the process must read CacheConfig, RedisConfig and GatewayConfig. */
@Module({
  imports: [RedisModule],
  providers: [ModelVersions, SharedReplies, ReplyCache, CacheWarmUp],
  exports: [ModelVersions, ReplyCache],
})
export class CacheModule {}
