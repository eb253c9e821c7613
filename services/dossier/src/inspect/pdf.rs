//! PDF: active content is refused wherever its name stands in the clear. Names inside compressed object
//! streams are not seen here; that there are such streams is observed, and searching them is the scanner's work.

use std::io::{self, Read, Seek, SeekFrom};

use super::{Found, Kind, Unfit, not_an_archive, tail};

/// Names that make a PDF do something, or hide something. `/JS` alone is too short to mean anything in the
/// midst of compressed bytes; it never stands without `/JavaScript`.
const ACTIVE: [&str; 6] =
    ["JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA"];

/// Names that are refused elsewhere or told as observations.
const NOTED: [&str; 3] = ["Encrypt", "ByteRange", "ObjStm"];

/// Most bytes of the four numbers of a signature's range.
const LONGEST_RANGE: usize = 96;

/// The longest name that is read.
const LONGEST_NAME: usize = 32;

pub(super) fn inspect(file: &mut (impl Read + Seek), size: u64) -> Result<Found, Unfit> {
    let tail = tail(file, size)?;
    let last = &tail[tail.len().saturating_sub(1024)..];
    let end = last.windows(5).rposition(|window| window == b"%%EOF");
    let end = end.ok_or(Unfit::Rule("is a PDF without its end"))?;
    if !last[end + 5..].iter().all(u8::is_ascii_whitespace) {
        return Err(Unfit::Rule("is a PDF with something behind its end"));
    }
    not_an_archive(&tail)?;
    contents(&tail, size)?;
    let names = names(file)?;
    if names.iter().any(|name| ACTIVE.contains(&name.as_str())) {
        return Err(Unfit::Rule("is a PDF with active or embedded content"));
    }
    if names.iter().any(|name| name == "Encrypt") {
        return Err(Unfit::Rule("is an encrypted PDF"));
    }
    let mut observations = Vec::new();
    if names.iter().any(|name| name == "ByteRange") {
        observations.push("signed".to_owned());
        if signed_to(file)? < size - trailing(&tail) {
            observations.push("changed_after_signature".to_owned());
        }
    }
    if names.iter().any(|name| name == "ObjStm") {
        observations.push("object_streams".to_owned());
    }
    Ok(Found { kind: Kind::Pdf, observations })
}

/// The last `startxref` says where the table of contents lies, within the file.
fn contents(tail: &[u8], size: u64) -> Result<(), Unfit> {
    const MARK: &[u8] = b"startxref";
    let found = tail.windows(MARK.len()).rposition(|window| window == MARK);
    let found = found.ok_or(Unfit::Rule("is a PDF without a table of contents"))?;
    match numbers(&tail[found + MARK.len()..]).next() {
        Some(place) if place < size => Ok(()),
        Some(_) | None => Err(Unfit::Rule("is a PDF whose table of contents is not there")),
    }
}

/// White space behind the end, which no signature needs to cover.
fn trailing(tail: &[u8]) -> u64 {
    tail.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count() as u64
}

/// How far the last signature reaches: the end of the second part of the widest `/ByteRange`. What stands behind
/// it was added after the signature.
fn signed_to(file: &mut (impl Read + Seek)) -> io::Result<u64> {
    const MARK: &[u8] = b"/ByteRange";
    file.seek(SeekFrom::Start(0))?;
    let (mut reach, mut held) = (0, Vec::new());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        held.extend_from_slice(&buffer[..read]);
        for at in held.windows(MARK.len()).enumerate().filter(|(_, window)| *window == MARK) {
            let behind = &held[at.0 + MARK.len()..];
            let range: Vec<u64> =
                numbers(&behind[..behind.len().min(LONGEST_RANGE)]).take(4).collect();
            if let [_, _, from, length] = range.as_slice() {
                reach = reach.max(from.saturating_add(*length));
            }
        }
        if read == 0 {
            return Ok(reach);
        }
        // The mark and its numbers may lie across two reads.
        held.drain(..held.len().saturating_sub(MARK.len() + LONGEST_RANGE));
    }
}

/// The whole numbers that a text begins with, parted by blanks and brackets.
fn numbers(text: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let parts = text.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'[' | b']'));
    let words = parts.filter(|part| !part.is_empty());
    words.map_while(|word| std::str::from_utf8(word).ok()?.parse().ok())
}

/// The names of the file that matter here, with `#xx` written out: `/J#61vaScript` is a name, too.
fn names(file: &mut (impl Read + Seek)) -> io::Result<Vec<String>> {
    file.seek(SeekFrom::Start(0))?;
    let mut found = Vec::new();
    let mut name: Option<Vec<u8>> = None;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            note(name.take(), &mut found);
            return Ok(found);
        }
        for byte in &buffer[..read] {
            if *byte == b'/' {
                note(name.replace(Vec::new()), &mut found);
            } else if is_regular(*byte) {
                let Some(open) = &mut name else { continue };
                // Each character may take three; what is longer is none of ours.
                if open.len() > 3 * LONGEST_NAME { name = None } else { open.push(*byte) }
            } else {
                note(name.take(), &mut found);
            }
        }
    }
}

fn is_regular(byte: u8) -> bool {
    !matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'%')
}

fn note(name: Option<Vec<u8>>, found: &mut Vec<String>) {
    let Some(name) = name else { return };
    let plain = unescaped(&name);
    let matters = ACTIVE.contains(&plain.as_str()) || NOTED.contains(&plain.as_str());
    if matters && !found.contains(&plain) {
        found.push(plain);
    }
}

fn unescaped(name: &[u8]) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let (mut plain, mut rest) = (String::new(), name);
    while let Some((first, after)) = rest.split_first() {
        match (first, digit(after.first()), digit(after.get(1))) {
            (b'#', Some(high), Some(low)) => {
                plain.push(char::from_u32(high * 16 + low).unwrap_or(char::REPLACEMENT_CHARACTER));
                rest = &after[2..];
            }
            (first, ..) => {
                plain.push(char::from(*first));
                rest = after;
            }
        }
    }
    plain
}
