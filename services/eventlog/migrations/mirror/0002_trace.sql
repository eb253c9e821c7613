-- The trace context of each event's command, as a log keeps it (migrations/postgres/0004_trace.sql).
alter table event add column traceparent text collate "C" not null default '';
