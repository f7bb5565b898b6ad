//! Puts bytes into an image or file block.
//!
//! Feishu wants two steps: upload for this very block, then bind. What was uploaded and not bound
//! is seen by nobody, so a failure between the two leaves the block as it was.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use feishu::api::{
    docx::{self, ReplaceImage},
    media::Parent,
};
use model::Locale;

use super::{
    IMAGE_MAX, Source, UploadKind,
    sniff::{self, Picture},
    source::Found,
    upload::send,
};
use crate::{ToolCx, ToolError, render::clean_line};

/// Bytes of a file name that Feishu takes.
const NAME_MAX: usize = 250;

/// What is in the block now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    /// Of the picture or file.
    pub(crate) token: String,
    /// As Feishu keeps it.
    pub(crate) name: String,
    /// Size.
    pub(crate) bytes: u64,
    /// The document's revision after the write.
    pub(crate) revision: i64,
}

/// Gets the bytes and puts them into a block of a document that the caller was admitted to.
///
/// # Errors
/// [`crate::ErrorKind::Invalid`] for what is not a picture, too large, or cannot be fetched; the
/// block is unchanged after every error but one of the last step, which says so.
pub(crate) async fn place(
    cx: &ToolCx,
    document: &str,
    block: &str,
    kind: UploadKind,
    source: &Source,
    name: Option<&str>,
) -> Result<Placed, ToolError> {
    let found = source.open(cx).await?;
    fill(cx, document, block, kind, found, name).await
}

/// Gets a picture and uploads it for a spreadsheet that the caller was admitted to; gives its token
/// and, where the first bytes tell it, its size in pixels. Nobody sees it until a place over the
/// cells names it.
///
/// # Errors
/// As [`place`].
pub(crate) async fn upload_for_sheet(
    cx: &ToolCx,
    spreadsheet: &str,
    source: &Source,
    name: Option<&str>,
) -> Result<(String, Option<(u32, u32)>), ToolError> {
    let found = source.open(cx).await?;
    let picture = checked(cx, found.body.head(), found.body.size())?;
    let name = file_name(name.or(found.name.as_deref()), Some(picture));
    let token = send(cx, Parent::SheetImage { spreadsheet }, &name, found.body).await?;
    Ok((token, picture.pixels))
}

/// Puts bytes that were got before into a block.
pub(super) async fn fill(
    cx: &ToolCx,
    document: &str,
    block: &str,
    kind: UploadKind,
    found: Found,
    name: Option<&str>,
) -> Result<Placed, ToolError> {
    let bytes = found.body.size();
    let picture = match kind {
        UploadKind::Image => Some(checked(cx, found.body.head(), bytes)?),
        UploadKind::File => None,
    };
    let name = file_name(name.or(found.name.as_deref()), picture);
    let parent = match kind {
        UploadKind::Image => Parent::DocxImage { document, block },
        UploadKind::File => Parent::DocxFile { document, block },
    };
    let token = send(cx, parent, &name, found.body).await?;
    let revision = bind(cx, document, block, kind, picture, &token).await?;
    Ok(Placed {
        token,
        name,
        bytes,
        revision,
    })
}

async fn bind(
    cx: &ToolCx,
    document: &str,
    block: &str,
    kind: UploadKind,
    picture: Option<Picture>,
    token: &str,
) -> Result<i64, ToolError> {
    let key = unique(cx);
    let bound = match kind {
        UploadKind::Image => {
            let (width, height) = picture.and_then(|picture| picture.pixels).unzip();
            let image = ReplaceImage {
                token,
                width,
                height,
            };
            docx::replace_image(&cx.feishu, document, block, &image, &key).await
        }
        UploadKind::File => docx::replace_file(&cx.feishu, document, block, token, &key).await,
    };
    let bound = bound.map_err(|fault| cx.fault(fault))?;
    Ok(bound.document_revision_id)
}

