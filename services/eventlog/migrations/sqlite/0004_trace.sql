-- The trace context of each event's command, as W3C writes it in `traceparent`; empty where nobody traced it. It is
-- telemetry, not history: no hash covers it, and it may be emptied at any time.
alter table event add column traceparent text not null default '';
