import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller';
import { AuditLog } from './audit-log';
import { AuditService } from './audit.service';

/** Writes and shows who did what. */
@Module({ controllers: [AuditController], providers: [AuditLog, AuditService], exports: [AuditLog] })
export class AuditModule {}
