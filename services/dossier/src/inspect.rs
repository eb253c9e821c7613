//! What a file is, by its content: an allow-list of kinds, each recognised by its first bytes and its
//! structure. Nothing is unpacked and no name inside an archive is ever used as a path.

mod image;
mod pdf;
mod zip;

use std::io::{self, Read, Seek, SeekFrom};

/// A kind of file that a dossier takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PDF without active content.
    Pdf,
    /// OFD (GB/T 33190).
    Ofd,
    /// JPEG.
    Jpeg,
    /// PNG, one picture.
    Png,
    /// Word without macros.
    Docx,
    /// Excel without macros.
    Xlsx,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 6] =
        [Kind::Pdf, Kind::Ofd, Kind::Jpeg, Kind::Png, Kind::Docx, Kind::Xlsx];

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Pdf => "application/pdf",
            Kind::Ofd => "application/ofd",
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
            Kind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The endings that its files' names have.
    #[must_use]
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Kind::Pdf => &["pdf"],
            Kind::Ofd => &["ofd"],
            Kind::Jpeg => &["jpg", "jpeg"],
            Kind::Png => &["png"],
            Kind::Docx => &["docx"],
            Kind::Xlsx => &["xlsx"],
        }
    }

    /// Whether a file's name ends as this kind does; only the last ending counts, as it does for whoever
    /// opens it.
    #[must_use]
    pub fn fits_name(self, name: &str) -> bool {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        ending.is_some_and(|ending| self.endings().contains(&ending.as_str()))
    }
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// It breaks a rule; the sentence goes to the sender.
    #[error("{0}")]
    Rule(&'static str),
    /// It cannot be read.
    #[error("the file cannot be read")]
    Unreadable(#[from] io::Error),
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its kind.
    pub kind: Kind,
    /// What it shows and nobody vouches for.
    pub observations: Vec<String>,
}

impl From<Kind> for Found {
    fn from(kind: Kind) -> Self {
        Found { kind, observations: Vec::new() }
    }
}

/// Looks into a file.
///
/// # Errors
/// Why it is not taken, or that it cannot be read.
pub fn inspect(file: &mut (impl Read + Seek)) -> Result<Found, Unfit> {
    let size = file.seek(SeekFrom::End(0))?;
    if size == 0 {
        return Err(Unfit::Rule("is empty"));
    }
    let head = read_at(file, 0, 8.min(size))?;
    match head.as_slice() {
        [b'%', b'P', b'D', b'F', b'-', ..] => pdf::inspect(file, size),
        [0xFF, 0xD8, 0xFF, ..] => image::jpeg(file, size),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n'] => image::png(file, size),
        [b'P', b'K', 3, 4, ..] => zip::inspect(file, size),
        _ => Err(Unfit::Rule("is none of PDF, OFD, JPEG, PNG, DOCX and XLSX by its first bytes")),
    }
}

fn read_at(file: &mut (impl Read + Seek), from: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The last bytes of a file, at most as many as an archive's directory may be away from its end.
fn tail(file: &mut (impl Read + Seek), size: u64) -> io::Result<Vec<u8>> {
    let length = size.min(zip::FARTHEST_END);
    read_at(file, size - length, length)
}

/// A picture or PDF that also opens as an archive is two files in one.
fn not_an_archive(tail: &[u8]) -> Result<(), Unfit> {
    if find(tail, zip::END).is_some() {
        return Err(Unfit::Rule("is an archive as well"));
    }
    Ok(())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn be32(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |sum, byte| (sum << 8) | u32::from(*byte))
}

#[cfg(test)]
pub(crate) mod tests;
