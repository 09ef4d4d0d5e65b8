import {
  deleteRecord,
  getRecord,
  listRecords,
  ListRecordsResponse,
  putRecord,
  RecordNameRequest,
  RecordPairsRequest,
  RecordResponse,
  RestListRecordsRequest,
  solveStructuredAnalogy,
  StructuredAnalogyRequest,
  StructuredAnalogyResponse,
} from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import { Body, Controller, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RecordsService } from './records.service';
import { Route } from './route.decorator';

const usa = [
  { role: 'name', filler: 'United States' },
  { role: 'capital', filler: 'Washington' },
  { role: 'currency', filler: 'dollar' },
];
const mexico = [
  { role: 'name', filler: 'Mexico' },
  { role: 'capital', filler: 'Mexico City' },
  { role: 'currency', filler: 'peso' },
];

/** Whether a question brings its records along: the reply to one that names a kept record is its owner's, and changes with that. */
export function namesNoRecord(body: object): boolean {
  return ['source', 'target'].every((side) => {
    const record: unknown = (body as Record<string, unknown>)[side];
    return typeof record === 'object' && record !== null && 'pairs' in record && !('name' in record);
  });
}

/** Analogies between records of roles and fillers, and the records that are kept for them. */
@ApiTags('analogies')
@Controller('v1/analogies')
export class RecordsController {
  constructor(
    private readonly bus: Bus,
    private readonly service: RecordsService,
  ) {}

  @Route('structured', solveStructuredAnalogy, {
    permission: 'compute', isCached: namesNoRecord, summary: 'Answer an analogy between two records: what is the dollar of Mexico?',
    example: { source: { pairs: usa }, target: { pairs: mexico }, filler: 'dollar' },
    failures: [404],
  })
  structured(@Body() request: StructuredAnalogyRequest): Promise<StructuredAnalogyResponse> {
    return this.service.structured(request);
  }

  @Route('records', { request: RestListRecordsRequest, response: ListRecordsResponse }, { method: 'GET', permission: 'search:read', summary: 'List the kept records by name' })
  list(@Query() request: RestListRecordsRequest): Promise<ListRecordsResponse> {
    return this.bus.call(listRecords, request);
  }

  @Route(
    'records/:name',
    { request: RecordPairsRequest, response: RecordResponse },
    { method: 'PUT', permission: 'search:write', summary: 'Keep a record under a name', url: RecordNameRequest, example: { pairs: mexico }, failures: [409] },
  )
  put(@Body() { pairs }: RecordPairsRequest, @Param() { name }: RecordNameRequest): Promise<RecordResponse> {
    return this.bus.call(putRecord, { name, pairs });
  }

  @Route('records/:name', getRecord, { method: 'GET', permission: 'search:read', summary: 'Give a kept record', failures: [404] })
  get(@Param() request: RecordNameRequest): Promise<RecordResponse> {
    return this.bus.call(getRecord, request);
  }

  @Route('records/:name', deleteRecord, { method: 'DELETE', permission: 'search:write', summary: 'Remove a kept record', failures: [404] })
  delete(@Param() request: RecordNameRequest): Promise<RecordResponse> {
    return this.bus.call(deleteRecord, request);
  }
}
