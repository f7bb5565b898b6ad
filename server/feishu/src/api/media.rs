//! Bytes of documents and of the cloud space (`drive/v1`, medias and files).
//!
//! A media belongs to the block, sheet … that it was uploaded for and is invisible until that
//! block names it; a file lies in a folder at once. Both go up in one step to
//! [`WHOLE_MAX`] bytes and in parts of [`PART`] bytes beyond.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::loose;
use crate::{Download, FeishuError, Request, Session};

/// Most bytes of an upload in one step (error 1061043).
pub const WHOLE_MAX: u64 = 20_971_520;
/// Bytes of each part but the last.
pub const PART: u64 = 4_194_304;
/// Most tokens of one look-up of links.
pub const LINKS_MAX: usize = 5;
/// Time for sending or fetching up to [`WHOLE_MAX`] bytes.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where an upload goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent<'a> {
    /// An image block.
    DocxImage {
        /// The document.
        document: &'a str,
        /// The block.
        block: &'a str,
    },
    /// A file block.
    DocxFile {
        /// The document.
        document: &'a str,
        /// The block.
        block: &'a str,
    },
    /// A picture over the cells of a spreadsheet.
    SheetImage {
        /// The spreadsheet.
        spreadsheet: &'a str,
    },
    /// A folder of the cloud space; empty is the member's root.
    Folder(&'a str),
}

impl Parent<'_> {
    const fn parent_type(&self) -> &'static str {
        match self {
            Self::DocxImage { .. } => "docx_image",
            Self::DocxFile { .. } => "docx_file",
            Self::SheetImage { .. } => "sheet_image",
            Self::Folder(_) => "explorer",
        }
    }

    const fn node(&self) -> &str {
        match self {
            Self::DocxImage { block, .. } | Self::DocxFile { block, .. } => block,
            Self::SheetImage { spreadsheet } => spreadsheet,
            Self::Folder(folder) => folder,
        }
    }

    /// `extra`: the document, by which Feishu finds the right store.
    fn extra(&self) -> Option<String> {
        match self {
            Self::DocxImage { document, .. } | Self::DocxFile { document, .. } => {
                Some(serde_json::json!({ "drive_route_token": document }).to_string())
            }
            Self::SheetImage { .. } | Self::Folder(_) => None,
        }
    }

    const fn is_media(&self) -> bool {
        !matches!(self, Self::Folder(_))
    }
}

#[derive(Deserialize)]
struct Uploaded {
    file_token: String,
}

/// `drive.v1.media.uploadAll` or `drive.v1.file.uploadAll`: at most [`WHOLE_MAX`] bytes.
///
/// A media may be sent again after an unclear failure: what no block names is not seen. A file
/// may not, it would lie there twice.
pub async fn upload(
    session: &Session,
    parent: Parent<'_>,
    name: &str,
    bytes: Bytes,
) -> Result<String, FeishuError> {
    let mut fields = vec![
        ("file_name", name.to_owned()),
        ("parent_type", parent.parent_type().to_owned()),
        ("parent_node", parent.node().to_owned()),
        ("size", bytes.len().to_string()),
        ("checksum", adler32(&bytes).to_string()),
    ];
    fields.extend(parent.extra().map(|extra| ("extra", extra)));
    let request = if parent.is_media() {
        Request::post("/open-apis/drive/v1/medias/upload_all").idempotent(true)
    } else {
        Request::post("/open-apis/drive/v1/files/upload_all")
    };
    let request = request.form(fields, name, bytes).within(PATIENCE);
    Ok(session.fetch::<Uploaded>(request).await?.file_token)
}

/// An upload in parts that has begun.
#[derive(Debug, Clone)]
pub struct InParts {
    id: String,
    /// Bytes of each part but the last.
    pub part_bytes: u64,
    /// How many parts there are.
    pub parts: u64,
    media: bool,
}

/// `…uploadPrepare`: says how much will come, and learns in which parts.
pub async fn prepare(
    session: &Session,
    parent: Parent<'_>,
    name: &str,
    size: u64,
) -> Result<InParts, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        file_name: &'a str,
        parent_type: &'a str,
        parent_node: &'a str,
        size: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        extra: Option<String>,
    }
    #[derive(Deserialize)]
    struct Reply {
        upload_id: String,
        #[serde(default, deserialize_with = "loose::int")]
        block_size: i64,
        #[serde(default, deserialize_with = "loose::int")]
        block_num: i64,
    }
    let request = Request::post(if parent.is_media() {
        "/open-apis/drive/v1/medias/upload_prepare"
    } else {
        "/open-apis/drive/v1/files/upload_prepare"
    });
    // Nothing exists before the last step, so a second beginning does no harm.
    let request = request.idempotent(true).json(&Body {
        file_name: name,
        parent_type: parent.parent_type(),
        parent_node: parent.node(),
        size,
        extra: parent.extra(),
    });
    let reply: Reply = session.fetch(request).await?;
    let number = |number: i64| u64::try_from(number).ok().filter(|number| *number > 0);
    let part_bytes = number(reply.block_size).unwrap_or(PART);
    Ok(InParts {
        id: reply.upload_id,
        part_bytes,
        parts: number(reply.block_num).unwrap_or_else(|| size.div_ceil(part_bytes).max(1)),
        media: parent.is_media(),
    })
}