/// The picture, if Feishu can show it and takes its size.
pub(super) fn checked(cx: &ToolCx, head: &[u8], bytes: u64) -> Result<Picture, ToolError> {
    let Some(picture) = sniff::picture(head) else {
        return Err(ToolError::invalid(cx.say(
            "this is not a picture that Feishu shows (PNG, JPEG, GIF, WebP, BMP, TIFF, HEIC)",
            "这不是飞书可显示的图片（PNG、JPEG、GIF、WebP、BMP、TIFF、HEIC）",
        ))
        .with_hint(cx.say(
            "Put it in as a file, or convert it. Nothing was stored.",
            "请以文件形式插入，或先转换格式。未保存任何内容。",
        )));
    };
    if bytes > IMAGE_MAX {
        return Err(ToolError::invalid(match cx.locale {
            Locale::En => format!("a picture has at most {IMAGE_MAX} bytes; this one has {bytes}"),
            Locale::Zh => format!("图片最大 {IMAGE_MAX} 字节，当前为 {bytes} 字节"),
        })
        .with_hint(cx.say(
            "Scale it down, or put it in as a file.",
            "请缩小图片，或以文件形式插入。",
        )));
    }
    Ok(picture)
}

/// A name that Feishu takes: no path, not too long, and for pictures the right ending.
pub(super) fn file_name(name: Option<&str>, picture: Option<Picture>) -> String {
    let name = clean_line(name.unwrap_or_default(), NAME_MAX);
    let mut name: String = name
        .chars()
        .map(|letter| match letter {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            other => other,
        })
        .collect();
    if name.trim_matches(['.', ' ', '_']).is_empty() {
        let plain = if picture.is_some() { "image" } else { "file" };
        plain.clone_into(&mut name);
    }
    let ending = match (picture, name.rsplit_once('.')) {
        (Some(picture), None) => format!(".{}", picture.format.extension()),
        (_, Some((stem, ending))) if ending.len() <= 10 && !stem.is_empty() => {
            let ending = format!(".{ending}");
            name.truncate(name.len() - ending.len());
            ending
        }
        _ => String::new(),
    };
    while name.len() + ending.len() > NAME_MAX {
        name.pop();
    }
    name + &ending
}

/// A UUID (version 4) for one write and its retries.
pub(super) fn unique(cx: &ToolCx) -> String {
    let mut bytes = [0_u8; 16];
    cx.entropy.fill(&mut bytes);
    let number = u128::from_be_bytes(bytes);
    uuid(number)
}

/// A UUID that is the same for the same key and purpose, so that a repeated call of the tool is
/// for Feishu a repeated call, too.
pub(super) fn keyed(cx: &ToolCx, key: Option<&str>, purpose: &str) -> String {
    let Some(key) = key.map(str::trim).filter(|key| !key.is_empty()) else {
        return unique(cx);
    };
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, key, purpose).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    uuid(half(1) << 64 | half(2))
}

/// The form of version 4.
fn uuid(number: u128) -> String {
    let version = (number & !(0xf << 76)) | (0x4 << 76);
    let uuid = (version & !(0b11 << 62)) | (0b10 << 62);
    let hex = format!("{uuid:032x}");
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::sniff::Format;

    #[test]
    fn a_number_becomes_a_uuid_of_version_4() {
        assert_eq!(uuid(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn names_are_made_fit_for_feishu() {
        let png = Some(Picture {
            format: Format::Png,
            pixels: None,
        });
        assert_eq!(file_name(Some("../a/b.png"), png), ".._a_b.png");
        assert_eq!(file_name(Some("chart"), png), "chart.png");
        assert_eq!(file_name(None, png), "image.png");
        assert_eq!(file_name(Some(" "), None), "file");
        let long = file_name(Some(&format!("{}.pdf", "长".repeat(200))), None);
        assert!(long.len() <= NAME_MAX && long.ends_with("长.pdf"), "{long}");
    }
}
