//! Pictures: their size from the header alone, and that they are whole.

use std::io::{Read, Seek};

use super::{Found, Kind, Unfit, be32, not_an_archive, read_at, tail};

/// Most pixels of a picture; more would burst whoever opens it.
const MAX_PIXELS: u64 = 100_000_000;

/// Most segments before a picture's frame; cameras write a dozen.
const MAX_SEGMENTS: usize = 1_000;

fn check_pixels(width: u64, height: u64) -> Result<(), Unfit> {
    match width.checked_mul(height) {
        Some(0) => Err(Unfit::Rule("is a picture without pixels")),
        Some(pixels) if pixels <= MAX_PIXELS => Ok(()),
        Some(_) | None => Err(Unfit::Rule("is a picture of more than 100 million pixels")),
    }
}

pub(super) fn png(file: &mut (impl Read + Seek), size: u64) -> Result<Found, Unfit> {
    let head = read_at(file, 8, 25)?;
    if head.len() < 25 || be32(&head) != 13 || &head[4..8] != b"IHDR" {
        return Err(Unfit::Rule("is a PNG without its header"));
    }
    check_pixels(u64::from(be32(&head[8..])), u64::from(be32(&head[12..])))?;
    let mut at = 8;
    for _ in 0..MAX_SEGMENTS * 100 {
        let chunk = read_at(file, at, 8)?;
        if chunk.len() < 8 {
            return Err(Unfit::Rule("is a PNG that was cut off"));
        }
        // Length, kind, data, checksum.
        at += 12 + u64::from(be32(&chunk));
        match &chunk[4..8] {
            b"acTL" => return Err(Unfit::Rule("is a PNG with more than one picture")),
            b"IEND" if at == size => {
                not_an_archive(&tail(file, size)?)?;
                return Ok(Kind::Png.into());
            }
            _ if at > size => return Err(Unfit::Rule("is a PNG that was cut off")),
            b"IEND" => return Err(Unfit::Rule("is a PNG with something behind its end")),
            _ => {}
        }
    }
    Err(Unfit::Rule("is a PNG in too many pieces"))
}

pub(super) fn jpeg(file: &mut (impl Read + Seek), size: u64) -> Result<Found, Unfit> {
    let tail = tail(file, size)?;
    let end = tail.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    if !tail[..end].ends_with(&[0xFF, 0xD9]) {
        return Err(Unfit::Rule("is a JPEG that was cut off, or has something behind its end"));
    }
    not_an_archive(&tail)?;
    let mut at = 2;
    for _ in 0..MAX_SEGMENTS {
        let segment = read_at(file, at, 9)?;
        let [0xFF, marker, high, low, ..] = segment.as_slice() else {
            return Err(Unfit::Rule("is a JPEG without a frame"));
        };
        match marker {
            // A fill byte before the marker.
            0xFF => at += 1,
            // The frame, in any of its codings; DHT, JPG and DAC lie between them.
            0xC0..=0xCF if ![0xC4, 0xC8, 0xCC].contains(marker) => {
                let [_, _, _, _, _, h1, h2, w1, w2] = segment.as_slice() else {
                    return Err(Unfit::Rule("is a JPEG without a frame"));
                };
                let two = |high: &u8, low: &u8| u64::from(*high) * 256 + u64::from(*low);
                check_pixels(two(w1, w2), two(h1, h2))?;
                return Ok(Kind::Jpeg.into());
            }
            // The picture's data before its frame, or its end.
            0xDA | 0xD9 => return Err(Unfit::Rule("is a JPEG without a frame")),
            0x01 | 0xD0..=0xD7 => at += 2,
            _ => at += 2 + u64::from(*high) * 256 + u64::from(*low),
        }
    }
    Err(Unfit::Rule("is a JPEG in too many pieces"))
}
