//! Counts the calls of one tool run and keeps the last log id.

use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;

/// What one run did upstream; shared by the clones of its session.
#[derive(Debug, Default)]
pub struct Meter {
    calls: AtomicU32,
    last_log_id: Mutex<Option<String>>,
}

impl Meter {
    /// HTTP requests sent so far, retries included.
    pub fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Log id of the latest answer.
    pub fn last_log_id(&self) -> Option<String> {
        self.last_log_id.lock().clone()
    }

    pub(crate) fn sent(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn answered(&self, log_id: Option<&str>) {
        if let Some(log_id) = log_id {
            *self.last_log_id.lock() = Some(log_id.to_owned());
        }
    }
}
