//! The write engine: a document is loaded, a [`draft`] says what becomes of it, a [`plan`] holds the
//! fewest calls for that, and a [`run`] carries it out, or goes on with one that was stopped.

pub(crate) mod cells;
pub(crate) mod doc;
pub(crate) mod draft;
pub(crate) mod job;
pub(crate) mod key;
pub(crate) mod lcs;
pub(crate) mod plan;
mod resume;
pub(crate) mod rules;
pub(crate) mod run;
mod send;
