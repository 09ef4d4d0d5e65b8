import type { ErasureReceiptResponse, RestEraseRequest } from '@sigmalang/contracts';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataExport } from './data-export';
import { Erasure } from './erasure';

/** Gives callers what is kept of them, and erases it. */
@Injectable()
export class PrivacyService {
  constructor(
    private readonly exported: DataExport,
    private readonly erasure: Erasure,
  ) {}

  export(): StreamableFile {
    return new StreamableFile(this.exported.open(), { type: 'application/x-ndjson', disposition: 'attachment; filename="sigmalang-export.jsonl"' });
  }

  erase(request: RestEraseRequest, raw: FastifyRequest): Promise<ErasureReceiptResponse> {
    return this.erasure.erase(request, raw);
  }
}
