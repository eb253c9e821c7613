-- The log's tables. Times are microseconds since 1970-01-01T00:00:00Z, hashes are described in src/hash.rs.

-- One row: who this log is, and its newest position.
create table head (
    one integer primary key check (one = 1),
    name text not null,
    log_id blob not null check (length(log_id) = 16),
    algorithm text not null,
    epoch integer not null,
    position integer not null,
    hash blob not null,
    recorded_at integer not null
) strict;

create table event (
    position integer primary key,
    epoch integer not null,
    stream text not null,
    version integer not null,
    kind text not null,
    recorded_at integer not null,
    actor text not null,
    on_behalf_of text not null,
    principal text not null,
    key text not null,
    command_digest blob not null,
    payload blob not null,
    stream_hash blob not null,
    hash blob not null,
    unique (stream, version)
) strict;

-- The newest version of every stream, so that no append looks for a maximum.
create table stream_head (
    stream text primary key,
    version integer not null,
    hash blob not null
) strict, without rowid;

-- Every key that was ever used, and what its request was answered.
create table command (
    principal text not null,
    key text not null,
    fingerprint blob not null check (length(fingerprint) = 32),
    first_position integer not null,
    last_position integer not null,
    version integer not null,
    answer blob not null,
    primary key (principal, key)
) strict, without rowid;

-- Values that one stream holds for ever; `position` is the first event of the command that reserved them.
create table reservation (
    kind text not null,
    value text not null,
    stream text not null,
    position integer not null,
    primary key (kind, value)
) strict, without rowid;

create index reservation_position on reservation (position);
