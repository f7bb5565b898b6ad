//! Bases: records, and the tables, fields and views that hold them.

pub(crate) mod cell;
pub(crate) mod grid;
pub(crate) mod manage;
pub(crate) mod near;
pub(crate) mod place;
pub(crate) mod read;
pub(crate) mod time;
pub(crate) mod write;
