/** Collections, their documents and embeddings, and the jobs that embed them anew. */
export const FIRST_TABLES = {
  name: 'first tables',
  isAdditive: false,
  sql: `
    create table installation (
      one boolean primary key default true check (one),
      incarnation uuid not null default gen_random_uuid()
    );
    insert into installation default values;

    create table collections (
      id bigint generated always as identity primary key,
      owner text collate "C" not null,
      name text collate "C" not null,
      description text,
      model text not null,
      dimensions integer not null,
      generation integer not null default 1,
      seq bigint not null default 0,
      pruned_seq bigint not null default 0,
      documents bigint not null default 0,
      bytes bigint not null default 0,
      created_at timestamptz not null default now(),
      unique (owner, name)
    );

    create table removed_collections (collection_id bigint primary key);

    create table documents (
      collection_id bigint not null,
      id text collate "C" not null,
      text text,
      metadata jsonb,
      bytes integer not null,
      seq bigint not null,
      changed_at timestamptz not null default now(),
      primary key (collection_id, id)
    );
    create index documents_by_seq on documents (collection_id, seq, id);
    create index documents_removed on documents (changed_at) where text is null;

    create table embeddings (
      collection_id bigint not null,
      generation integer not null,
      id text collate "C" not null,
      embedding bytea not null,
      primary key (collection_id, generation, id)
    );
    alter table embeddings alter column embedding set storage external;

    create table reembeddings (
      collection_id bigint primary key references collections (id) on delete cascade,
      model text not null,
      dimensions integer not null,
      generation integer not null,
      state text not null default 'waiting' check (state in ('waiting', 'running', 'failed')),
      done bigint not null default 0,
      total bigint not null,
      reason text,
      claim uuid,
      lease_until timestamptz,
      created_at timestamptz not null default now()
    );
  `,
} as const;
