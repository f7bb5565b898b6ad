//! Links that bytes are sent to, and sending bytes on to Feishu.

use bytes::{Bytes, BytesMut};
use feishu::api::media::{self, Parent};
use futures::future::BoxFuture;
use model::{Locale, Timestamp};

use super::{FILE_MAX, IMAGE_MAX, Incoming, incoming::Cut};
use crate::{ToolCx, ToolError};

/// What an upload link fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadKind {
    /// An image block.
    Image,
    /// A file block, or a file in a folder.
    File,
}

impl UploadKind {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::File => "file",
        }
    }

    /// Most bytes.
    pub(crate) const fn most(self) -> u64 {
        match self {
            Self::Image => IMAGE_MAX,
            Self::File => FILE_MAX,
        }
    }
}

/// Where the bytes of an upload link go. The tool that asks for a link was admitted to the place;
/// the place is judged again when the bytes come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadTarget {
    /// The document or folder, as `kind:TOKEN`; `None` is the member's root folder.
    pub reference: Option<String>,
    /// The block in the document.
    pub block: Option<String>,
    /// Image or file.
    pub kind: UploadKind,
    /// Name of the file.
    pub name: Option<String>,
    /// Most bytes.
    pub max_bytes: u64,
}

/// A link that takes the bytes of one file, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadLink {
    /// Address for `PUT`. It holds a secret.
    pub url: String,
    /// It ends then.
    pub expires: Timestamp,
    /// Most bytes.
    pub max_bytes: u64,
}

/// Makes upload links in the caller's name.
pub trait Uploads: Send + Sync {
    /// Makes one.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Internal`] when it cannot be kept.
    fn link(&self, target: UploadTarget) -> BoxFuture<'_, Result<UploadLink, ToolError>>;
}

/// Bytes on their way to Feishu.
pub(super) enum Body {
    Whole(Bytes),
    Coming {
        first: Bytes,
        rest: BytesMut,
        from: Incoming,
    },
}

impl Body {
    /// A body that is coming in, with its first piece read.
    pub(super) async fn coming(cx: &ToolCx, from: Incoming) -> Result<Self, ToolError> {
        let mut rest = BytesMut::new();
        let piece = usize::try_from(media::PART).unwrap_or(usize::MAX);
        let first = from.piece(&mut rest, piece).await;
        let first = first.map_err(|_cut| cut(cx, 0, from.size))?;
        let length = u64::try_from(first.len()).unwrap_or(u64::MAX);
        if length < from.size.min(media::PART) {
            return Err(cut(cx, length, from.size));
        }
        if from.size <= media::PART {
            return Ok(Self::Whole(first));
        }
        Ok(Self::Coming { first, rest, from })
    }

    /// The first bytes.
    pub(super) const fn head(&self) -> &Bytes {
        match self {
            Self::Whole(bytes) | Self::Coming { first: bytes, .. } => bytes,
        }
    }

    /// How many there are, or will be.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Whole(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::Coming { from, .. } => from.size,
        }
    }
}

/// Sends the bytes and gives the token. Until the last step nothing exists in Feishu.
pub(super) async fn send(
    cx: &ToolCx,
    parent: Parent<'_>,
    name: &str,
    body: Body,
) -> Result<String, ToolError> {
    cx.check()?;
    let size = body.size();
    match body {
        Body::Whole(bytes) if size <= media::WHOLE_MAX => {
            let sent = media::upload(&cx.feishu, parent, name, bytes).await;
            sent.map_err(|fault| cx.fault(fault))
        }
        body => in_parts(cx, parent, name, size, Rest::from(body)).await,
    }
}

/// What is still to be sent.
enum Rest {
    Whole(Bytes),
    Coming(BytesMut, Incoming),
}

impl From<Body> for Rest {
    fn from(body: Body) -> Self {
        match body {
            Body::Whole(bytes) => Self::Whole(bytes),
            Body::Coming { first, rest, from } => {
                // What was read to look at goes out, too.
                let mut all = BytesMut::with_capacity(first.len() + rest.len());
                all.extend_from_slice(&first);
                all.extend_from_slice(&rest);
                Self::Coming(all, from)
            }
        }
    }
}

impl Rest {
    /// The next piece; shorter only at the end.
    async fn piece(&mut self, piece: usize) -> Result<Bytes, Cut> {
        match self {
            Self::Whole(bytes) => Ok(bytes.split_to(bytes.len().min(piece))),
            Self::Coming(rest, from) => from.piece(rest, piece).await,
        }
    }
}

async fn in_parts(
    cx: &ToolCx,
    parent: Parent<'_>,
    name: &str,
    size: u64,
    mut rest: Rest,
) -> Result<String, ToolError> {
    let begun = media::prepare(&cx.feishu, parent, name, size).await;
    let begun = begun.map_err(|fault| cx.fault(fault))?;
    let piece = usize::try_from(begun.part_bytes).unwrap_or(usize::MAX);
    let mut done = 0;
    for seq in 0..begun.parts {
        cx.check()?;
        let part = rest.piece(piece).await;
        let part = part.map_err(|_cut| cut(cx, done, size))?;
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        if length < begun.part_bytes.min(size - done) {
            return Err(cut(cx, done + length, size));
        }
        let sent = media::upload_part(&cx.feishu, &begun, seq, part).await;
        sent.map_err(|fault| cx.fault(fault))?;
        done += length;
        let message = cx.say("sending the file to Feishu", "正在上传到飞书");
        cx.progress.send(done, Some(size), message);
    }
    let token = media::finish(&cx.feishu, &begun).await;
    token.map_err(|fault| cx.fault(fault))
}

fn cut(cx: &ToolCx, came: u64, of: u64) -> ToolError {
    ToolError::invalid(match cx.locale {
        Locale::En => format!("the upload ended after {came} of {of} bytes; nothing was stored"),
        Locale::Zh => format!("上传在 {came}/{of} 字节处中断，未保存任何内容"),
    })
    .with_hint(cx.say(
        "Send the whole file again to the same link. After its end ask `media_put` for a new one, \
         with the same block in `at`.",
        "请向同一链接重新上传整个文件；链接过期后，请用 `media_put`（`at` 为同一个块）重新获取。",
    ))
}
