//! A file on its way in.

use std::{
    fs::{self, File},
    io::Write,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Store, StoreError, at, flush_folder, hex};

/// A file that is arriving. Dropped before it is kept, it is removed.
#[derive(Debug)]
pub struct Arrival {
    path: PathBuf,
    file: File,
    hasher: Sha256,
    size: u64,
    limit: u64,
    kept: bool,
}

/// Bytes that have all arrived and are flushed, not yet at their address.
#[derive(Debug)]
pub struct Arrived {
    arrival: Arrival,
    /// SHA-256 in lower-case hex.
    pub sha256: String,
    /// Number of bytes.
    pub size: u64,
}

impl Store {
    /// Begins to receive at most `limit` bytes.
    ///
    /// # Errors
    /// The file system refused.
    pub fn receive(&self, limit: u64) -> Result<Arrival, StoreError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{count}", std::process::id());
        let path = self.root.join("arriving").join(name);
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path);
        let file = at(&path, file)?;
        Ok(Arrival { path, file, hasher: Sha256::new(), size: 0, limit, kept: false })
    }

    /// Moves what has arrived to its address and makes the place durable. The same content of the same
    /// project is there once; the file's time is the platform's, by which orphans age.
    ///
    /// # Errors
    /// The file system refused; the content may be there all the same, and is swept if nothing names it.
    pub fn keep(
        &self,
        project: &str,
        mut arrived: Arrived,
        now: Timestamp,
    ) -> Result<Arrived, StoreError> {
        let place = self.place(project, &arrived.sha256)?;
        let folder = place.parent().map(PathBuf::from).unwrap_or_default();
        if !folder.is_dir() {
            at(&folder, fs::create_dir_all(&folder))?;
            at(&folder, flush_folder(&self.root.join("blobs")))?;
        }
        let file = &arrived.arrival.file;
        at(&place, file.set_modified(machine_time(now)))?;
        at(&place, file.sync_all())?;
        // Over an older file of the same content, which heals one that was damaged.
        at(&place, fs::rename(&arrived.arrival.path, &place))?;
        arrived.arrival.kept = true;
        at(&folder, flush_folder(&folder))?;
        Ok(arrived)
    }
}

impl Arrival {
    /// Takes more bytes.
    ///
    /// # Errors
    /// They are too many, or the file system refused.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.size = self.size.saturating_add(bytes.len() as u64);
        if self.size > self.limit {
            return Err(StoreError::TooLarge { limit: self.limit });
        }
        self.hasher.update(bytes);
        at(&self.path, self.file.write_all(bytes))
    }

    /// Ends the arrival: what came is flushed.
    ///
    /// # Errors
    /// The file system refused.
    pub fn finish(self) -> Result<Arrived, StoreError> {
        at(&self.path, self.file.sync_all())?;
        let sha256 = hex(&self.hasher.clone().finalize());
        Ok(Arrived { sha256, size: self.size, arrival: self })
    }
}

impl Arrived {
    /// The bytes, to look into before they are kept.
    pub fn file(&mut self) -> &mut File {
        &mut self.arrival.file
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        if !self.kept {
            // What cannot be removed now is swept later.
            let _ignored = fs::remove_file(&self.path);
        }
    }
}

/// An instant as the file system writes it. Times before 1970 do not come up.
fn machine_time(at: Timestamp) -> SystemTime {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}
