//! Archives: OFD, DOCX and XLSX are ZIP files. Only the directory is read, and it must agree with what it
//! lists; nothing is unpacked.

mod directory;

use std::{
    collections::BTreeSet,
    io::{Read, Seek},
};

use super::{Found, Kind, Unfit, tail};
use directory::Entry;

/// Signature of the end of the directory.
pub(super) const END: &[u8] = b"PK\x05\x06";
/// The end of the directory and the longest comment behind it.
pub(super) const FARTHEST_END: u64 = 22 + 65_535;

/// Most entries.
const MAX_ENTRIES: usize = 2_000;
/// Most bytes of all entries together, unpacked.
const MAX_UNPACKED: u64 = 500 * 1024 * 1024;
/// Most bytes unpacked for one byte packed.
const MAX_RATIO: u64 = 100;
/// Entries smaller than this cannot burst anything, however well they are packed.
const HARMLESS: u64 = 1024 * 1024;

pub(super) fn inspect(file: &mut (impl Read + Seek), size: u64) -> Result<Found, Unfit> {
    let end = directory::end(&tail(file, size)?, size)?;
    if end.entries > MAX_ENTRIES {
        return Err(Unfit::Rule("is an archive of more than 2000 entries"));
    }
    let entries = directory::entries(file, &end)?;
    directory::check_places(file, &entries, &end)?;
    each_once(&entries)?;
    check_sizes(&entries)?;
    entries.iter().try_for_each(check_entry)?;
    kind(&entries)
}

fn check_sizes(entries: &[Entry]) -> Result<(), Unfit> {
    let unpacked = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.unpacked));
    if unpacked > MAX_UNPACKED {
        return Err(Unfit::Rule("is an archive of more than 500 MiB unpacked"));
    }
    let bursts = |entry: &Entry| {
        entry.unpacked > HARMLESS && entry.unpacked / entry.packed.max(1) > MAX_RATIO
    };
    let packed = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.packed));
    let all = unpacked > HARMLESS && unpacked / packed.max(1) > MAX_RATIO;
    if all || entries.iter().any(bursts) {
        return Err(Unfit::Rule("is an archive that is packed more than a hundredfold"));
    }
    Ok(())
}

/// Of two entries with one name, one reader opens the first and another the last.
fn each_once(entries: &[Entry]) -> Result<(), Unfit> {
    let mut seen = BTreeSet::new();
    if entries.iter().all(|entry| seen.insert(entry.name.to_lowercase())) {
        Ok(())
    } else {
        Err(Unfit::Rule("is an archive with two entries of one name"))
    }
}

fn check_entry(entry: &Entry) -> Result<(), Unfit> {
    if entry.is_encrypted {
        return Err(Unfit::Rule("is an encrypted archive"));
    }
    if !matches!(entry.method, 0 | 8) {
        return Err(Unfit::Rule("is an archive packed in an unusual way"));
    }
    if entry.is_symlink {
        return Err(Unfit::Rule("is an archive with a link in it"));
    }
    let name = entry.name.as_str();
    let climbs = name.split('/').any(|part| part == "..");
    if name.starts_with('/') || climbs || name.contains(['\\', ':', '\0']) || name.is_empty() {
        return Err(Unfit::Rule("is an archive whose names lead out of it"));
    }
    let lower = name.to_ascii_lowercase();
    let nested =
        [".zip", ".ofd", ".docx", ".xlsx", ".pptx", ".docm", ".xlsm", ".jar", ".7z", ".rar"];
    if nested.iter().any(|ending| lower.ends_with(ending)) {
        return Err(Unfit::Rule("is an archive within an archive"));
    }
    Ok(())
}

fn kind(entries: &[Entry]) -> Result<Found, Unfit> {
    let has = |name: &str| entries.iter().any(|entry| entry.name == name);
    let kind = match (has("OFD.xml"), has("[Content_Types].xml")) {
        (true, false) => return Ok(Kind::Ofd.into()),
        (false, true) if has("word/document.xml") && !has("xl/workbook.xml") => Kind::Docx,
        (false, true) if has("xl/workbook.xml") && !has("word/document.xml") => Kind::Xlsx,
        _ => return Err(Unfit::Rule("is an archive, but none of OFD, DOCX and XLSX")),
    };
    // Macros and embedded objects are the only binaries of an office document besides printer settings,
    // and a macro may go by any name.
    let active = |entry: &Entry| {
        let lower = entry.name.to_ascii_lowercase();
        let printer = lower.contains("printersettings");
        (lower.ends_with(".bin") && !printer)
            || lower.contains("vbaproject")
            || lower.contains("/activex/")
            || lower.contains("/embeddings/")
    };
    if entries.iter().any(active) {
        return Err(Unfit::Rule("is a document with macros or embedded objects"));
    }
    Ok(kind.into())
}
