-- The keys of texts that the log holds sealed, one for each subject. A key that was destroyed leaves its row
-- behind: what was made unreadable on purpose is told from what lost its key.
create table vault (
    id bytea primary key check (octet_length(id) = 16),
    subject text collate "C" not null,
    key bytea check (octet_length(key) = 32)
);

create unique index vault_subject on vault (subject) where key is not null;

-- The key of a subject; the given one if it has none yet. Of two callers at once, both get the same.
create function keep_key(new_id bytea, whose text, new_key bytea) returns table (id bytea, key bytea)
language plpgsql security definer
set search_path from current
as $$
#variable_conflict use_column
begin
    insert into vault (id, subject, key) values (new_id, whose, new_key) on conflict do nothing;
    return query select v.id, v.key from vault as v where v.subject = whose and v.key is not null;
end
$$;

-- Destroys the key of a subject; false where there was none.
create function destroy_key(whose text) returns boolean
language plpgsql security definer
set search_path from current
as $$
begin
    update vault set key = null where subject = whose and key is not null;
    return found;
end
$$;

-- Functions are born executable by everybody.
revoke all on function keep_key from public;
revoke all on function destroy_key from public;
