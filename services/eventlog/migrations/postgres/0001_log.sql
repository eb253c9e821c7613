-- The log's tables, in the schema that is first in the search path of the migrating session.
-- Times are microseconds since 1970-01-01T00:00:00Z, hashes are described in src/hash.rs.

-- One row: who this log is, and its newest position. Locking it orders all appends. The low fill factor
-- keeps its new versions on the same page.
create table head (
    one bigint primary key check (one = 1),
    name text collate "C" not null,
    log_id bytea not null check (octet_length(log_id) = 16),
    algorithm text collate "C" not null,
    epoch bigint not null,
    position bigint not null,
    hash bytea not null,
    recorded_at bigint not null
) with (fillfactor = 10);

create table event (
    position bigint primary key,
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
    unique (stream, version)
);

-- The newest version of every stream, so that no append looks for a maximum.
create table stream_head (
    stream text collate "C" primary key,
    version bigint not null,
    hash bytea not null
) with (fillfactor = 50);

-- Every key that was ever used, and what its request was answered.
create table command (
    principal text collate "C" not null,
    key text collate "C" not null,
    fingerprint bytea not null check (octet_length(fingerprint) = 32),
    first_position bigint not null,
    last_position bigint not null,
    version bigint not null,
    answer bytea not null,
    primary key (principal, key)
);

-- Values that one stream holds for ever; `position` is the first event of the command that reserved them.
create table reservation (
    kind text collate "C" not null,
    value text collate "C" not null,
    stream text collate "C" not null,
    position bigint not null,
    primary key (kind, value)
);

create index reservation_position on reservation (position);

-- H of src/hash.rs. Opening a new log replaces it if its header names another hash.
create function hash_of(bytes bytea) returns bytea
language sql immutable parallel safe
as $$ select sha256(bytes) $$;

-- F of src/hash.rs.
create function field(bytes bytea) returns bytea
language sql immutable parallel safe
as $$ select int4send(octet_length(bytes)) || bytes $$;

create function field(words text) returns bytea
language sql stable parallel safe
as $$ select int4send(octet_length(words)) || convert_to(words, 'UTF8') $$;

-- Appends a batch of commands under the lock of the head row and answers each of them.
--
-- Streams, keys and reservations are passed once each, and commands name them by their place ("slot"), so
-- that commands of one batch see each other without a query. Events and wanted reservations are flat lists;
-- `events_until[c]` is the last one of command `c`. Reservation slots are sorted by kind and value.
--
-- Outcomes: 0 committed, 1 repeated, 2 key reused, 3 conflict (`versions` has the actual one),
-- 4 reserved (`held` is the slot, `holders` the stream).
--
-- It runs with its owner's rights, because callers have none on the tables. Plans with sequential scans are
-- switched off: they would be chosen while the tables are small and kept when they have grown.
create function append_batch(
    now_us bigint,
    stream_names text[],
    key_principals text[],
    key_names text[],
    reserved_kinds text[],
    reserved_values text[],
    stream_of int[],
    key_of int[],
    fingerprints bytea[],
    actors text[],
    behalves text[],
    expected bigint[],
    answers bytea[],
    events_until int[],
    kinds text[],
    payloads bytea[],
    wanted_until int[],
    wanted int[],
    out outcomes int[],
    out firsts bigint[],
    out lasts bigint[],
    out versions bigint[],
    out given bytea[],
    out held int[],
    out holders text[]
)
language plpgsql security definer
set search_path from current
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    log head%rowtype;
    at_us bigint;
    log_field bytea;
    position_now bigint;
    hash_now bytea;
    -- by stream slot
    stream_versions bigint[];
    stream_hashes bytea[];
    stream_touched boolean[];
    -- by key slot
    known_fingerprints bytea[];
    known_firsts bigint[];
    known_lasts bigint[];
    known_versions bigint[];
    known_answers bytea[];
    -- by reservation slot
    reserved_by text[];
    reserved_at bigint[];
    -- by new event
    event_command int[] := '{}';
    event_index int[] := '{}';
    event_version bigint[] := '{}';
    event_digest bytea[] := '{}';
    event_stream_hash bytea[] := '{}';
    event_hash bytea[] := '{}';
    added int := 0;
    -- of the command at hand
    slot int;
    key_slot int;
    blocked int;
    version_now bigint;
    stream_hash_now bytea;
    digest bytea;
    names bytea;
    first_event int := 1;
    first_wanted int := 1;
