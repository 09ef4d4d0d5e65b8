import { Module } from '@nestjs/common';
import { RedisModule } from '../redis/redis.module';
import { IdentityModule } from '../identity/identity.module';
import { PrivacyModule } from '../privacy/privacy.module';
import { CacheChanges } from './cache-changes';
import { CacheWarmUp } from './cache-warm-up';
import { ModelVersions } from './model-versions';
import { ReplyCache } from './reply-cache';
import { SharedReplies } from './shared-replies';

/** The cache of computed replies; the process must read CacheConfig and RedisConfig. */
@Module({
  imports: [RedisModule, IdentityModule, PrivacyModule],
  providers: [ModelVersions, SharedReplies, ReplyCache, CacheWarmUp, CacheChanges],
  exports: [ModelVersions, ReplyCache],
})
export class CacheModule {}
