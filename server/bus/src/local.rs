//! Records of one process.

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;
use tokio::time::Instant;

type Key = (&'static str, String);

/// Records with an end.
#[derive(Debug, Default)]
pub(crate) struct Records(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    records: HashMap<Key, (String, Instant)>,
    sweep_at: usize,
}

impl Records {
    pub(crate) fn put(
        &self,
        kind: &'static str,
        key: &str,
        value: &str,
        ttl: Duration,
        only_if_absent: bool,
    ) -> bool {
        let now = Instant::now();
        let mut state = self.0.lock();
        // Sweep when the map has doubled since the last sweep: constant work per record.
        if state.records.len() >= state.sweep_at {
            state.records.retain(|_, (_, end)| *end > now);
            state.sweep_at = (state.records.len() * 2).max(1024);
        }
        let key = (kind, key.to_owned());
        if only_if_absent && state.records.get(&key).is_some_and(|(_, end)| *end > now) {
            return false;
        }
        state.records.insert(key, (value.to_owned(), now + ttl));
        true
    }

    pub(crate) fn get(
        &self,
        kind: &'static str,
        key: &str,
        touch: Option<Duration>,
    ) -> Option<String> {
        let now = Instant::now();
        let mut state = self.0.lock();
        let (value, end) = state.records.get_mut(&(kind, key.to_owned()))?;
        if *end <= now {
            return None;
        }
        if let Some(ttl) = touch {
            *end = now + ttl;
        }
        Some(value.clone())
    }

    pub(crate) fn delete(&self, kind: &'static str, key: &str) -> bool {
        let removed = self.0.lock().records.remove(&(kind, key.to_owned()));
        removed.is_some_and(|(_, end)| end > Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    #[tokio::test(start_paused = true)]
    async fn a_record_ends_unless_it_is_touched() {
        let records = Records::default();
        records.put("session", "a", "1", MINUTE, false);
        tokio::time::advance(MINUTE / 2).await;
        assert!(records.get("session", "a", Some(MINUTE)).is_some());
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(records.get("session", "a", None).is_some());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(records.get("session", "a", None), None);
        assert!(!records.delete("session", "a"));
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_first_of_two_puts_wins_until_the_record_ends() {
        let records = Records::default();
        assert!(records.put("lease", "a", "1", MINUTE, true));
        assert!(!records.put("lease", "a", "2", MINUTE, true));
        assert!(
            records.put("other", "a", "2", MINUTE, true),
            "kinds are apart"
        );
        tokio::time::advance(MINUTE).await;
        assert!(records.put("lease", "a", "3", MINUTE, true));
    }

    #[tokio::test(start_paused = true)]
    async fn ended_records_are_swept() {
        let records = Records::default();
        for number in 0..5_000 {
            records.put(
                "session",
                &number.to_string(),
                "",
                Duration::from_secs(1),
                false,
            );
            tokio::time::advance(Duration::from_millis(10)).await;
        }
        assert!(records.0.lock().records.len() < 2_000);
    }
}
