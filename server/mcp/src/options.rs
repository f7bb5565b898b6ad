//! Limits and times of the edge.

use std::time::Duration;

/// Limits and times. The default fits production; tests shorten it.
#[derive(Debug, Clone)]
pub struct McpOptions {
    /// Largest body in bytes.
    pub max_body: usize,
    /// Time in which a body must have come.
    pub body_time: Duration,
    /// Time that a file may pause while it comes in.
    pub upload_pause: Duration,
    /// Time that one call may take.
    pub call_time: Duration,
    /// Time between keep-alive comments; the credential is asked about at each.
    pub keep_alive: Duration,
    /// Time after which an unused session is forgotten.
    pub session_idle: Duration,
    /// Open streams of one member on this node.
    pub streams_per_member: usize,
    /// Open streams on this node.
    pub streams_per_node: usize,
    /// Sessions that one member opens on this node; a further one ends the oldest.
    pub sessions_per_member: usize,
    /// Calls of one member that run at once on this node.
    pub calls_per_member: usize,
    /// Resources that one session, or one subscription, watches.
    pub watched_per_session: usize,
    /// Changes of one thing gather for this long before its watchers are told.
    pub watch_gather: Duration,
    /// Pause after they were told.
    pub watch_rest: Duration,
    /// Time between rounds that look for changes which nobody told.
    pub watch_tick: Duration,
    /// Time between looks at a thing that Feishu does not tell of, and at all of them while the bus
    /// is away.
    pub watch_often: Duration,
    /// Time between looks at a thing that Feishu tells of.
    pub watch_seldom: Duration,
    /// Messages in one batch (2025-03-26).
    pub batch: usize,
    /// Time over which streams are closed at shutdown.
    pub drain_spread: Duration,
    /// Signs state that clients give back (2026-07-28); the same on all nodes.
    pub state_key: [u8; 32],
}

impl Default for McpOptions {
    fn default() -> Self {
        Self {
            max_body: 8 * 1024 * 1024,
            body_time: Duration::from_secs(30),
            upload_pause: Duration::from_secs(30),
            call_time: Duration::from_mins(5),
            keep_alive: Duration::from_secs(15),
            session_idle: Duration::from_hours(24),
            streams_per_member: 64,
            streams_per_node: 100_000,
            sessions_per_member: 64,
            calls_per_member: 64,
            watched_per_session: 100,
            watch_gather: Duration::from_millis(300),
            watch_rest: Duration::from_millis(700),
            watch_tick: Duration::from_secs(5),
            watch_often: Duration::from_secs(30),
            watch_seldom: Duration::from_mins(5),
            batch: 32,
            drain_spread: Duration::from_millis(1_500),
            state_key: [0; 32],
        }
    }
}
