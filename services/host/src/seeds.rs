//! Reads `seeds/`: the files built into the binary, or an operator's own folder.

use rulebook::seed::{Fault, SeedFile};
use rust_embed::RustEmbed;
use std::{
    fs,
    io::{self, Read},
    path::Path,
};

#[derive(RustEmbed)]
#[folder = "../../seeds"]
struct Embedded;

/// A file larger than this is refused before it is parsed (reliability: a bounded loader).
const MAX_BYTES: u64 = 5 * 1024 * 1024;

/// The files of law that were built into this binary.
#[must_use]
pub fn embedded() -> Vec<SeedFile> {
    let mut files: Vec<_> = Embedded::iter()
        .filter(|path| path.ends_with(".toml"))
        .filter_map(|path| {
            let file = Embedded::get(&path)?;
            Some(SeedFile {
                path: path.into_owned(),
                text: String::from_utf8_lossy(&file.data).into_owned(),
            })
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Every `.toml` file below a folder, with paths relative to it.
///
/// # Errors
/// What cannot be read: a missing folder, a file that is too large or not UTF-8 (with the offset of the
/// first bad byte). All of them at once.
pub fn read(folder: &Path) -> Result<Vec<SeedFile>, Vec<Fault>> {
    let (files, faults) = survey(folder);
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

/// As [`read`], but what can be read at all comes with the faults, so that one run finds whatever else is
/// wrong: bytes that are no UTF-8 are replaced by U+FFFD, and of what is too large there is the beginning.
#[must_use]
pub fn survey(folder: &Path) -> (Vec<SeedFile>, Vec<Fault>) {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    visit(folder, folder, &mut files, &mut faults);
    if files.is_empty() && faults.is_empty() {
        faults.push(fault(folder, folder, "the folder holds no .toml file"));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    faults.sort();
    (files, faults)
}

fn visit(root: &Path, folder: &Path, files: &mut Vec<SeedFile>, faults: &mut Vec<Fault>) {
    let entries = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => return faults.push(fault(root, folder, &error.to_string())),
    };
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            visit(root, &path, files, faults);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            match bytes(&path) {
                Ok((bytes, size)) => {
                    let path = relative(root, &path);
                    faults.extend(too_large(&path, size));
                    faults.extend(not_utf8(&path, &bytes).filter(|_| size <= MAX_BYTES));
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    files.push(SeedFile { path, text });
                }
                Err(error) => faults.push(fault(root, &path, &error.to_string())),
            }
        }
    }
}

/// What is in a file, no more of it than is read, and how much there is.
fn bytes(path: &Path) -> io::Result<(Vec<u8>, u64)> {
    let file = fs::File::open(path)?;
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok((bytes, size))
}

fn too_large(path: &str, size: u64) -> Option<Fault> {
    let message = format!("the file has {size} bytes; at most {MAX_BYTES} are read");
    (size > MAX_BYTES).then(|| Fault { path: path.to_owned(), line: 1, message })
}

fn not_utf8(path: &str, bytes: &[u8]) -> Option<Fault> {
    let offset = std::str::from_utf8(bytes).err()?.valid_up_to();
    let line = 1 + bytes.iter().take(offset).filter(|byte| **byte == b'\n').count();
    let message =
        format!("not UTF-8: the byte at offset {offset} cannot begin or go on a character");
    Some(Fault { path: path.to_owned(), line, message })
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn fault(root: &Path, path: &Path, message: &str) -> Fault {
    Fault { path: relative(root, path), line: 1, message: message.to_owned() }
}
