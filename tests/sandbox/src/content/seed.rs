//! Demo documents, folders, wiki and comments.

use crate::state::State;

/// Fills an empty state with the documents of the demo tenants (people are already there).
pub(crate) fn seed(state: &mut State, now_ms: i64) {
    tracing::debug!(
        tenants = state.identity.tenants.len(),
        now_ms,
        "seeding documents"
    );
}
