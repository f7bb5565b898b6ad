//! `media_put`: puts an image or file into a document or the drive, or gives a link to send it to.
//!
//! Endpoints: `docx.v1.documentBlockChildren.create` for the block, `drive.v1.media.upload*` and
//! `docx.v1.documentBlock.patch` to fill it, `drive.v1.file.upload*` for the drive. Without bytes
//! the place is made first and a link for one `PUT` is given; when the bytes come, the same tool
//! runs with the block in `at`.

pub(super) mod words;

use feishu::api::{
    docx::{Block, BlockKind},
    media::Parent,
};
use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use self::words::{blocked, delivered, preview, waiting};
use super::{
    IMAGE_MAX, Placed, Source, UploadKind, UploadTarget, place,
    place::{checked, file_name, fill, keyed},
    sniff,
    source::Found,
    spot::{self, Gap},
    upload::send,
};
use crate::{
    Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec,
    args::{
        kind::Kind,
        resolve::{Target, resolve},
    },
    fence,
};

pub(crate) struct MediaPut;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum As {
    Image,
    File,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default)]
    r#ref: Option<String>,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    base64: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    r#as: Option<As>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for MediaPut {
    const SPEC: ToolSpec = ToolSpec {
        name: "media_put",
        title: Text::new("Put in an image or file", "插入图片或文件"),
        description: Text::new(
            "Puts an image or file into a Feishu document or drive folder. With neither url nor \
             base64 it makes the place and answers with a one-time upload link and a curl line: \
             best for local files, the bytes never pass through you.",
            "将图片或文件放入飞书文档或云盘文件夹。不传 url 与 base64 时，先占位并返回一次性上传链接和 curl 命令，适合本地文件，内容不经过模型。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Document or folder. Default: the user's root folder.",
                    "文档或文件夹；默认用户根目录。",
                ),
            ),
            (
                "at",
                Text::new(
                    "Block id: an image or file block is filled or replaced, any other gets it after itself. Default: end.",
                    "块 id：图片/文件块会被填充或替换，其他块则插入其后；默认文末。",
                ),
            ),
            (
                "url",
                Text::new(
                    "Public https address, or media:TOKEN.",
                    "公网 https 地址，或 media:TOKEN。",
                ),
            ),
            (
                "base64",
                Text::new("Content, at most 1 MiB.", "内容，最大 1 MiB。"),
            ),
            ("name", Text::new("File name.", "文件名。")),
            (
                "as",
                Text::new(
                    "Default: by the content or name.",
                    "默认根据内容或文件名判断。",
                ),
            ),
            ("dry_run", Text::new("Only check.", "仅检查，不执行。")),
            (
                "idempotency_key",
                Text::new(
                    "The same key makes no second block.",
                    "相同 key 不会重复插入。",
                ),
            ),
        ],
        effect: Effect::Write,
        reading_ops: &[],
        capability: Some(Capability::Media),
        scopes: &[],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let source = source(cx, &input)?;
        let to = Place::find(cx, &input).await?;
        if matches!(source, Some(Source::Media(_))) {
            fence::admit_unplaced(cx)?;
        }
        if input.dry_run == Some(true) {
            return Ok(preview(cx, &to, source.as_ref()));
        }
        let Some(source) = source else {
            return link(cx, &input, to).await;
        };
        let name = input.name.as_deref();
        match to {
            Place::Folder(folder) => {
                let found = source.open(cx).await?;
                into_folder(cx, &input, folder, found).await
            }
            Place::Filled(target, block) => {
                let kind = kind_of(&block).ok_or_else(|| ToolError::internal(cx.locale))?;
                let placed = place(cx, &target.token, &block.block_id, kind, &source, name);
                let placed = placed.await?;
                Ok(delivered(cx, &target, &block.block_id, kind, &placed))
            }
            Place::Gap(target, gap) => {
                let found = source.open(cx).await?;
                let kind = kind_of_bytes(&input, &found);
                if kind == UploadKind::Image {
                    // What is no picture must not leave an empty block behind.
                    checked(cx, found.body.head(), found.body.size())?;
                }
                let block = make(cx, &input, &target, &gap, kind).await?;
                match fill(cx, &target.token, &block, kind, found, name).await {
                    Ok(placed) => Ok(delivered(cx, &target, &block, kind, &placed)),
                    Err(error) => Ok(blocked(cx, &target, &block, &error)),
                }
            }
        }
    }
}

/// Where the bytes come from; `None` asks for a link.
fn source(cx: &ToolCx, input: &Input) -> Result<Option<Source>, ToolError> {
    let given = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    match (given(&input.url), given(&input.base64), &cx.incoming) {
        (None, None, Some(_)) => Ok(Some(Source::Incoming)),
        (None, None, None) => Ok(None),
        (Some(url), None, None) => Ok(Some(match url.strip_prefix("media:") {
            Some(token) => Source::Media(token.to_owned()),
            None => Source::Url(url),
        })),
        (None, Some(text), None) => Ok(Some(Source::Base64(text))),
        _ => Err(ToolError::invalid(cx.say(
            "pass `url` or `base64`, not both",
            "`url` 与 `base64` 只能传一个",
        ))),
    }
}

/// Where the bytes go.
enum Place {
    /// A folder of the drive; empty is the root.
    Folder(String),
    /// A block that holds such things.
    Filled(Target, Box<Block>),
    /// Between blocks.
    Gap(Target, Gap),
}

