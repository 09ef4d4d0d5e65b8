import { type CreateKeyRequest, type CreateKeyResponse, type KeyResponse, type ListKeysResponse, type RestListKeysRequest, ServiceError } from '@sigmalang/contracts';
import { type KeyRow, KeyStore } from '@sigmalang/storage';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AuthSecret, prefixOf, randomKey } from './auth-secret';
import { KeyChanges } from './key-changes';

/** Makes, lists and revokes keys. */
@Injectable()
export class KeysService {
  constructor(
    private readonly keys: KeyStore,
    private readonly secret: AuthSecret,
    private readonly changes: KeyChanges,
  ) {}

  async create({ name, subject, role, expiresAt, ratePerMinute, burst }: CreateKeyRequest): Promise<CreateKeyResponse> {
    const [id, key] = [randomUUID(), randomKey()];
    const row = await this.keys.add({
      id,
      prefix: prefixOf(key),
      hash: this.secret.hashOf(key),
      name,
      subject: subject ?? `key-${id}`,
      role,
      ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }),
      ...(ratePerMinute !== undefined && { ratePerMinute }),
      ...(burst !== undefined && { burst }),
    });
    this.changes.changed();
    return Object.assign(toKeyResponse(row), { key });
  }

  async list({ limit = 50, cursor }: RestListKeysRequest): Promise<ListKeysResponse> {
    const found = await this.keys.list(limit, cursor);
    if (!found) throw new ServiceError('INVALID_REQUEST', 'cursor is none of this list, or its key was removed; begin again');
    return { keys: found.keys.map(toKeyResponse), nextCursor: found.nextCursor };
  }

  async revoke(id: string): Promise<KeyResponse> {
    const row = await this.keys.revoke(id);
    this.changes.changed();
    if (!row) throw new ServiceError('NOT_FOUND', 'There is no key of this id');
    return toKeyResponse(row);
  }
}

/** A key as it is shown. */
export function toKeyResponse({ id, prefix, name, subject, role, ratePerMinute, burst, ...moments }: KeyRow): KeyResponse {
  const { createdAt, expiresAt, lastUsedAt, revokedAt } = moments;
  return {
    id,
    prefix,
    name,
    subject,
    role,
    ...(ratePerMinute !== null && { ratePerMinute }),
    ...(burst !== null && { burst }),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
