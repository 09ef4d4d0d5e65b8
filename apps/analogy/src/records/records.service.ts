import {
  type EraseRecordsResponse,
  type ListRecordsRequest,
  type ListRecordsResponse,
  type PutRecordRequest,
  type RecordNameRequest,
  type RecordOperand,
  type RecordResponse,
  say,
  ServiceError,
  type StructuredAnalogyRequest,
  type StructuredAnalogyResponse,
} from '@sigmalang/contracts';
import { currentOwner, currentOwnerOrEvery, inTurns, reportVectorKernels, showVectorOperations, timeVectorOperation } from '@sigmalang/runtime';
import { activeKernels, bindPair, bundlePairs, type RoleFillerPair } from '@sigmalang/vector';
import { Injectable, Logger } from '@nestjs/common';
import { DamagedRecordError, type KeptRecord, RecordStore } from './record-store';
import { answerStructuredAnalogy, type BundledRecord, expectedOfRecord } from './structured-analogy';

const DIMENSIONS = 10_000;

const logger = new Logger('RecordsService');

/** Keeps records of roles and fillers, and answers structured analogies between two of them. */
@Injectable()
export class RecordsService {
  constructor(private readonly store: RecordStore) {
    reportVectorKernels(activeKernels.name);
    showVectorOperations('bundle', 'structured-analogy');
  }

  async structured({
    source,
    target,
    filler,
    method = 'roles',
    topK = 5,
    dimensions = DIMENSIONS,
  }: StructuredAnalogyRequest): Promise<StructuredAnalogyResponse> {
    const from = await bundled(await this.pairsOf(source, 'source'), dimensions);
    const to = await bundled(await this.pairsOf(target, 'target'), dimensions);
    return timeVectorOperation('structured-analogy', () => answerStructuredAnalogy(from, to, filler, { method, topK }));
  }

  async put({ name, pairs }: PutRecordRequest): Promise<RecordResponse> {
    await this.store.put(currentOwner(), { name, pairs });
    return described({ name, pairs });
  }

  async get({ name }: RecordNameRequest): Promise<RecordResponse> {
    return described(await this.kept(name, 'name'));
  }

  async delete({ name }: RecordNameRequest): Promise<RecordResponse> {
    const record = await this.kept(name, 'name');
    if (!(await this.store.delete(currentOwner(), name))) throw absent('name');
    return described(record);
  }

  async erase(): Promise<EraseRecordsResponse> {
    return { records: await this.store.erase(currentOwner()) };
  }

  async list({ limit = 50, cursor }: ListRecordsRequest): Promise<ListRecordsResponse> {
    const { records, nextCursor } = await this.store.list(currentOwnerOrEvery(), limit, cursor);
    return { records: [...records], nextCursor };
  }

  private async pairsOf({ name, pairs = [] }: RecordOperand, field: string): Promise<readonly RoleFillerPair[]> {
    return name === undefined ? pairs : (await this.kept(name, `${field}.name`)).pairs;
  }

  private async kept(name: string, field: string): Promise<KeptRecord> {
    const record = await this.store.get(currentOwner(), name).catch((error: unknown) => {
      if (!(error instanceof DamagedRecordError)) throw error;
      logger.error({ msg: 'A kept record is damaged', record: error.record });
      throw new ServiceError('INTERNAL', say`${field}: the record of this name is damaged; put it again or remove its file`);
    });
    if (!record) throw absent(field);
    return record;
  }
}

function absent(field: string): ServiceError {
  const message = say`${field}: there is no record of this name`;
  return new ServiceError('NOT_FOUND', message, [{ field, rule: 'exists', message }]);
}

function described({ name, pairs }: KeptRecord): RecordResponse {
  return { name, pairs: [...pairs], expected: expectedOfRecord(pairs, DIMENSIONS) };
}

/** A record as a vector, others having their turns between its pairs. */
async function bundled(pairs: readonly RoleFillerPair[], dimensions: number): Promise<BundledRecord> {
  const vectors = await inTurns(pairs, (pair) => bindPair(pair, dimensions));
  return { pairs, vector: timeVectorOperation('bundle', () => bundlePairs(pairs, vectors)) };
}
