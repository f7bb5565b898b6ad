//! What requests share.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::ids::IdSource;
use crate::state::State;

/// The state behind a lock, shared by every request.
#[derive(Debug, Clone)]
pub struct SharedState {
    inner: Arc<Mutex<Inner>>,
}

/// What the lock guards.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) ids: IdSource,
}

impl SharedState {
    pub(crate) fn new(state: State, ids: IdSource) -> SharedState {
        SharedState {
            inner: Arc::new(Mutex::new(Inner { state, ids })),
        }
    }

    /// Runs a change under the lock.
    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut State, &mut IdSource) -> T) -> T {
        let mut inner = self.inner.lock();
        let Inner { state, ids } = &mut *inner;
        change(state, ids)
    }
}
