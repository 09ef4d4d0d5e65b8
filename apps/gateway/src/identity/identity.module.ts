import { Module } from '@nestjs/common';
import { AccessTokens } from './access-tokens';
import { AuthSecret } from './auth-secret';
import { Authentication } from './authentication';
import { ExternalTokens } from './external-tokens';
import { IdentityStart } from './identity-start';
import { KeyChanges } from './key-changes';
import { KeysController } from './keys.controller';
import { KeysService } from './keys.service';
import { KnownKeys } from './known-keys';
import { TokensController } from './tokens.controller';
import { TokensService } from './tokens.service';
import { UsedKeys } from './used-keys';

/** Who calls, by which keys and tokens. */
@Module({
  controllers: [KeysController, TokensController],
  providers: [AuthSecret, KeyChanges, KnownKeys, UsedKeys, AccessTokens, ExternalTokens, Authentication, IdentityStart, KeysService, TokensService],
  exports: [Authentication, KeyChanges],
})
export class IdentityModule {}
