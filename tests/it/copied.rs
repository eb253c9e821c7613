//! A copy of the repository's seeds, to be spoilt.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A copy of the repository's seeds in a folder of its own, to be spoilt.
pub struct Copied(PathBuf);

impl Copied {
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("tongban-it-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds"), &folder);
        Self(folder)
    }

    /// Changes the text of one file.
    pub fn spoil(&self, path: &str, from: &str, to: &str) {
        let path = self.0.join(path);
        let text = fs::read_to_string(&path).expect("a seed");
        assert!(text.contains(from), "{} has no {from:?}", path.display());
        fs::write(&path, text.replacen(from, to, 1)).expect("a spoilt seed");
    }

    pub fn folder(&self) -> &Path {
        &self.0
    }

    pub fn path(&self) -> &str {
        self.0.to_str().expect("UTF-8")
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
}
