//! The same call again: what a key has done is remembered, and how far a partial call came is in
//! the key that its answer gives.

use crate::{cx::Begun, docs::write::key::Key};

use super::Job;

/// What is known of an earlier call with the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Earlier {
    /// There was none.
    Nothing,
    /// So many rows were written.
    Rows(usize),
    /// It was done; where.
    Done(String),
}

impl Earlier {
    pub(super) const fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }
}

/// The memory of one call.
pub(super) struct Memory<'a> {
    job: Job<'a>,
    key: Option<Key>,
}

impl<'a> Memory<'a> {
    pub(super) fn of(job: Job<'a>) -> Self {
        Self {
            job,
            key: Key::given(job.input.idempotency_key.as_deref()),
        }
    }

    /// Where it is kept: the key together with everything that the call says.
    fn name(&self) -> Option<String> {
        let input = self.job.input;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let parts = [
            self.job.token().to_owned(),
            format!("{:?}", input.op),
            text(&input.range),
            text(&input.values),
            text(&input.find),
        ];
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(format!("sheet {}", self.key.as_ref()?.with(&parts)))
    }

    pub(super) fn earlier(&self) -> Earlier {
        let known = self.name().and_then(|name| self.job.cx.refs.begun(&name));
        if let Some(known) = known {
            return match &known.node {
                Some(range) => Earlier::Done(range.clone()),
                None => Earlier::Rows(usize::try_from(known.revision).unwrap_or(0)),
            };
        }
        let about = self.key.as_ref().and_then(Key::about);
        let rows = about.and_then(|about| about.strip_prefix('n')?.parse().ok());
        rows.map_or(Earlier::Nothing, Earlier::Rows)
    }

    /// Notes that so many rows are written.
    pub(super) fn note(&self, rows: usize) {
        self.keep(None, rows);
    }

    /// Notes that all is done.
    pub(super) fn finish(&self, range: &str) {
        self.keep(Some(range.to_owned()), 0);
    }

    fn keep(&self, node: Option<String>, rows: usize) {
        let Some(name) = self.name() else { return };
        let begun = Begun {
            document: self.job.token().to_owned(),
            node,
            revision: i64::try_from(rows).unwrap_or(i64::MAX),
        };
        self.job.cx.refs.put_begun(&name, begun);
    }

    /// The key with which the rest can be done.
    pub(super) fn key_for_rest(&self, rows: usize) -> String {
        Key::mint(self.job.cx, &format!("n{rows}")).text
    }
}
