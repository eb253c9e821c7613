//! PDF: active content is refused wherever its name stands in the clear. Names inside compressed object
//! streams are not seen here; that is the scanner's work.

use std::io::{self, Read, Seek, SeekFrom};

use super::{Found, Kind, Unfit, find, not_an_archive, tail};

/// Names that make a PDF do something, or hide something. `/JS` alone is too short to mean anything in the
/// midst of compressed bytes; it never stands without `/JavaScript`.
const ACTIVE: [&str; 6] =
    ["JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA"];

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
    if find(&tail, b"startxref").is_none() {
        return Err(Unfit::Rule("is a PDF without a table of contents"));
    }
    let names = names(file)?;
    if names.iter().any(|name| ACTIVE.contains(&name.as_str())) {
        return Err(Unfit::Rule("is a PDF with active or embedded content"));
    }
    if names.iter().any(|name| name == "Encrypt") {
        return Err(Unfit::Rule("is an encrypted PDF"));
    }
    let signed = names.iter().any(|name| name == "ByteRange");
    let observations = if signed { vec!["signed".to_owned()] } else { Vec::new() };
    Ok(Found { kind: Kind::Pdf, observations })
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
    let matters =
        ACTIVE.contains(&plain.as_str()) || ["Encrypt", "ByteRange"].contains(&plain.as_str());
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
