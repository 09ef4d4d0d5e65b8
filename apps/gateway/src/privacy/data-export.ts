import {
  type CollectionResponse,
  type Contract,
  type ExportLine,
  getRecord,
  listCollections,
  listDocuments,
  type ListedAuditEntry,
  listRecords,
  ServiceError,
} from '@sigmalang/contracts';
import { BaseConfig, Bus, currentOwner, currentRequest, type RequestContext, toServiceError, withRequest } from '@sigmalang/runtime';
import { AuditStore, KeyStore } from '@sigmalang/storage';
import { Injectable, Logger } from '@nestjs/common';
import { Readable } from 'node:stream';
import { listed } from '../audit/audit.service';
import { toKeyResponse } from '../identity/keys.service';

type Line = ExportLine & Readonly<Record<string, unknown>>;

const PAGE = 100;

/** Records that are read at the same time. */
const RECORDS_AT_ONCE = 8;

/** What an entry of the audit says of where somebody came from. */
const WHEREFROM: readonly string[] = ['keyId', 'address', 'requestId'] satisfies (keyof ListedAuditEntry)[];

/** Gives all that somebody has, as JSON Lines: page by page, as fast as they are read. */
@Injectable()
export class DataExport {
  private readonly logger = new Logger('DataExport');

  constructor(
    private readonly bus: Bus,
    private readonly keys: KeyStore,
    private readonly audit: AuditStore,
    private readonly config: BaseConfig,
  ) {}

  /** The lines of all that the owner has whom the request is about; throws INVALID_REQUEST where that is everybody. */
  open(): Readable {
    const context = currentRequest();
    if (!context) throw new Error('Nobody asks');
    return Readable.from(this.lines(context, currentOwner()));
  }

  private async *lines(context: RequestContext, owner: string): AsyncGenerator<string> {
    const counts: Record<string, number> = {};
    yield toLine({ kind: 'export', subject: owner, at: new Date().toISOString() });
    try {
      for (const part of [this.collections(context), this.records(context), this.keysOf(context, owner), this.auditOf(context, owner)]) {
        for await (const line of part) {
          counts[line.kind] = (counts[line.kind] ?? 0) + 1;
          yield toLine(line);
        }
      }
      yield toLine({ kind: 'end', counts });
    } catch (error) {
      const { code, message } = toServiceError(error);
      this.logger.warn({ msg: 'An export ended early', code });
      yield toLine({ kind: 'problem', code, detail: message });
    }
  }

  private async *collections(context: RequestContext): AsyncGenerator<Line> {
    let cursor: string | null | undefined;
    do {
      const page = await this.ask(context, listCollections, { limit: PAGE, ...(cursor && { cursor }) });
      for (const collection of page.collections) {
        yield lineOf('collection', collection);
        yield* this.documents(context, collection);
      }
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  private async *documents(context: RequestContext, { name }: CollectionResponse): AsyncGenerator<Line> {
    let cursor: string | null | undefined;
    do {
      const page = await this.ask(context, listDocuments, { name, limit: PAGE, ...(cursor && { cursor }) }).catch(unlessGone);
      for (const document of page?.documents ?? []) yield lineOf('document', { collection: name }, document);
      cursor = page?.nextCursor ?? null;
    } while (cursor !== null);
  }

  private async *records(context: RequestContext): AsyncGenerator<Line> {
    let cursor: string | null | undefined;
    do {
      const page = await this.ask(context, listRecords, { limit: PAGE, ...(cursor && { cursor }) });
      for (let i = 0; i < page.records.length; i += RECORDS_AT_ONCE) {
        const lines = await Promise.all(page.records.slice(i, i + RECORDS_AT_ONCE).map(({ name }) => this.record(context, name)));
        yield* lines.flatMap((line) => line ?? []);
      }
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  private async record(context: RequestContext, name: string): Promise<Line | undefined> {
    try {
      const record = await this.ask(context, getRecord, { name }).catch(unlessGone);
      return record && { kind: 'record', name, pairs: record.pairs };
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'INTERNAL') throw error;
      return { kind: 'problem', record: name, code: error.code, detail: error.message }; // its file is damaged, and all else can be had
    }
  }

  private async *keysOf(context: RequestContext, owner: string): AsyncGenerator<Line> {
    for (const key of await this.within(context, () => this.keys.ofSubject(owner))) yield lineOf('key', toKeyResponse(key));
  }

  private async *auditOf(context: RequestContext, owner: string): AsyncGenerator<Line> {
    let before: number | undefined;
    for (;;) {
      const entries = await this.within(context, () => this.audit.list({ subject: owner }, PAGE, before));
      for (const entry of entries) yield lineOf('audit', seenBy(owner, listed(entry)));
      before = entries.at(-1)?.seq;
      if (before === undefined) return;
    }
  }

  private ask<Request extends object, Response extends object>(context: RequestContext, contract: Contract<Request, Response>, request: Request): Promise<Response> {
    return this.within(context, () => this.bus.call(contract, request));
  }

  /** Does something for the request, with as much time as a request of its own has: an export takes as long as it is read. */
  private within<Result>(context: RequestContext, work: () => Promise<Result>): Promise<Result> {
    return withRequest({ ...context, deadline: performance.now() + this.config.requestTimeoutMs }, work);
  }
}

/** An entry of the audit as its owner may see it: of others it is told who they are, and not from where and with which key they came. */
function seenBy(owner: string, entry: ListedAuditEntry): object {
  return entry.subject === owner ? entry : Object.fromEntries(Object.entries(entry).filter(([field]) => !WHEREFROM.includes(field)));
}

function lineOf(kind: string, ...parts: readonly object[]): Line {
  return Object.assign({ kind }, ...parts) as Line;
}

function toLine(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

/** What was removed while the export went on is not in it. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof ServiceError) || error.code !== 'NOT_FOUND') throw error;
}