begin
    select * into strict log from head where one = 1 for update;
    at_us := greatest(now_us, log.recorded_at);
    position_now := log.position;
    hash_now := log.hash;
    log_field := '\x00'::bytea || field(log.log_id) || field(int4send(log.epoch::int));

    select array_agg(coalesce(h.version, 0) order by s.slot),
           array_agg(coalesce(h.hash, decode(repeat('00', 32), 'hex')) order by s.slot),
           array_agg(false)
      into stream_versions, stream_hashes, stream_touched
      from unnest(stream_names) with ordinality as s (name, slot)
      left join stream_head h on h.stream = s.name;

    select array_agg(c.fingerprint order by k.slot), array_agg(c.first_position order by k.slot),
           array_agg(c.last_position order by k.slot), array_agg(c.version order by k.slot),
           array_agg(c.answer order by k.slot)
      into known_fingerprints, known_firsts, known_lasts, known_versions, known_answers
      from unnest(key_principals, key_names) with ordinality as k (principal, key, slot)
      left join command c on c.principal = k.principal and c.key = k.key;

    select coalesce(array_agg(r.stream order by w.slot), '{}'), coalesce(array_agg(null::bigint), '{}')
      into reserved_by, reserved_at
      from unnest(reserved_kinds, reserved_values) with ordinality as w (kind, value, slot)
      left join reservation r on r.kind = w.kind and r.value = w.value;

    for c in 1 .. cardinality(stream_of) loop
        slot := stream_of[c];
        key_slot := key_of[c];
        version_now := stream_versions[slot];
        blocked := null;
        for w in first_wanted .. wanted_until[c] loop
            if blocked is null and reserved_by[wanted[w]] <> stream_names[slot] then
                blocked := wanted[w];
            end if;
        end loop;

        if known_fingerprints[key_slot] is not null then
            if known_fingerprints[key_slot] = fingerprints[c] then
                outcomes[c] := 1;
                firsts[c] := known_firsts[key_slot];
                lasts[c] := known_lasts[key_slot];
                versions[c] := known_versions[key_slot];
                given[c] := known_answers[key_slot];
            else
                outcomes[c] := 2;
            end if;
        elsif version_now <> expected[c] then
            outcomes[c] := 3;
            versions[c] := version_now;
        elsif blocked is not null then
            outcomes[c] := 4;
            held[c] := blocked;
            holders[c] := reserved_by[blocked];
        else
            digest := field(fingerprints[c]) || field(answers[c]);
            for w in first_wanted .. wanted_until[c] loop
                if reserved_by[wanted[w]] is null then
                    reserved_by[wanted[w]] := stream_names[slot];
                    reserved_at[wanted[w]] := position_now + 1;
                    digest := digest || field(reserved_kinds[wanted[w]]) || field(reserved_values[wanted[w]]);
                end if;
            end loop;
            digest := hash_of(digest);
            names := field(actors[c]) || field(behalves[c])
                  || field(key_principals[key_slot]) || field(key_names[key_slot]) || field(digest);
            outcomes[c] := 0;
            firsts[c] := position_now + 1;
            stream_hash_now := stream_hashes[slot];
            for e in first_event .. events_until[c] loop
                position_now := position_now + 1;
                version_now := version_now + 1;
                stream_hash_now := hash_of(
                    log_field || field(int8send(position_now))
                    || field(stream_names[slot]) || field(int8send(version_now)) || field(kinds[e])
                    || field(int8send(at_us)) || names
                    || field(hash_of(payloads[e])) || field(stream_hash_now));
                hash_now := hash_of(hash_now || stream_hash_now);
                added := added + 1;
                event_command[added] := c;
                event_index[added] := e;
                event_version[added] := version_now;
                event_digest[added] := digest;
                event_stream_hash[added] := stream_hash_now;
                event_hash[added] := hash_now;
            end loop;
            lasts[c] := position_now;
            versions[c] := version_now;
            stream_versions[slot] := version_now;
            stream_hashes[slot] := stream_hash_now;
            stream_touched[slot] := true;
            known_fingerprints[key_slot] := fingerprints[c];
            known_firsts[key_slot] := firsts[c];
            known_lasts[key_slot] := position_now;
            known_versions[key_slot] := version_now;
            known_answers[key_slot] := answers[c];
        end if;
        -- Assigning nothing still makes the lists as long as the commands.
        firsts[c] := firsts[c];
        lasts[c] := lasts[c];
        versions[c] := versions[c];
        given[c] := given[c];
        held[c] := held[c];
        holders[c] := holders[c];
        first_event := events_until[c] + 1;
        first_wanted := wanted_until[c] + 1;
    end loop;

    if added = 0 then
        return;
    end if;
    insert into event (position, epoch, stream, version, kind, recorded_at, actor, on_behalf_of, principal,
                       key, command_digest, payload, stream_hash, hash)
    select log.position + e.n, log.epoch, stream_names[stream_of[e.c]], e.version, kinds[e.i], at_us,
           actors[e.c], behalves[e.c], key_principals[key_of[e.c]], key_names[key_of[e.c]],
           e.digest, payloads[e.i], e.stream_hash, e.hash
      from unnest(event_command, event_index, event_version, event_digest, event_stream_hash, event_hash)
           with ordinality as e (c, i, version, digest, stream_hash, hash, n);
    insert into command (principal, key, fingerprint, first_position, last_position, version, answer)
    select key_principals[key_of[c]], key_names[key_of[c]], fingerprints[c], firsts[c], lasts[c],
           versions[c], answers[c]
      from unnest(outcomes) with ordinality as o (outcome, c)
     where o.outcome = 0;
    insert into stream_head (stream, version, hash)
    select s.name, s.version, s.hash
      from unnest(stream_names, stream_versions, stream_hashes, stream_touched)
           as s (name, version, hash, touched)
     where s.touched
        on conflict (stream) do update set version = excluded.version, hash = excluded.hash;
    insert into reservation (kind, value, stream, position)
    select r.kind, r.value, r.stream, r.position
      from unnest(reserved_kinds, reserved_values, reserved_by, reserved_at)
           as r (kind, value, stream, position)
     where r.position is not null;
    update head set position = position_now, hash = hash_now, recorded_at = at_us where one = 1;
