//! How answers look: clean text, compact lists, times in the caller's zone, sizes in bounds.

mod clean;
mod list;
mod time;

pub(crate) use clean::{clean_line, clean_text, detail_line, flat_markup};
pub(crate) use list::{Listing, budget_cut};
pub(crate) use time::{from_millis, from_seconds};
