import { type RecordOperand, solveStructuredAnalogy, type StructuredAnalogyRequest, type StructuredAnalogyResponse } from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { requirePermission } from './further-permission';

/** Answers analogies between records, after a look at who asks for kept ones. */
@Injectable()
export class RecordsService {
  constructor(private readonly bus: Bus) {}

  async structured(request: StructuredAnalogyRequest): Promise<StructuredAnalogyResponse> {
    if ([request.source, request.target].some(isKept)) requirePermission('search:read');
    return this.bus.call(solveStructuredAnalogy, request);
  }
}

function isKept({ name }: RecordOperand): boolean {
  return name !== undefined;
}
