//! The directory of a ZIP file, as its end says and as the entries themselves confirm.

use std::io::{Read, Seek};

use super::super::{Unfit, read_at};
use super::END;

/// The end of the directory.
pub(super) struct End {
    /// Entries, as it says.
    pub(super) entries: usize,
    /// Where the directory begins.
    start: u64,
    /// Where it ends, which is where the end record begins.
    at: u64,
}

/// One entry of the directory.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) packed: u64,
    pub(super) unpacked: u64,
    pub(super) method: u16,
    pub(super) is_encrypted: bool,
    pub(super) is_symlink: bool,
    raw_name: Vec<u8>,
    place: u64,
}

fn le16(bytes: &[u8], at: usize) -> u16 {
    let byte = |at: usize| u16::from(bytes.get(at).copied().unwrap_or(0));
    byte(at) | (byte(at + 1) << 8)
}

fn le32(bytes: &[u8], at: usize) -> u64 {
    u64::from(le16(bytes, at)) | (u64::from(le16(bytes, at + 2)) << 16)
}

const DAMAGED: Unfit = Unfit::Rule("is an archive whose directory is damaged");

/// Finds the end of the directory. Its comment must reach to the end of the file, so that there is one
/// end only, and nothing behind it.
pub(super) fn end(tail: &[u8], size: u64) -> Result<End, Unfit> {
    let found = tail.windows(END.len()).rposition(|window| window == END).ok_or(DAMAGED)?;
    let record = &tail[found..];
    if record.len() < 22 || record.len() != 22 + usize::from(le16(record, 20)) {
        return Err(DAMAGED);
    }
    let at = size - record.len() as u64;
    let (disk, entries, length, start) =
        (le32(record, 4), le16(record, 10), le32(record, 12), le32(record, 16));
    // No file that is small enough to be taken needs ZIP64 or a second disk.
    let is_plain = disk == 0 && le16(record, 8) == entries && entries != 0xFFFF;
    if !is_plain || start.checked_add(length) != Some(at) {
        return Err(DAMAGED);
    }
    Ok(End { entries: usize::from(entries), start, at })
}

/// Reads every entry of the directory; they must fill it exactly.
pub(super) fn entries(file: &mut (impl Read + Seek), end: &End) -> Result<Vec<Entry>, Unfit> {
    let bytes = read_at(file, end.start, (end.at - end.start).min(4 * 1024 * 1024))?;
    let (mut entries, mut rest) = (Vec::new(), bytes.as_slice());
    while !rest.is_empty() {
        if rest.len() < 46 || !rest.starts_with(b"PK\x01\x02") || entries.len() == end.entries {
            return Err(DAMAGED);
        }
        let (flags, name_length) = (le16(rest, 8), usize::from(le16(rest, 28)));
        let extra = usize::from(le16(rest, 30)) + usize::from(le16(rest, 32));
        let raw_name = rest.get(46..46 + name_length).ok_or(DAMAGED)?;
        let name = std::str::from_utf8(raw_name)
            .map_err(|_| Unfit::Rule("is an archive whose names are not UTF-8"))?;
        let is_unix = rest[5] == 3;
        entries.push(Entry {
            name: name.to_owned(),
            raw_name: raw_name.to_vec(),
            packed: le32(rest, 20),
            unpacked: le32(rest, 24),
            method: le16(rest, 10),
            is_encrypted: flags & 0x2041 != 0,
            is_symlink: is_unix && (le32(rest, 38) >> 28) == 0xA,
            place: le32(rest, 42),
        });
        rest = rest.get(46 + name_length + extra..).ok_or(DAMAGED)?;
    }
    if entries.len() == end.entries { Ok(entries) } else { Err(DAMAGED) }
}

/// Every entry lies where the directory says, under the same name, and none within another.
pub(super) fn check_places(
    file: &mut (impl Read + Seek),
    entries: &[Entry],
    end: &End,
) -> Result<(), Unfit> {
    let mut places = Vec::new();
    for entry in entries {
        let header = read_at(file, entry.place, 30)?;
        if header.len() < 30 || !header.starts_with(b"PK\x03\x04") {
            return Err(DAMAGED);
        }
        let name_length = u64::from(le16(&header, 26));
        if read_at(file, entry.place + 30, name_length)? != entry.raw_name {
            return Err(DAMAGED);
        }
        let data = entry.place + 30 + name_length + u64::from(le16(&header, 28));
        // Whatever it is called: what is not packed shows what it is.
        if entry.method == 0
            && read_at(file, data, 4)?.starts_with(b"PK\x03\x04")
            && entry.packed >= 4
        {
            return Err(Unfit::Rule("is an archive within an archive"));
        }
        places.push((entry.place, data.saturating_add(entry.packed)));
    }
    places.sort_unstable();
    let overlap = places.windows(2).any(|pair| pair[0].1 > pair[1].0);
    let beyond = places.last().is_some_and(|(_, to)| *to > end.start);
    if overlap || beyond || places.first().is_some_and(|(from, _)| *from != 0) {
        return Err(Unfit::Rule("is an archive whose entries overlap"));
    }
    Ok(())
}
