//! How much may wait: commands of one principal, and bytes of all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::command::Command;

/// Most bytes of all waiting commands together: 64 MiB, counted in KiB.
const WAITING_KIB: usize = 64 * 1024;

pub(crate) struct Permits {
    per_principal: usize,
    waiting: Arc<Mutex<HashMap<String, usize>>>,
    kib: Arc<Semaphore>,
}

/// Held by a waiting command, given back when it is answered.
pub(crate) struct Permit {
    principal: String,
    waiting: Arc<Mutex<HashMap<String, usize>>>,
    _kib: OwnedSemaphorePermit,
}

impl Permits {
    pub(crate) fn new(per_principal: usize) -> Self {
        Self { per_principal, waiting: Arc::default(), kib: Arc::new(Semaphore::new(WAITING_KIB)) }
    }

    /// `None` when too much waits already.
    pub(crate) fn take(&self, command: &Command) -> Option<Permit> {
        let kib = u32::try_from(command.bytes().div_ceil(1024) + 1).ok()?;
        let kib = self.kib.clone().try_acquire_many_owned(kib).ok()?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.entry(command.principal.clone()).or_default();
        if *count >= self.per_principal {
            return None;
        }
        *count += 1;
        Some(Permit {
            principal: command.principal.clone(),
            waiting: self.waiting.clone(),
            _kib: kib,
        })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = waiting.get_mut(&self.principal) {
            *count -= 1;
            if *count == 0 {
                waiting.remove(&self.principal);
            }
        }
    }
}
