//! Tools for spreadsheets.

pub(crate) mod a1;
pub(crate) mod book;
pub(crate) mod calc;
pub(crate) mod cell;
pub(crate) mod grid;
pub(crate) mod manage;
pub(crate) mod plain;
pub(crate) mod read;
pub(crate) mod refusal;
pub(crate) mod send;
pub(crate) mod serial;
pub(crate) mod write;
