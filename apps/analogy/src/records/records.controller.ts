import {
  deleteRecord,
  eraseRecords,
  EraseRecordsResponse,
  getRecord,
  listRecords,
  ListRecordsRequest,
  ListRecordsResponse,
  putRecord,
  PutRecordRequest,
  RecordNameRequest,
  RecordResponse,
  solveStructuredAnalogy,
  StructuredAnalogyRequest,
  StructuredAnalogyResponse,
} from '@sigmalang/contracts';
import { Handle } from '@sigmalang/runtime';
import { Controller } from '@nestjs/common';
import { RecordsService } from './records.service';

@Controller()
export class RecordsController {
  constructor(private readonly service: RecordsService) {}

  @Handle(solveStructuredAnalogy)
  structured(request: StructuredAnalogyRequest): Promise<StructuredAnalogyResponse> {
    return this.service.structured(request);
  }

  @Handle(putRecord)
  put(request: PutRecordRequest): Promise<RecordResponse> {
    return this.service.put(request);
  }

  @Handle(getRecord)
  get(request: RecordNameRequest): Promise<RecordResponse> {
    return this.service.get(request);
  }

  @Handle(deleteRecord)
  delete(request: RecordNameRequest): Promise<RecordResponse> {
    return this.service.delete(request);
  }

  @Handle(eraseRecords)
  erase(): Promise<EraseRecordsResponse> {
    return this.service.erase();
  }

  @Handle(listRecords)
  list(request: ListRecordsRequest): Promise<ListRecordsResponse> {
    return this.service.list(request);
  }
}
