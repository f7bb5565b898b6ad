//! Runs of text: building them, and what has to be mended after the parser.

mod link;
mod mend;
mod runs;
mod signs;

pub(super) use self::{
    link::is_web_link,
    runs::{Capture, Mark, Runs, What, deep_heading, finish, take_attrs},
    signs::{GUARD, MARK, escaped},
};
pub(crate) use link::{find_address, is_open_id};
