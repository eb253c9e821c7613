-- The trace context of each event's command, as W3C writes it in `traceparent`; empty where nobody traced it. It is
-- telemetry, not history: no hash covers it, and it may be emptied at any time.
alter table event add column traceparent text collate "C" not null default '';

-- Notes the trace contexts of the commands of a batch beside the events that it appended.
create function note_traces(outcomes int[], firsts bigint[], lasts bigint[], traceparents text[]) returns void
language sql security definer
set search_path from current
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
    update event e
       set traceparent = t.traceparent
      from unnest(outcomes, firsts, lasts, traceparents) as t (outcome, first, last, traceparent)
     where t.outcome = 0 and t.traceparent <> ''
       and e.position between t.first and t.last and e.traceparent = ''
$$;

-- As `append`, for a batch in which somebody traces.
create procedure append_traced(
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
    traceparents text[],
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
    perform note_traces(outcomes, firsts, lasts, traceparents);
    commit;
end
$$;

-- Functions are born executable by everybody.
revoke all on function note_traces from public;
revoke all on procedure append_traced from public;
