//! Sweeps what no event names: uploads that were cut between the rename and the event. What was cut before
//! the rename is removed when the store is opened.

use std::{
    fs::{self, DirEntry},
    path::Path,
};

use jiff::{SignedDuration, Timestamp};

use super::{Store, StoreError, at};

/// How old, by the platform's time, an unnamed file must be.
pub const ORPHAN_AGE: SignedDuration = SignedDuration::from_hours(24);

impl Store {
    /// Removes every file that nothing names and that is older than [`ORPHAN_AGE`]; how many. `is_named`
    /// is asked with project and hash, while no upload is between its rename and its event.
    ///
    /// # Errors
    /// The file system refused.
    pub async fn sweep(
        &self,
        now: Timestamp,
        is_named: impl Fn(&str, &str) -> bool + Send,
    ) -> Result<usize, StoreError> {
        let _alone = self.sweeping.write().await;
        let mut swept = 0;
        for folder in entries(&self.root.join("blobs"))? {
            let project = folder.file_name().to_string_lossy().into_owned();
            for file in entries(&folder.path())? {
                let sha256 = file.file_name().to_string_lossy().into_owned();
                if is_old(&file, now) && !is_named(&project, &sha256) {
                    remove(&file.path())?;
                    swept += 1;
                }
            }
        }
        Ok(swept)
    }
}

fn entries(folder: &Path) -> Result<Vec<DirEntry>, StoreError> {
    let mut entries: Vec<DirEntry> = at(folder, fs::read_dir(folder))?
        .collect::<Result<_, _>>()
        .or_else(|e| at(folder, Err(e)))?;
    entries.sort_by_key(DirEntry::path);
    Ok(entries)
}

fn is_old(file: &DirEntry, now: Timestamp) -> bool {
    let modified = file.metadata().and_then(|metadata| metadata.modified()).ok();
    let modified = modified.and_then(|time| Timestamp::try_from(time).ok());
    modified.is_some_and(|time| now.duration_since(time) > ORPHAN_AGE)
}

fn remove(path: &Path) -> Result<(), StoreError> {
    tracing::info!(path = %path.display(), "sweeping a file that no event names");
    at(path, fs::remove_file(path))
}
