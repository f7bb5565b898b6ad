//! The write engine: a document is loaded, a [`draft`] says what becomes of it, a [`plan`] holds the
//! fewest calls for that, and a [`run`] carries it out, or goes on with one that was stopped.

pub(crate) mod cells;
pub(crate) mod diff;
pub(crate) mod doc;
pub(crate) mod draft;
mod fill;
pub(crate) use fill::fillable;
pub(crate) mod job;
pub(crate) mod key;
pub(crate) mod lcs;
pub(crate) mod plan;
pub(crate) mod recreate;
pub(crate) mod report;
pub(crate) mod resume;
pub(crate) mod rules;
pub(crate) mod run;
pub(crate) mod send;
