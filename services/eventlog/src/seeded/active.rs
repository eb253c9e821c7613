//! The faults of a build that has them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::Fault;

/// How long a key is remembered under [`Fault::M4`].
const WINDOW: Duration = Duration::from_secs(2);

/// Whether a fault is seeded.
pub fn fault(fault: Fault) -> bool {
    static NAMED: OnceLock<String> = OnceLock::new();
    let named = NAMED.get_or_init(|| {
        let named = std::env::var("TONGBAN_SEEDED_FAULT").unwrap_or_default();
        tracing::warn!(fault = named, "this build may hold a seeded fault; it is for tests only");
        named
    });
    *named == format!("{fault:?}")
}

/// The tables of a log, with the fault that belongs to them.
pub(crate) fn tables(sql: &'static str) -> &'static str {
    let seeded = [Fault::M2, Fault::M3, Fault::M4, Fault::M5, Fault::M14];
    match seeded.into_iter().find(|one| fault(*one)) {
        // Once for each log that is opened.
        Some(fault) => Box::leak(changed(sql, fault).into_boxed_str()),
        None => sql,
    }
}

fn changed(sql: &str, fault: Fault) -> String {
    let changes = changes(fault);
    let sql = changes.iter().fold(sql.to_owned(), |sql, (from, to)| sql.replace(from, to));
    match fault {
        Fault::M3 => format!("create sequence seeded_position;\n{sql}"),
        _ => sql,
    }
}

fn changes(fault: Fault) -> &'static [(&'static str, &'static str)] {
    const KEYED: &str = "left join command c on c.principal = k.principal and c.key = k.key;";
    match fault {
        Fault::M2 => &[("elsif version_now <> expected[c] then", "elsif false then")],
        Fault::M3 => &[
            ("position_now := position_now + 1;", "position_now := nextval('seeded_position');"),
            ("select log.position + e.n,", "select position_now - added + e.n,"),
        ],
        Fault::M4 => &[
            (
                KEYED,
                "left join command c on c.principal = k.principal and c.key = k.key
                       and exists (select from event x where x.position = c.first_position
                                                         and x.recorded_at > now_us - 2000000);",
            ),
            (
                "where o.outcome = 0;",
                "where o.outcome = 0
                    on conflict (principal, key) do update
                   set fingerprint = excluded.fingerprint, first_position = excluded.first_position,
                       last_position = excluded.last_position, version = excluded.version,
                       answer = excluded.answer;",
            ),
        ],
        Fault::M5 => &[(
            KEYED,
            "left join lateral (select * from command c where c.key = k.key limit 1) c on true;",
        )],
        Fault::M14 => &[(
            "field(hash_of(payloads[e]))",
            "field(hash_of(case position_now % 64 when 0 then payloads[e] || '\\x00'::bytea
                                                 else payloads[e] end))",
        )],
        _ => &[],
    }
}

/// Whether a key is forgotten by now: it was first asked for too long ago.
pub(crate) fn forgets(principal: &str, key: &str) -> bool {
    type Keys = Mutex<HashMap<(String, String), Instant>>;
    static FIRST: OnceLock<Keys> = OnceLock::new();
    if !fault(Fault::M4) {
        return false;
    }
    let mut first = FIRST.get_or_init(Keys::default).lock().unwrap_or_else(PoisonError::into_inner);
    let asked = first.entry((principal.to_owned(), key.to_owned())).or_insert_with(Instant::now);
    asked.elapsed() > WINDOW
}

/// Whether to give up after this error, the third or later one of this process.
pub(crate) fn gives_up() -> bool {
    static ERRORS: AtomicUsize = AtomicUsize::new(0);
    fault(Fault::M9) && ERRORS.fetch_add(1, Ordering::Relaxed) > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seeded_change_of_the_tables_finds_what_it_changes() {
        let sql = include_str!("../../migrations/postgres/0001_log.sql");
        for fault in [Fault::M2, Fault::M3, Fault::M4, Fault::M5, Fault::M14] {
            assert!(!changes(fault).is_empty());
            for (from, _) in changes(fault) {
                assert_eq!(sql.matches(from).count(), 1, "{fault:?}: {from}");
            }
        }
    }
}
