//! `media_get`: shows a picture, a small text file or a board to the model, or gives a link.
//!
//! Endpoints: `drive.v1.media.download`, `drive.v1.file.download`,
//! `drive.v1.media.batchGetTmpDownloadUrl`, `board.v1.whiteboard.downloadAsImage`, and
//! `docx.v1.documentBlock.{get,list}` to find what a block holds.

use bytes::Bytes;
use feishu::{
    Download, FeishuError,
    api::{
        board,
        docx::{Block, BlockKind},
        media,
    },
};
use model::{Capability, Locale, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    sniff::{self, Format, Picture},
    spot,
};
use crate::{
    Image, Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec,
    args::{kind::Kind, resolve::resolve},
    fence,
    render::{budget_cut, clean_line, clean_text},
};

pub(crate) struct MediaGet;

/// Most bytes of a picture that is shown unasked; clients cut larger answers off.
const USUAL: usize = 1 << 20;
/// Most bytes at all: models take 5 MB in base64.
const FULL: usize = 3_750_000;
/// Tokens of a text file.
const TEXT_TOKENS: usize = 6_000;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Size {
    #[default]
    Auto,
    Full,
    Link,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    size: Option<Size>,
}

impl Tool for MediaGet {
    const SPEC: ToolSpec = ToolSpec {
        name: "media_get",
        title: Text::new("Look at an image or file", "查看图片或文件"),
        description: Text::new(
            "Shows what a Feishu document or drive holds besides text: images and boards as \
             pictures, small text files as text, anything else as a download link for the user.",
            "查看飞书文档或云盘中的非文本内容：图片与画板以图像返回，小文本文件返回文字，其他文件返回下载链接。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Document, drive file, media:TOKEN or board:TOKEN.",
                    "文档、云盘文件、media:TOKEN 或 board:TOKEN。",
                ),
            ),
            (
                "at",
                Text::new(
                    "In a document: block id, or image:N, file:N, board:N counted from 1.",
                    "文档中的块 id，或 image:N、file:N、board:N（从 1 计）。",
                ),
            ),
            (
                "size",
                Text::new(
                    "auto: images to 1 MiB; full: to 3.7 MB; link: only a link. Default auto.",
                    "auto：1 MiB 以内直接显示；full：3.7 MB 以内；link：仅返回链接。默认 auto。",
                ),
            ),
        ],
        effect: Effect::Read,
        reading_ops: &[],
        capability: Some(Capability::Media),
        scopes: &[],
        idempotent: true,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let size = input.size.unwrap_or_default();
        let text = input.r#ref.trim();
        if let Some(token) = text.strip_prefix("media:") {
            fence::admit_unplaced(cx)?;
            return Ok(media(cx, token, "", size)
                .await?
                .with_target("media", token));
        }
        if let Some(token) = text.strip_prefix("board:") {
            fence::admit_unplaced(cx)?;
            return Ok(board_picture(cx, token, size)
                .await?
                .with_target("board", token));
        }
        let target = resolve(cx, text).await?;
        let output = match target.kind {
            Kind::Docx => {
                let at = input.at.as_deref().or(target.anchor.as_deref());
                let block = match at.map(str::trim).filter(|at| !at.is_empty()) {
                    Some(at) => spot::block(cx, &target.token, at).await?,
                    None => spot::only(cx, &target.token, HOLDERS).await?,
                };
                held(cx, &block, size).await?
            }
            Kind::File => file(cx, &target.token, &target.page(cx), size).await?,
            _ => {
                return Err(ToolError::invalid(cx.say(
                    "only documents and drive files hold images and files",
                    "只有文档和云盘文件包含图片或文件",
                ))
                .with_detail("ref", target.reference()));
            }
        };
        Ok(output.with_target(target.kind.word(), &target.token))
    }
}

const HOLDERS: &[BlockKind] = &[BlockKind::Image, BlockKind::File, BlockKind::Board];

/// What a block of a document holds.
async fn held(cx: &ToolCx, block: &Block, size: Size) -> Result<ToolOutput, ToolError> {
    if !block.kind().is_some_and(|kind| HOLDERS.contains(&kind)) {
        return Err(ToolError::invalid(cx.say(
            "this block holds no image, file or board",
            "该块不包含图片、文件或画板",
        ))
        .with_detail("block", block.block_id.clone()));
    }
    let Some(token) = spot::token(block) else {
        return Err(
            ToolError::invalid(cx.say("this block is still empty", "该块尚无内容"))
                .with_hint(cx.say("Fill it with media_put.", "请用 media_put 填充。"))
                .with_detail("block", block.block_id.clone()),
        );
    };
    if block.kind() == Some(BlockKind::Board) {
        return board_picture(cx, token, size).await;
    }
    let name = block.field("name").unwrap_or_default();
    media(cx, token, name, size).await
}

const fn most(size: Size) -> usize {
    match size {
        Size::Full => FULL,
        Size::Auto | Size::Link => USUAL,
    }
}

/// A picture or file of a document.
async fn media(cx: &ToolCx, token: &str, name: &str, size: Size) -> Result<ToolOutput, ToolError> {
    if size == Size::Link {
        return linked(cx, token, name, None).await;
    }
    match media::download(&cx.feishu, token, most(size)).await {
        Ok(found) => match shown(cx, &found, name) {
            Some(output) => Ok(output),
            None => linked(cx, token, name, Some(&found)).await,
        },
        Err(FeishuError::TooLarge { .. }) => linked(cx, token, name, None).await,
        Err(fault) => Err(cx.fault(fault)),
    }
}