end
$$;

-- The one call that writes. It commits before it answers, so that no client ever holds the head row's lock;
-- in a session that is already in a transaction it fails, and nothing is written.
create procedure append(
    now_us bigint,
    stream_names text[],
    key_principals text[],
    key_names text[],
    reserved_kinds text[],
    reserved_values text[],
    stream_of int[],
    key_of int[],
    fingerprints bytea[],
    actors text[],
    behalves text[],
    expected bigint[],
    answers bytea[],
    events_until int[],
    kinds text[],
    payloads bytea[],
    wanted_until int[],
    wanted int[],
    out outcomes int[],
    out firsts bigint[],
    out lasts bigint[],
    out versions bigint[],
    out given bytea[],
    out held int[],
    out holders text[]
)
language plpgsql
as $$
begin
    select b.outcomes, b.firsts, b.lasts, b.versions, b.given, b.held, b.holders
      into outcomes, firsts, lasts, versions, given, held, holders
      from append_batch(now_us, stream_names, key_principals, key_names, reserved_kinds, reserved_values,
                        stream_of, key_of, fingerprints, actors, behalves, expected, answers,
                        events_until, kinds, payloads, wanted_until, wanted) as b;
    commit;
end
$$;

-- Functions are born executable by everybody.
revoke all on function append_batch from public;
revoke all on procedure append from public;
