import { type ErasureReceiptResponse, eraseCollections, eraseRecords, type RestEraseRequest, ServiceError } from '@sigmalang/contracts';
import { BaseConfig, Bus, currentOwner, currentRequest, withRequest } from '@sigmalang/runtime';
import { AuditStore, KeyStore } from '@sigmalang/storage';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditLog } from '../audit/audit-log';
import { actorOf } from '../audit/audited-requests';
import { KeyChanges } from '../identity/key-changes';
import { ChangesInFlight } from './changes-in-flight';
import { ErasureHooks } from './erasure-hooks';

/** What services have erased. */
interface Erased {
  readonly collections: number;
  readonly documents: number;
  readonly records: number;
}

/** Erases all that somebody has. */
@Injectable()
export class Erasure {
  constructor(
    private readonly bus: Bus,
    private readonly keys: KeyStore,
    private readonly changes: KeyChanges,
    private readonly audit: AuditStore,
    private readonly log: AuditLog,
    private readonly hooks: ErasureHooks,
    private readonly inFlight: ChangesInFlight,
    private readonly config: BaseConfig,
  ) {}

  /**
   * Erases what the owner has whom the request is about, and gives a receipt. Until the keys go, which they do after all else, a call that fails can be made again
   * and goes on with the rest; after that an admin can make it.
   */
  async erase({ confirm }: RestEraseRequest, request: FastifyRequest): Promise<ErasureReceiptResponse> {
    const owner = currentOwner();
    if (confirm !== owner) {
      const message = 'confirm must be the subject whose data are to be erased';
      throw new ServiceError('INVALID_REQUEST', message, [{ field: 'confirm', rule: 'confirms', message }]);
    }
    await this.log.flush();
    const before = await this.eraseKept();
    const { keys, tokens } = await this.keys.removeSubject(owner);
    this.changes.changed();
    const finished = this.whoeverWaits(() => this.finish(owner, before, { keys, tokens }, request));
    const { id, at, counts, auditSeq } = await finished.catch((error: unknown) => {
      if (!(error instanceof ServiceError)) throw error;
      throw new ServiceError(error.code, 'The keys are removed, and the rest could not be finished: an admin can do that by the same call with the subject as owner in its query');
    });
    return { id, at: at.toISOString(), counts, auditSeq };
  }

  /** Erases what came in while keys were good still, and takes the subject out of the audit. */
  private async finish(owner: string, before: Erased, removed: { readonly keys: number; readonly tokens: number }, request: FastifyRequest) {
    await this.inFlight.drained(owner);
    const since = await this.eraseKept();
    await this.keys.raiseCacheEpoch();
    await this.changes.look();
    await this.hooks.run();
    await this.log.flush();
    const { caller, routeOptions } = request;
    const isForOther = caller.kind === 'known' && caller.identity.subject !== owner;
    const counts = {
      collections: before.collections + since.collections,
      documents: before.documents + since.documents,
      records: before.records + since.records,
      ...removed,
    };
    const entry = { at: new Date(), action: `${request.method} ${routeOptions.url ?? ''}`, status: 200, code: 'OK', ...(isForOther && { actor: actorOf(request) }) };
    const receipt = await this.audit.erase(owner, counts, entry);
    request.isAudited = true;
    return receipt;
  }

  /** Does what its caller could not ask for again: also where the caller has left, and with as much time as a request of its own has. */
  private whoeverWaits<Result>(work: () => Promise<Result>): Promise<Result> {
    const context = currentRequest();
    if (!context) throw new Error('Nobody asks');
    return withRequest({ ...context, signal: new AbortController().signal, deadline: performance.now() + this.config.requestTimeoutMs }, work);
  }

  private async eraseKept(): Promise<Erased> {
    const [{ collections, documents }, { records }] = await Promise.all([this.bus.call(eraseCollections, {}), this.bus.call(eraseRecords, {})]);
    return { collections, documents, records };
  }
}