/// `…uploadPart`: one part, counted from 0. A repeated part replaces itself.
pub async fn upload_part(
    session: &Session,
    begun: &InParts,
    seq: u64,
    bytes: Bytes,
) -> Result<(), FeishuError> {
    let fields = vec![
        ("upload_id", begun.id.clone()),
        ("seq", seq.to_string()),
        ("size", bytes.len().to_string()),
        ("checksum", adler32(&bytes).to_string()),
    ];
    let request = Request::post(if begun.media {
        "/open-apis/drive/v1/medias/upload_part"
    } else {
        "/open-apis/drive/v1/files/upload_part"
    });
    let request = request
        .form(fields, "part", bytes)
        .within(PATIENCE)
        .idempotent(true);
    session.call(request).await.map(|_| ())
}

/// `…uploadFinish`: puts the parts together and gives the token.
pub async fn finish(session: &Session, begun: &InParts) -> Result<String, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        upload_id: &'a str,
        block_num: u64,
    }
    let request = Request::post(if begun.media {
        "/open-apis/drive/v1/medias/upload_finish"
    } else {
        "/open-apis/drive/v1/files/upload_finish"
    });
    let request = request.within(PATIENCE).json(&Body {
        upload_id: &begun.id,
        block_num: begun.parts,
    });
    Ok(session.fetch::<Uploaded>(request).await?.file_token)
}

/// `drive.v1.media.download`: a picture or file of a document, at most `most` bytes.
pub async fn download(
    session: &Session,
    token: &str,
    most: usize,
) -> Result<Download, FeishuError> {
    let request = Request::get("/open-apis/drive/v1/medias/{file_token}/download")
        .path("file_token", token)?
        .within(PATIENCE);
    session.download(request, most).await
}

/// `drive.v1.media.download` of the first bytes alone, to see what it is and how large.
pub async fn head(session: &Session, token: &str, bytes: u64) -> Result<Download, FeishuError> {
    let request = Request::get("/open-apis/drive/v1/medias/{file_token}/download")
        .path("file_token", token)?
        .range(0, bytes.saturating_sub(1));
    let most = usize::try_from(WHOLE_MAX).unwrap_or(usize::MAX);
    session.download(request, most).await
}

/// `drive.v1.file.download`: a file of the cloud space.
pub async fn download_file(
    session: &Session,
    token: &str,
    most: usize,
) -> Result<Download, FeishuError> {
    let request = Request::get("/open-apis/drive/v1/files/{file_token}/download")
        .path("file_token", token)?
        .within(PATIENCE);
    session.download(request, most).await
}

/// `drive.v1.media.batchGetTmpDownloadUrl`: an address that gives the bytes to whoever has it, for
/// 24 hours. `None` when the member may not have it.
pub async fn link(session: &Session, token: &str) -> Result<Option<String>, FeishuError> {
    #[derive(Deserialize)]
    struct One {
        #[serde(default)]
        file_token: String,
        #[serde(default)]
        tmp_download_url: String,
    }
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        tmp_download_urls: Vec<One>,
    }
    let request = Request::get("/open-apis/drive/v1/medias/batch_get_tmp_download_url")
        .query("file_tokens", token);
    let reply: Reply = session.fetch(request).await?;
    let mut found = reply.tmp_download_urls.into_iter();
    Ok(found
        .find(|one| one.file_token == token && !one.tmp_download_url.is_empty())
        .map(|one| one.tmp_download_url))
}

/// Adler-32 (RFC 1950, section 8), the `checksum` of uploads.
fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    /// Bytes before the sums could overflow.
    const RUN: usize = 5_552;
    let (mut low, mut high) = (1_u32, 0_u32);
    for run in bytes.chunks(RUN) {
        for byte in run {
            low += u32::from(*byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    (high << 16) | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_adler_32() {
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
        assert_eq!(adler32(b""), 1);
        // Larger than one run, against the sums taken step by step.
        let bytes = vec![0xFF_u8; 20_000];
        let (mut low, mut high) = (1_u64, 0_u64);
        for byte in &bytes {
            low = (low + u64::from(*byte)) % 65_521;
            high = (high + low) % 65_521;
        }
        assert_eq!(u64::from(adler32(&bytes)), (high << 16) | low);
    }
}
