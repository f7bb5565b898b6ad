//! Pictures, files and boards of documents.

pub(crate) mod board;
pub(crate) mod chart;
mod draw;
pub(crate) mod get;
mod incoming;
mod place;
pub(crate) mod put;
mod sniff;
mod source;
mod spot;
mod upload;

pub(crate) use self::{
    draw::draw,
    place::{Placed, place, upload_for_sheet},
    source::Source,
};
pub use self::{
    incoming::Incoming,
    upload::{UploadKind, UploadLink, UploadTarget, Uploads},
};

/// Most bytes of a picture in a document.
pub(crate) const IMAGE_MAX: u64 = feishu::api::media::WHOLE_MAX;
/// Most bytes of a file; Feishu's own bound is the plan of the organisation.
pub(crate) const FILE_MAX: u64 = 2 << 30;
/// Most bytes of anything that is fetched from an address or copied within Feishu.
const FETCH_MAX: usize = 20_971_520;