/// A file of the cloud space. Feishu makes no short-lived links to these: the page serves.
async fn file(cx: &ToolCx, token: &str, page: &str, size: Size) -> Result<ToolOutput, ToolError> {
    let elsewhere = || {
        let text = cx.say(
            "this file is not shown here; the user opens it at",
            "该文件无法在此显示，请用户打开",
        );
        ToolOutput::text(format!("{text}: {page}")).with_link(page, "file")
    };
    if size == Size::Link {
        return Ok(elsewhere());
    }
    match media::download_file(&cx.feishu, token, most(size)).await {
        Ok(found) => Ok(shown(cx, &found, "").unwrap_or_else(elsewhere)),
        Err(FeishuError::TooLarge { .. }) => Ok(elsewhere()),
        Err(fault) => Err(cx.fault(fault)),
    }
}

/// A board as a picture, as large as models take it.
pub(super) async fn picture_of(cx: &ToolCx, token: &str) -> Result<ToolOutput, ToolError> {
    board_picture(cx, token, Size::Full).await
}

async fn board_picture(cx: &ToolCx, token: &str, size: Size) -> Result<ToolOutput, ToolError> {
    let too_large = || {
        ToolError::invalid(cx.say(
            "the picture of this board is too large to show",
            "该画板的图像过大，无法显示",
        ))
        .with_hint(cx.say(
            "Read its nodes with the tool board, op=read; media_get with size=full shows pictures \
             to 3.7 MB.",
            "请用 board 工具的 op=read 读取节点；media_get 的 size=full 可显示 3.7 MB 以内的图像。",
        ))
    };
    match board::image(&cx.feishu, token, most(size)).await {
        Ok(found) => shown(cx, &found, "").ok_or_else(too_large),
        Err(FeishuError::TooLarge { .. }) => Err(too_large()),
        Err(fault) => Err(cx.fault(fault)),
    }
}

/// The file as a model can take it: a picture, or text. `None` for anything else.
fn shown(cx: &ToolCx, found: &Download, name: &str) -> Option<ToolOutput> {
    let name = named(found, name);
    if let Some(picture) = sniff::picture(&found.bytes) {
        let mime_type = visible(picture)?;
        let output = ToolOutput::text(about(&name, picture, found.bytes.len()));
        let bytes = found.bytes.clone();
        return Some(output.with_image(Image { mime_type, bytes }));
    }
    let text = sniff::text(&found.bytes)?;
    let text = clean_text(text);
    let (start, cut) = budget_cut(&text, TEXT_TOKENS);
    let bytes = bytes_of(found.bytes.len());
    let mut out = format!("{name} · {bytes}\n---\n{start}");
    if cut.is_some() {
        out.push_str(match cx.locale {
            Locale::En => "\n---\ntruncated; size=link gives the whole file as a link",
            Locale::Zh => "\n---\n内容已截断；用 size=link 获取完整文件的链接",
        });
    }
    Some(ToolOutput::text(out))
}

/// The kinds that models see.
const fn visible(picture: Picture) -> Option<&'static str> {
    match picture.format {
        Format::Png | Format::Jpeg | Format::Gif | Format::Webp => Some(picture.format.mime()),
        Format::Bmp | Format::Tiff | Format::Heic => None,
    }
}

fn about(name: &str, picture: Picture, bytes: usize) -> String {
    let pixels = picture.pixels.map_or_else(String::new, |(width, height)| {
        format!(" · {width}x{height}")
    });
    let (mime, bytes) = (picture.format.mime(), bytes_of(bytes));
    format!("{name} · {mime}{pixels} · {bytes}")
}

fn named(found: &Download, name: &str) -> String {
    let name = if name.is_empty() {
        found.name.as_deref().unwrap_or("file")
    } else {
        name
    };
    clean_line(name, 120)
}

fn bytes_of(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

/// A link that gives the bytes to whoever has it, for a day.
async fn linked(
    cx: &ToolCx,
    token: &str,
    name: &str,
    found: Option<&Download>,
) -> Result<ToolOutput, ToolError> {
    let link = media::link(&cx.feishu, token).await;
    let link = link.map_err(|fault| cx.fault(fault))?;
    let link = link.ok_or_else(|| crate::args::resolve::no_access(cx))?;
    let link = clean_line(&link, 2_000);
    let mut lines = Vec::new();
    let name = clean_line(name, 120);
    if !name.is_empty() {
        lines.push(name.clone());
    }
    if let Some(kind) = found.map(|found| kind_of(&found.bytes)) {
        lines.push(format!(
            "{}: {kind}",
            cx.say("not shown here", "不在此显示")
        ));
    }
    lines.push(format!(
        "{}: {link}",
        cx.say(
            "download (24 hours, works for whoever has the link)",
            "下载链接（24 小时有效，持有者均可下载）"
        )
    ));
    Ok(ToolOutput::text(lines.join("\n")).with_link(link, name))
}

fn kind_of(bytes: &Bytes) -> &'static str {
    match sniff::picture(bytes) {
        Some(picture) => picture.format.mime(),
        None if bytes.starts_with(b"%PDF-") => "application/pdf",
        None if bytes.starts_with(b"PK\x03\x04") => "application/zip",
        None => "application/octet-stream",
    }
}
