import { AuditVerificationResponse, ListAuditResponse, RestListAuditRequest, RestVerifyAuditRequest } from '@sigmalang/contracts';
import { Controller, Header, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Route } from '../route.decorator';
import { AuditService } from './audit.service';

/** Who did what. */
@ApiTags('management')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly service: AuditService) {}

  @Route('', { request: RestListAuditRequest, response: ListAuditResponse }, { method: 'GET', permission: 'admin', summary: 'List who did what, when, from where and with what result, the newest first' })
  @Header('cache-control', 'no-store')
  list(@Query() request: RestListAuditRequest): Promise<ListAuditResponse> {
    return this.service.list(request);
  }

  @Route(
    'verification',
    { request: RestVerifyAuditRequest, response: AuditVerificationResponse },
    { method: 'GET', permission: 'admin', summary: 'Look at the whole audit, whether each entry is what was written behind the one before' },
  )
  @Header('cache-control', 'no-store')
  verify(): Promise<AuditVerificationResponse> {
    return this.service.verify();
  }
}
