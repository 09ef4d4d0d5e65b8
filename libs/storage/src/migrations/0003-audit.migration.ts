/** Who did what, as a chain of hashes that nothing is taken out of; and receipts of what was erased. */
export const AUDIT_TABLES = {
  name: 'audit',
  isAdditive: true,
  sql: `
    create table audit_entries (
      seq bigint primary key,
      at timestamptz(3) not null,
      action text not null,
      status integer not null,
      code text not null,
      actor jsonb not null,
      actor_digest text not null,
      resource jsonb,
      resource_digest text,
      hash text not null
    );
    create index audit_entries_by_subject on audit_entries ((actor ->> 'subject'), seq);
    create index audit_entries_by_owner on audit_entries ((resource ->> 'owner'), seq) where resource is not null;
    create index audit_entries_by_time on audit_entries (at);

    create table audit_head (
      one boolean primary key default true check (one),
      seq bigint not null default 0,
      hash text not null default repeat('0', 64)
    );
    insert into audit_head default values;

    create table audit_anchor (
      one boolean primary key default true check (one),
      seq bigint not null default 0,
      hash text not null default repeat('0', 64)
    );
    insert into audit_anchor default values;

    create table erasure_receipts (
      id uuid primary key,
      at timestamptz(3) not null,
      counts jsonb not null,
      audit_seq bigint not null
    );

    create function keep_audit_entries() returns trigger language plpgsql as $$
    declare
      purpose text := coalesce(current_setting('sigmalang.audit', true), '');
    begin
      if tg_op = 'TRUNCATE' and purpose = 'restore' then return null; end if;
      if tg_op = 'DELETE' and purpose = 'prune' then return old; end if;
      if tg_op = 'UPDATE' and purpose = 'erase'
        and (new.seq, new.at, new.action, new.status, new.code, new.actor_digest, new.hash) = (old.seq, old.at, old.action, old.status, old.code, old.actor_digest, old.hash)
        and new.resource_digest is not distinct from old.resource_digest
      then return new; end if;
      raise exception 'audit_entries is only appended to' using errcode = 'restrict_violation';
    end $$;
    create trigger audit_entries_stay before update or delete on audit_entries for each row execute function keep_audit_entries();
    create trigger audit_entries_remain before truncate on audit_entries for each statement execute function keep_audit_entries();
  `,
} as const;
