/** Keys of callers, their sessions, and what all processes must agree on about them. */
export const IDENTITY = {
  name: 'identity',
  isAdditive: true,
  sql: `
    create table auth_state (
      one boolean primary key default true check (one),
      version bigint not null default 0,
      secret_fingerprint text,
      cache_epoch bigint not null default 0
    );
    insert into auth_state default values;

    create table api_keys (
      id uuid primary key,
      prefix text collate "C" not null,
      hash bytea not null unique,
      name text not null,
      subject text collate "C" not null,
      role text collate "C" not null,
      rate_per_minute integer,
      burst integer,
      created_at timestamptz not null default now(),
      expires_at timestamptz,
      last_used_at timestamptz,
      revoked_at timestamptz
    );
    create index api_keys_by_prefix on api_keys (prefix);
    create index api_keys_by_subject on api_keys (subject);
    create index api_keys_by_age on api_keys (created_at, id);

    create table sessions (
      id uuid primary key,
      key_id uuid not null references api_keys (id) on delete cascade,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      revoked_at timestamptz
    );
    create index sessions_by_key on sessions (key_id);
    create index sessions_by_end on sessions (expires_at);

    create table refresh_tokens (
      hash bytea primary key,
      session_id uuid not null references sessions (id) on delete cascade,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index refresh_tokens_by_session on refresh_tokens (session_id);
    create index refresh_tokens_by_end on refresh_tokens (expires_at);
  `,
} as const;
