//! Runs of text: building them, and what has to be mended after the parser.

mod finish;
mod link;
mod mend;
mod runs;
mod signs;

pub(super) use self::{
    finish::{deep_heading, finish, take_attrs},
    link::is_web_link,
    runs::{Capture, Mark, Runs, What},
    signs::{GUARD, MARK, escaped},
};
pub(crate) use link::{find_address, is_open_id};
