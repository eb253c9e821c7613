-- The keys of texts that the log holds sealed, one for each subject. A key that was destroyed leaves its row
-- behind: what was made unreadable on purpose is told from what lost its key.
create table vault (
    id blob primary key check (length(id) = 16),
    subject text not null,
    key blob check (length(key) = 32)
) strict, without rowid;

create unique index vault_subject on vault (subject) where key is not null;
