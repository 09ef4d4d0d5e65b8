import { ErasureReceiptResponse, ExportLine, RestEraseRequest, RestExportRequest } from '@sigmalang/contracts';
import { Controller, Header, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Route } from '../route.decorator';
import { PrivacyService } from './privacy.service';

/** A caller's own data. */
@ApiTags('management')
@Controller('v1/privacy')
export class PrivacyController {
  constructor(private readonly service: PrivacyService) {}

  @Route<RestExportRequest, ExportLine, StreamableFile>(
    'export',
    { request: RestExportRequest, response: ExportLine },
    { method: 'GET', permission: 'self', summary: 'Give all that is kept of the caller, line by line', streams: 'application/x-ndjson' },
  )
  @Header('cache-control', 'no-store')
  export(): Promise<StreamableFile> {
    return Promise.resolve(this.service.export());
  }

  @Route(
    'data',
    { request: RestEraseRequest, response: ErasureReceiptResponse },
    { method: 'DELETE', permission: 'self', summary: 'Erase all that is kept of the caller, everywhere, with a receipt' },
  )
  @Header('cache-control', 'no-store')
  erase(@Query() request: RestEraseRequest, @Req() raw: FastifyRequest): Promise<ErasureReceiptResponse> {
    return this.service.erase(request, raw);
  }
}
