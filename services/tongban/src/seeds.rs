//! Where the law comes from: built in, or a folder.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use rulebook::seed::{Fault, SeedFile};

use crate::Failure;

/// The seeds to use. Nothing is read before it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Seeds(Option<PathBuf>);

impl Seeds {
    /// A folder, or what is built in; an empty name counts as none.
    pub(crate) fn new(folder: Option<&OsStr>) -> Self {
        Self(folder.filter(|name| !name.is_empty()).map(PathBuf::from))
    }

    /// Reads one part of the law, or all of it.
    pub(crate) fn parse<T>(
        &self,
        parser: impl FnOnce(&[SeedFile]) -> Result<T, Vec<Fault>>,
    ) -> Result<T, Failure> {
        let files = match &self.0 {
            None => Ok(host::seeds::embedded()),
            Some(folder) => host::seeds::read(folder),
        };
        files.and_then(|files| parser(&files)).map_err(|faults| self.unusable(&faults))
    }

    fn unusable(&self, faults: &[Fault]) -> Failure {
        let place = match &self.0 {
            Some(folder) => folder.display().to_string(),
            None => "the built-in seeds".to_owned(),
        };
        let lines: String = faults
            .iter()
            .map(|fault| format!("\n  {}", in_folder(self.0.as_deref(), fault)))
            .collect();
        Failure::new(format!("{place} cannot be used: {}{lines}", counted(faults)))
    }
}

/// `3 faults`.
pub(crate) fn counted(faults: &[Fault]) -> String {
    match faults.len() {
        1 => "1 fault".to_owned(),
        n => format!("{n} faults"),
    }
}

/// `path:line: what`, with a path that an editor can open.
pub(crate) fn in_folder(folder: Option<&Path>, fault: &Fault) -> String {
    match folder {
        Some(folder) => {
            let path = folder.join(&fault.path);
            format!("{}:{}: {}", path.display(), fault.line, fault.message)
        }
        None => fault.to_string(),
    }
}
