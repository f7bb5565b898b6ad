//! What requests share: the state, the switches, and the way to the state file.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::clock;
use crate::control::{Control, Faults, Limits, RequestLog};
use crate::events::Pushes;
use crate::ids::IdSource;
use crate::state::State;

/// The state behind a lock, shared by every request. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SharedState(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Lock order: `inner` before `control`.
    inner: Mutex<Inner>,
    control: Mutex<Control>,
    /// Something changed since the last save.
    dirty: AtomicBool,
    /// Events that wait for their next attempt are to be tried now.
    hurry: Notify,
    log_ids: AtomicU64,
    log_seed: u64,
    origin: String,
    seed: bool,
    redirect_urls: Vec<String>,
}

/// What the lock guards.
#[derive(Debug)]
struct Inner {
    state: State,
    ids: IdSource,
}

/// What a sandbox is started with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) state: State,
    pub(crate) ids: IdSource,
    pub(crate) origin: String,
    pub(crate) rate_limits: bool,
    /// Whether [`SharedState::reset`] seeds the demo tenants again.
    pub(crate) seed: bool,
    pub(crate) redirect_urls: Vec<String>,
}

impl SharedState {
    pub(crate) fn new(mut start: Start) -> SharedState {
        let log_seed = u64::from_str_radix(&start.ids.hex(15), 16).unwrap_or_default();
        SharedState(Arc::new(Shared {
            inner: Mutex::new(Inner {
                state: start.state,
                ids: start.ids,
            }),
            control: Mutex::new(Control {
                faults: Faults::default(),
                limits: Limits::new(start.rate_limits),
                log: RequestLog::default(),
                pushes: Pushes::default(),
                unpublished: BTreeSet::new(),
            }),
            dirty: AtomicBool::new(true),
            hurry: Notify::new(),
            log_ids: AtomicU64::new(0),
            log_seed,
            origin: start.origin,
            seed: start.seed,
            redirect_urls: start.redirect_urls,
        }))
    }

    /// Reads under the lock.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.0.inner.lock().state)
    }

    /// Runs a change under the lock; the state file follows within a second. Apps that subscribed
    /// to what was changed are told.
    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut State, &mut IdSource) -> T) -> T {
        let (result, told) = {
            let mut inner = self.0.inner.lock();
            let Inner { state, ids } = &mut *inner;
            let result = change(state, ids);
            (result, crate::events::things::take(state, ids))
        };
        self.0.dirty.store(true, Ordering::Release);
        if !told.is_empty() && self.control(|control| control.pushes.automatic) {
            for (app_id, event) in told {
                self.push(app_id, event);
            }
        }
        result
    }

    /// Like [`SharedState::with`], for requests that change nothing worth saving.
    pub(crate) fn visit<T>(&self, visit: impl FnOnce(&mut State, &mut IdSource) -> T) -> T {
        let mut inner = self.0.inner.lock();
        let Inner { state, ids } = &mut *inner;
        visit(state, ids)
    }

    /// Uses the switches and observations.
    pub(crate) fn control<T>(&self, act: impl FnOnce(&mut Control) -> T) -> T {
        act(&mut self.0.control.lock())
    }

    /// Lets events that wait for their next attempt be tried now.
    pub(crate) fn hurry(&self) {
        self.0.hurry.notify_waiters();
    }

    /// Ends with the next [`SharedState::hurry`].
    pub(crate) async fn hurried(&self) {
        self.0.hurry.notified().await;
    }

    /// The sandbox clock, epoch milliseconds.
    pub fn now_ms(&self) -> i64 {
        clock::now_ms(self.read(|state| state.clock_offset_ms))
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn origin(&self) -> &str {
        &self.0.origin
    }

    /// A fresh log id: a time stamp and 20 hexadecimal characters.
    pub(crate) fn log_id(&self, now_ms: i64) -> String {
        let number = self.0.log_ids.fetch_add(1, Ordering::Relaxed);
        format!(
            "{}{:015X}{:05X}",
            clock::stamp(now_ms),
            self.0.log_seed,
            number & 0xF_FFFF
        )
    }

    /// Back to the first start: an empty or freshly seeded state, no faults, no log.
    pub(crate) fn reset(&self) {
        let now_ms = clock::now_ms(0);
        self.with(|state, _| {
            *state = State::default();
            if self.0.seed {
                crate::demo::seed(state, &self.0.redirect_urls, now_ms);
            }
        });
        self.control(|control| {
            control.faults.clear(None);
            control.log.clear();
        });
    }

    /// The bytes to save, if anything changed since the last time.
    pub(crate) fn take_changes(&self) -> Option<serde_json::Result<Vec<u8>>> {
        if !self.0.dirty.swap(false, Ordering::AcqRel) {
            return None;
        }
        let inner = self.0.inner.lock();
        Some(crate::persist::encode(&inner.state, &inner.ids))
    }

    /// The last save failed: try again.
    pub(crate) fn mark_dirty(&self) {
        self.0.dirty.store(true, Ordering::Release);
    }
}
