//! The watchers of this node.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{sync::mpsc, time::Instant};

use super::Thing;
use crate::{
    host::{Caller, Watched},
    listen::Filter,
    peer::Frame,
};

/// A stream on which somebody hears of what it watches.
#[derive(Clone)]
pub(crate) struct Listener {
    /// Whose it is.
    pub(crate) caller: Arc<Caller>,
    /// Its session; `None` for `subscriptions/listen`.
    pub(crate) session: Option<Arc<str>>,
    /// Of `subscriptions/listen`: what ties messages to it.
    pub(crate) filter: Option<Arc<Filter>>,
    /// The stream.
    pub(crate) frames: mpsc::Sender<Frame>,
}

struct Row {
    listener: Listener,
    watched: Vec<Watched>,
}

/// What is known of a thing that somebody watches.
struct Known {
    listeners: BTreeSet<u64>,
    /// When it was last changed, as it was last seen.
    modified: i64,
    /// Feishu tells of it.
    told: bool,
    looked: Instant,
    /// It is to be looked at soon.
    soon: bool,
    /// Something was done to it that nobody could be told of.
    missed: bool,
}

#[derive(Default)]
struct Rows {
    next: u64,
    listeners: HashMap<u64, Row>,
    things: HashMap<Thing, Known>,
    sessions: HashMap<Arc<str>, BTreeSet<u64>>,
}

/// The table.
#[derive(Clone, Default)]
pub(crate) struct Table(Arc<Mutex<Rows>>);

/// A listener's place in the table; dropping it takes it off.
pub(crate) struct Attached {
    id: u64,
    table: Table,
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.table.0.lock().detach(self.id);
    }
}

impl Rows {
    fn detach(&mut self, id: u64) {
        let Some(row) = self.listeners.remove(&id) else {
            return;
        };
        self.forget(id, &row.listener, &row.watched);
        if let Some(session) = &row.listener.session
            && let Some(all) = self.sessions.get_mut(session)
        {
            all.remove(&id);
            if all.is_empty() {
                self.sessions.remove(session);
            }
        }
    }

    fn forget(&mut self, id: u64, listener: &Listener, watched: &[Watched]) {
        for one in watched {
            let thing = (listener.caller.principal.tenant(), one.thing.clone());
            if let Some(known) = self.things.get_mut(&thing) {
                known.listeners.remove(&id);
                if known.listeners.is_empty() {
                    self.things.remove(&thing);
                }
            }
        }
    }

    fn set(&mut self, id: u64, watched: Vec<Watched>) {
        let Some(mut row) = self.listeners.remove(&id) else {
            return;
        };
        let before = std::mem::take(&mut row.watched);
        for one in &watched {
            let thing = (row.listener.caller.principal.tenant(), one.thing.clone());
            let known = self.things.entry(thing).or_insert_with(|| Known {
                listeners: BTreeSet::new(),
                modified: one.modified,
                told: one.told,
                looked: Instant::now(),
                soon: false,
                missed: false,
            });
            known.listeners.insert(id);
            known.told |= one.told;
        }
        let kept = |old: &Watched| watched.iter().any(|new| new.thing == old.thing);
        let gone: Vec<Watched> = before.into_iter().filter(|old| !kept(old)).collect();
        self.forget(id, &row.listener, &gone);
        row.watched = watched;
        self.listeners.insert(id, row);
    }
}

impl Table {
    /// Adds a listener that watches these.
    pub(crate) fn attach(&self, listener: Listener, watched: Vec<Watched>) -> Attached {
        let mut rows = self.0.lock();
        let id = rows.next;
        rows.next += 1;
        if let Some(session) = &listener.session {
            let all = rows.sessions.entry(Arc::clone(session)).or_default();
            all.insert(id);
        }
        let row = Row {
            listener,
            watched: Vec::new(),
        };
        rows.listeners.insert(id, row);
        rows.set(id, watched);
        Attached {
            id,
            table: self.clone(),
        }
    }

    /// The listeners of a session watch these from now on.
    pub(crate) fn set(&self, session: &str, watched: &[Watched]) {
        let mut rows = self.0.lock();
        let all = rows.sessions.get(session).cloned().unwrap_or_default();
        for id in all {
            rows.set(id, watched.to_vec());
        }
    }

    /// What the listeners of a session watch; `None` when none is here.
    pub(crate) fn of_session(&self, session: &str) -> Option<Vec<Watched>> {
        let rows = self.0.lock();
        let id = rows.sessions.get(session)?.first()?;
        rows.listeners.get(id).map(|row| row.watched.clone())
    }

    /// The sessions that have a listener here.
    pub(crate) fn sessions(&self) -> Vec<Arc<str>> {
        self.0.lock().sessions.keys().cloned().collect()
    }

    /// Whether anybody watches a thing here.
    pub(crate) fn has(&self, thing: &Thing) -> bool {
        self.0.lock().things.contains_key(thing)
    }

    /// The watchers of a thing: of each session one listener, because a message goes on one stream
    /// only.
    pub(crate) fn of(&self, thing: &Thing) -> Vec<(u64, Listener, Watched)> {
        let rows = self.0.lock();
        let mut sessions = BTreeSet::new();
        let mut all = Vec::new();
        for id in rows
            .things
            .get(thing)
            .into_iter()
            .flat_map(|known| &known.listeners)
        {
            let Some(row) = rows.listeners.get(id) else {
                continue;
            };
            if let Some(session) = &row.listener.session
                && !sessions.insert(Arc::clone(session))
            {
                continue;
            }
            let watched = row.watched.iter().filter(|one| one.thing == thing.1);
            all.extend(watched.map(|one| (*id, row.listener.clone(), one.clone())));
        }
        all
    }

    /// A listener does not watch an address any more.
    pub(crate) fn drop_one(&self, id: u64, uri: &str) {
        let mut rows = self.0.lock();
        if let Some(row) = rows.listeners.get(&id) {
            let rest = row.watched.iter().filter(|one| one.uri != uri);
            let rest = rest.cloned().collect();
            rows.set(id, rest);
        }
    }

    /// A thing was seen.
    pub(crate) fn saw(&self, thing: &Thing, modified: i64) {
        if let Some(known) = self.0.lock().things.get_mut(thing) {
            known.modified = known.modified.max(modified);
            known.looked = Instant::now();
            (known.soon, known.missed) = (false, false);
        }
    }

    /// A thing that was changed could not be seen: it is looked at again soon.
    pub(crate) fn missed(&self, thing: &Thing) {
        if let Some(known) = self.0.lock().things.get_mut(thing) {
            (known.soon, known.missed) = (true, true);
        }
    }

    /// Things may have changed without a word: all are looked at soon.
    pub(crate) fn doubt(&self) {
        for known in self.0.lock().things.values_mut() {
            known.soon = true;
        }
    }

    /// The things that nobody looked at for `often`, or for `seldom` where Feishu tells of them;
    /// with when each was last seen changed.
    pub(crate) fn due(&self, often: Duration, seldom: Duration) -> Vec<(Thing, i64)> {
        let mut rows = self.0.lock();
        let now = Instant::now();
        let mut due = Vec::new();
        for (thing, known) in &mut rows.things {
            let pause = if known.told { seldom } else { often };
            if known.soon || now.duration_since(known.looked) >= pause {
                known.looked = now;
                // What nobody could be told of was not seen.
                let seen = if known.missed {
                    i64::MIN
                } else {
                    known.modified
                };
                (known.soon, known.missed) = (false, false);
                due.push((thing.clone(), seen));
            }
        }
        due
    }
}
