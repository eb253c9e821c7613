-- A fenced key is a row of the command table that no command stands behind: its fingerprint is 32 zero bytes,
-- its positions and its version are 0, its answer is empty. The tables need no change for it; the number
-- keeps programs away that would take such a row for damage.
select 1;
