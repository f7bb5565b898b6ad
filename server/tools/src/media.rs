//! Pictures, files and boards of documents.

#![expect(dead_code, reason = "the tools that use the rest are not listed yet")]
#![expect(
    unused_imports,
    reason = "the tools that use the rest are not listed yet"
)]

mod draw;
mod incoming;
mod place;
mod sniff;
mod source;
mod upload;

pub(crate) use self::{
    draw::draw,
    place::{Placed, place},
    source::Source,
};
pub use self::{
    incoming::Incoming,
    upload::{UploadKind, UploadLink, UploadTarget, Uploads},
};

/// Most bytes of a picture in a document.
pub(crate) const IMAGE_MAX: u64 = feishu::api::media::WHOLE_MAX;
/// Most bytes of anything that is fetched from an address or copied within Feishu.
const FETCH_MAX: usize = 20_971_520;
