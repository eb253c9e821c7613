-- A reader's copies of the logs that it follows, in the schema `mirror` of its own database. The columns of an
-- event are those of a log (migrations/postgres/0001_log.sql).

-- Every copy that was ever begun has a number of its own; a rebuilt one replaces the one before.
create sequence generation;

-- Up to where each log is copied: its place in the log's history, moved together with the rows.
create table checkpoint (
    log text collate "C" primary key,
    generation bigint not null unique,
    log_id bytea not null check (octet_length(log_id) = 16),
    algorithm text collate "C" not null,
    epoch bigint not null,
    position bigint not null,
    hash bytea not null check (octet_length(hash) = 32)
) with (fillfactor = 10);

create table event (
    generation bigint not null,
    position bigint not null,
    epoch bigint not null,
    stream text collate "C" not null,
    version bigint not null,
    kind text collate "C" not null,
    recorded_at bigint not null,
    actor text collate "C" not null,
    on_behalf_of text collate "C" not null,
    principal text collate "C" not null,
    key text collate "C" not null,
    command_digest bytea not null,
    payload bytea not null,
    stream_hash bytea not null,
    hash bytea not null,
    -- Trace context of its command; no part of the history.
    traceparent text collate "C" not null,
    primary key (generation, position),
    unique (generation, stream, version)
);
