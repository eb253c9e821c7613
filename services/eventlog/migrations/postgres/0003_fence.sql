-- Fences a key: a row of the command table that no command stands behind, so that `append_batch` finds the
-- key used by a request that nobody can make: its fingerprint is 32 zero bytes and its positions are 0.
-- Answers with the key's row, which is the fence or the command that was there before.
create function fence_key(
    the_principal text,
    the_key text,
    out fingerprint bytea,
    out first_position bigint,
    out last_position bigint,
    out version bigint,
    out answer bytea
)
language plpgsql security definer
set search_path from current
as $$
#variable_conflict use_column
begin
    -- The lock of every append: what it finds here is committed or never was.
    perform 1 from head where one = 1 for update;
    insert into command (principal, key, fingerprint, first_position, last_position, version, answer)
    values (the_principal, the_key, decode(repeat('00', 32), 'hex'), 0, 0, 0, '')
        on conflict do nothing;
    select c.fingerprint, c.first_position, c.last_position, c.version, c.answer
      into strict fingerprint, first_position, last_position, version, answer
      from command c where c.principal = the_principal and c.key = the_key;
end
$$;

-- As `append`: it commits before it answers, so that no client ever holds the head row's lock.
create procedure fence(
    the_principal text,
    the_key text,
    out fingerprint bytea,
    out first_position bigint,
    out last_position bigint,
    out version bigint,
    out answer bytea
)
language plpgsql
as $$
begin
    select f.fingerprint, f.first_position, f.last_position, f.version, f.answer
      into fingerprint, first_position, last_position, version, answer
      from fence_key(the_principal, the_key) as f;
    commit;
end
$$;

revoke all on function fence_key from public;
revoke all on procedure fence from public;