impl Place {
    async fn find(cx: &ToolCx, input: &Input) -> Result<Self, ToolError> {
        let reference = input.r#ref.as_deref().map(str::trim);
        let Some(reference) = reference.filter(|reference| !reference.is_empty()) else {
            fence::admit_into(cx, None).await?;
            return Ok(Self::Folder(String::new()));
        };
        let target = resolve(cx, reference).await?;
        match target.kind {
            Kind::Folder => Ok(Self::Folder(target.token)),
            Kind::Docx => {
                spot::may_write(cx)?;
                let at = input.at.as_deref().or(target.anchor.as_deref());
                let at = at.map(str::trim).filter(|at| !at.is_empty());
                let Some(at) = at else {
                    let gap = spot::end(&target.token);
                    return Ok(Self::Gap(target, gap));
                };
                let block = spot::block(cx, &target.token, at).await?;
                if kind_of(&block).is_some() {
                    return Ok(Self::Filled(target, Box::new(block)));
                }
                let gap = spot::behind(cx, &target.token, &block).await?;
                Ok(Self::Gap(target, gap))
            }
            kind => Err(ToolError::invalid(format!(
                "{}: {}",
                cx.say(
                    "an image or file cannot be put into this",
                    "无法将图片或文件放入"
                ),
                kind.title(cx.locale)
            ))
            .with_hint(cx.say("Pass a document or a folder.", "请传入文档或文件夹。"))),
        }
    }
}

fn kind_of(block: &Block) -> Option<UploadKind> {
    match block.kind()? {
        BlockKind::Image => Some(UploadKind::Image),
        BlockKind::File => Some(UploadKind::File),
        _ => None,
    }
}

/// As asked; else a picture where Feishu can show one.
fn kind_of_bytes(input: &Input, found: &Found) -> UploadKind {
    match input.r#as {
        Some(As::Image) => UploadKind::Image,
        None if sniff::picture(found.body.head()).is_some() && found.body.size() <= IMAGE_MAX => {
            UploadKind::Image
        }
        Some(As::File) | None => UploadKind::File,
    }
}

/// As asked; else by the ending of the name.
fn kind_of_name(input: &Input) -> UploadKind {
    const PICTURES: [&str; 9] = [
        "png", "jpg", "jpeg", "gif", "webp", "bmp", "tiff", "tif", "heic",
    ];
    match (input.r#as, &input.name) {
        (Some(As::Image), _) | (None, None) => UploadKind::Image,
        (Some(As::File), _) => UploadKind::File,
        (None, Some(name)) => {
            let ending = name.rsplit('.').next().unwrap_or_default();
            let ending = ending.trim().to_ascii_lowercase();
            if PICTURES.contains(&ending.as_str()) {
                UploadKind::Image
            } else {
                UploadKind::File
            }
        }
    }
}

/// Makes an empty block and gives its id.
async fn make(
    cx: &ToolCx,
    input: &Input,
    target: &Target,
    gap: &Gap,
    kind: UploadKind,
) -> Result<String, ToolError> {
    cx.check()?;
    let new = match kind {
        UploadKind::Image => json!({ "block_type": BlockKind::Image.number(), "image": {} }),
        UploadKind::File => {
            json!({ "block_type": BlockKind::File.number(), "file": { "token": "" } })
        }
    };
    let purpose = format!("media_put {} {} {}", target.token, gap.parent, gap.index);
    let key = keyed(cx, input.idempotency_key.as_deref(), &purpose);
    let block = spot::create(cx, target, gap, new, &key).await?;
    // Feishu wraps a file in a view and gives the view.
    Ok(match block.kind() {
        Some(BlockKind::View) => block.children.into_iter().next().unwrap_or_default(),
        _ => block.block_id,
    })
}

async fn into_folder(
    cx: &ToolCx,
    input: &Input,
    folder: String,
    found: Found,
) -> Result<ToolOutput, ToolError> {
    let picture = sniff::picture(found.body.head());
    let name = file_name(input.name.as_deref().or(found.name.as_deref()), picture);
    let bytes = found.body.size();
    let token = send(cx, Parent::Folder(&folder), &name, found.body).await?;
    cx.refs.put_parent(&token, &folder);
    let placed = Placed {
        token,
        name,
        bytes,
        revision: 0,
    };
    Ok(words::stored(cx, &placed))
}

/// Makes the place, then a link that fills it.
async fn link(cx: &ToolCx, input: &Input, place: Place) -> Result<ToolOutput, ToolError> {
    let Some(uploads) = &cx.uploads else {
        return Err(ToolError::invalid(cx.say(
            "upload links are made only for connected clients",
            "仅已连接的客户端可获取上传链接",
        ))
        .with_hint(cx.say("Pass `url` or `base64`.", "请传入 `url` 或 `base64`。")));
    };
    let (target, block, kind) = match place {
        Place::Folder(folder) => {
            let reference = (!folder.is_empty()).then(|| format!("folder:{folder}"));
            let asked = UploadTarget {
                reference,
                block: None,
                kind: UploadKind::File,
                name: Some(file_name(input.name.as_deref(), None)),
                max_bytes: UploadKind::File.most(),
            };
            let link = uploads.link(asked).await?;
            return Ok(waiting(cx, None, &link));
        }
        Place::Filled(target, block) => {
            let kind = kind_of(&block).ok_or_else(|| ToolError::internal(cx.locale))?;
            (target, block.block_id, kind)
        }
        Place::Gap(target, gap) => {
            let kind = kind_of_name(input);
            let block = make(cx, input, &target, &gap, kind).await?;
            (target, block, kind)
        }
    };
    let asked = UploadTarget {
        reference: Some(target.reference()),
        block: Some(block.clone()),
        kind,
        name: input.name.clone(),
        max_bytes: kind.most(),
    };
    match uploads.link(asked).await {
        Ok(link) => Ok(waiting(cx, Some((&target, &block)), &link)),
        Err(error) => Ok(blocked(cx, &target, &block, &error)),
    }
}
