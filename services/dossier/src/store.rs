//! Where the bytes are: content-addressed files, durable before anything names them.
//!
//! A file arrives beside its place, with a running digest and counter; it is flushed, renamed to its own
//! SHA-256 below its project, and the folder is flushed. Only then may an event name it. What no event
//! names a day later is swept. One process uses a folder at a time.

mod arrival;
mod sweep;

use std::{
    fs::{self, File},
    io::{self, Read, Seek},
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

pub use arrival::{Arrival, Arrived};
pub use sweep::ORPHAN_AGE;

/// What cannot be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused.
    #[error("cannot use {path}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// More bytes arrived than are allowed.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// The most that is allowed.
        limit: u64,
    },
    /// The bytes on disk are not those that were stored.
    #[error("the content of {path} does not fit its address")]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, StoreError> {
    result.map_err(|source| StoreError::File { path: path.to_owned(), source })
}

/// A folder of files by content. Cheap to clone; clones share the lock against sweeping.
#[derive(Debug, Clone)]
pub struct Store {
    root: Arc<PathBuf>,
    /// Held for reading from the rename until the event is recorded, so that a sweep between them does
    /// not take an old file of the same content away.
    sweeping: Arc<RwLock<()>>,
}

/// While it lives, nothing is swept.
#[derive(Debug)]
pub struct Unswept(#[allow(dead_code)] OwnedRwLockReadGuard<()>);

impl Store {
    /// A store in a folder, which is created if it is missing. What was arriving when the last process
    /// ended is removed.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let arriving = root.join("arriving");
        if arriving.exists() {
            at(&arriving, fs::remove_dir_all(&arriving))?;
        }
        for folder in [arriving, root.join("blobs")] {
            at(&folder, fs::create_dir_all(&folder))?;
        }
        at(root, flush_folder(root))?;
        Ok(Self { root: Arc::new(root.to_owned()), sweeping: Arc::default() })
    }

    /// Keeps the sweeper out until the guard is dropped.
    pub async fn unswept(&self) -> Unswept {
        Unswept(self.sweeping.clone().read_owned().await)
    }

    /// Where the content of a project lies. Both parts are checked by their types before they come here,
    /// and again: no path is ever built from input.
    fn place(&self, project: &str, sha256: &str) -> Result<PathBuf, StoreError> {
        let plain = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let folder = self.root.join("blobs");
        if !plain(project) || sha256.len() != 64 || !plain(sha256) {
            let source = io::Error::from(io::ErrorKind::InvalidInput);
            return Err(StoreError::File { path: folder, source });
        }
        Ok(folder.join(project).join(sha256))
    }

    /// Makes durable what the platform wrote itself; the address.
    ///
    /// # Errors
    /// The file system refused.
    pub fn put(&self, project: &str, bytes: &[u8], now: Timestamp) -> Result<String, StoreError> {
        let mut arrival = self.receive(u64::MAX)?;
        arrival.write(bytes)?;
        Ok(self.keep(project, arrival.finish()?, now)?.sha256)
    }

    /// Opens content for reading, after the whole of it was hashed: what does not fit its address is
    /// never served.
    ///
    /// # Errors
    /// It is missing, cannot be read, or was changed.
    pub fn read(&self, project: &str, sha256: &str) -> Result<File, StoreError> {
        let path = self.place(project, sha256)?;
        let mut file = at(&path, File::open(&path))?;
        if at(&path, digest(&mut file))? != sha256 {
            return Err(StoreError::Changed { path });
        }
        at(&path, file.rewind())?;
        Ok(file)
    }

    /// Where content lies, for a scanner.
    ///
    /// # Errors
    /// The address is none.
    pub fn path(&self, project: &str, sha256: &str) -> Result<PathBuf, StoreError> {
        self.place(project, sha256)
    }
}

fn digest(file: &mut File) -> io::Result<String> {
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hasher.finalize())),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// Bytes as they are addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digested {
    /// SHA-256 in lower-case hex.
    pub sha256: String,
    /// Number of bytes.
    pub size: u64,
}

/// The address that bytes will have.
#[must_use]
pub fn digest_of(bytes: &[u8]) -> Digested {
    Digested { sha256: hex(&Sha256::digest(bytes)), size: bytes.len() as u64 }
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

fn flush_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
