import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { IdentityModule } from '../identity/identity.module';
import { ChangesInFlight } from './changes-in-flight';
import { DataExport } from './data-export';
import { Erasure } from './erasure';
import { ErasureHooks } from './erasure-hooks';
import { PrivacyController } from './privacy.controller';
import { PrivacyService } from './privacy.service';

/** Gives callers what is kept of them, and erases it. */
@Module({
  imports: [AuditModule, IdentityModule],
  controllers: [PrivacyController],
  providers: [PrivacyService, DataExport, Erasure, ErasureHooks, ChangesInFlight],
  exports: [ErasureHooks, ChangesInFlight],
})
export class PrivacyModule {}
