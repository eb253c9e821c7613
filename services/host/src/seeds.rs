//! Reads `seeds/`: the files built into the binary, or an operator's own folder.

use rulebook::seed::{Fault, SeedFile};
use rust_embed::RustEmbed;
use std::{fs, io, path::Path};

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
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    visit(folder, folder, &mut files, &mut faults);
    if files.is_empty() && faults.is_empty() {
        faults.push(fault(folder, folder, "the folder holds no .toml file"));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    faults.sort();
    if faults.is_empty() { Ok(files) } else { Err(faults) }
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
            match text(&path) {
                Ok(text) => files.push(SeedFile { path: relative(root, &path), text }),
                Err(message) => faults.push(fault(root, &path, &message)),
            }
        }
    }
}

fn text(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > MAX_BYTES {
        return Err(format!("the file has {size} bytes; at most {MAX_BYTES} are read"));
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| {
        format!(
            "not UTF-8: the byte at offset {} cannot begin or go on a character",
            error.utf8_error().valid_up_to()
        )
    })
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn fault(root: &Path, path: &Path, message: &str) -> Fault {
    Fault { path: relative(root, path), line: 1, message: message.to_owned() }
}
