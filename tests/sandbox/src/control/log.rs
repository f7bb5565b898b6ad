//! What has been called: counts per endpoint and the latest requests.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

/// How many requests are remembered.
const KEPT: usize = 1000;

/// One answered request.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LoggedCall {
    pub(crate) at_ms: i64,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// Name of the endpoint; empty for an unknown route.
    pub(crate) endpoint: &'static str,
    pub(crate) http: u16,
    pub(crate) code: i64,
    pub(crate) log_id: String,
    pub(crate) app_id: String,
    pub(crate) user: Option<String>,
}

/// Calls and errors of one endpoint.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Count {
    pub(crate) calls: u64,
    pub(crate) errors: u64,
}

/// Counts and the latest requests.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    counts: BTreeMap<&'static str, Count>,
    latest: VecDeque<LoggedCall>,
}

impl RequestLog {
    pub(crate) fn push(&mut self, call: LoggedCall) {
        let count = self.counts.entry(call.endpoint).or_default();
        count.calls += 1;
        count.errors += u64::from(call.code != 0 || call.http >= 400);
        if self.latest.len() == KEPT {
            self.latest.pop_front();
        }
        self.latest.push_back(call);
    }

    pub(crate) fn counts(&self) -> &BTreeMap<&'static str, Count> {
        &self.counts
    }

    /// The latest requests, newest first.
    pub(crate) fn latest(&self, limit: usize) -> Vec<&LoggedCall> {
        self.latest.iter().rev().take(limit).collect()
    }

    pub(crate) fn clear(&mut self) {
        self.counts.clear();
        self.latest.clear();
    }
}
