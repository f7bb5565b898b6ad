//! `doc_create`: a new document from Markdown, in a folder, below a wiki page, or in the root.
//!
//! Endpoints: `docx.v1.document.create` or `wiki.v2.spaceNode.create`, then
//! `docx.v1.documentBlockDescendant.create` per batch, then `drive.v1.meta.batchQuery` for the
//! link. Creating the document itself has no idempotency in Feishu: the platform remembers for an
//! hour which document an idempotency key made, and the key that a partial answer gives names the
//! document, so that it works anywhere and at any time.

mod write;

use feishu::api::drive;
use model::{Capability, Locale, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use self::write::{Made, make, write};
use super::{
    markdown::{
        compile::{Batch, compile},
        parse::parse,
        tree::Warnings,
    },
    write::{
        fillable,
        key::Key,
        report::{upload_lines, warning_lines},
        run::Done,
    },
};
use crate::{
    ResolvedNode, Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec,
    args::{kind::Kind, reference::Reference, resolve},
    fence,
    render::{clean_line, clean_text},
};

pub(crate) struct DocCreate;

/// Characters of a title.
const MAX_TITLE: usize = 800;
/// Bytes of Markdown; a request is a little larger.
const MAX_MARKDOWN: usize = 6 << 20;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    title: String,
    #[serde(default)]
    markdown: Option<String>,
    #[serde(default)]
    into: Option<String>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for DocCreate {
    const SPEC: ToolSpec = ToolSpec {
        name: "doc_create",
        title: Text::new("Create a document", "创建文档"),
        description: Text::new(
            "Creates a Feishu document from Markdown: headings, nested lists, to-dos, tables, \
             quotes, callouts (> [!NOTE]), code, formulas, links, @[name](user:ou_…). Returns link, \
             revision and a warning for whatever could not be represented. help topic: markdown.",
            "用 Markdown 创建飞书文档：标题、嵌套列表、待办、表格、引用、高亮块（> [!NOTE]）、代码、公式、链接、@[姓名](user:ou_…)。返回链接、版本，并对无法表示的内容给出警告。语法见 help 的 markdown 主题。",
        ),
        args: &[
            (
                "title",
                Text::new("Title, at most 800 characters.", "标题，最多 800 字。"),
            ),
            (
                "markdown",
                Text::new(
                    "Content; empty makes an empty document. Do not repeat the title.",
                    "正文；为空则创建空文档。不要重复标题。",
                ),
            ),
            (
                "into",
                Text::new(
                    "Where: ref of a folder, or of the wiki page or space that it goes below. Default: the user's root folder.",
                    "位置：文件夹，或上级知识库页面/知识库的引用。默认用户的根目录。",
                ),
            ),
            (
                "dry_run",
                Text::new("Only tell what would be made.", "仅预览，不实际创建。"),
            ),
            (
                "idempotency_key",
                Text::new(
                    "Repeat with the same key to finish or repeat a call without a second document.",
                    "用相同的 key 重试可续完，不会重复创建文档。",
                ),
            ),
        ],
        effect: Effect::Write,
        reading_ops: &[],
        capability: Some(Capability::DocsWrite),
        scopes: &["docx:document:create", "docx:document:write_only"],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let title = clean_line(&clean_text(&input.title), MAX_TITLE + 1);
        if title.is_empty() || title.chars().count() > MAX_TITLE {
            return Err(ToolError::invalid(cx.say(
                "a title of 1 to 800 characters is needed",
                "标题需为 1–800 字",
            )));
        }
        let markdown = input.markdown.unwrap_or_default();
        if markdown.len() > MAX_MARKDOWN {
            return Err(ToolError::invalid(
                cx.say("the Markdown is larger than 6 MiB", "Markdown 超过 6 MiB"),
            )
            .with_hint(cx.say("Divide it into several documents.", "请拆分为多篇文档。")));
        }
        let mut parsed = parse(&markdown);
        drop_repeated_title(&mut parsed.nodes, &title);
        let nodes = fillable(cx, std::mem::take(&mut parsed.nodes), &mut parsed.warnings);
        let batches = compile(nodes, &mut parsed.warnings);
        let all: usize = batches.iter().map(|batch| batch.blocks.len()).sum();
        let place = Place::find(cx, input.into.as_deref()).await?;
        if input.dry_run == Some(true) {
            return Ok(preview(cx, &title, &place, &batches, &parsed.warnings));
        }
        let key = Key::given(input.idempotency_key.as_deref());
        let digest = format!("{title}\u{0}{}\u{0}{markdown}", place.describe(cx));
        let made = make(cx, &title, &place, key, &digest).await?;
        let done = write(cx, &made, batches, &digest).await?;
        Ok(report(cx, &title, &made, all, done, &parsed.warnings).await)
    }
}

/// A first heading that says the title again.
fn drop_repeated_title(nodes: &mut Vec<super::markdown::tree::Node>, title: &str) {
    use super::markdown::tree::{Inline, Kind};
    let repeated = matches!(nodes.first().map(|node| &node.kind), Some(Kind::Heading(1, rich))
        if matches!(rich.as_slice(), [Inline::Text { content, .. }] if content.trim() == title));
    if repeated {
        nodes.remove(0);
    }
}

/// Where the document goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Root,
    Folder(String),
    Wiki {
        space: String,
        parent: Option<String>,
    },
}

impl Place {
    async fn find(cx: &ToolCx, into: Option<&str>) -> Result<Self, ToolError> {
        let Some(into) = into.map(str::trim).filter(|into| !into.is_empty()) else {
            fence::admit_into(cx, None).await?;
            return Ok(Self::Root);
        };
        let reference = Reference::read(into, cx)?;
        if reference.space {
            fence::admit_into_wiki(cx, &reference.token, None).await?;
            return Ok(Self::Wiki {
                space: reference.token,
                parent: None,
            });
        }
        match reference.kind {
            Some(Kind::Folder) => {
                fence::admit_into(cx, Some(&reference.token)).await?;
                Ok(Self::Folder(reference.token))
            }
            Some(Kind::Wiki) => {
                let node = resolve::node(cx, &reference.token)
                    .await
                    .map_err(|fault| cx.fault(fault))?;
                Self::below(cx, &node).await
            }
            Some(kind) => Err(not_a_place(cx, kind)),
            None => {
                let target = resolve::resolve(cx, into).await?;
                match (target.kind, &target.node) {
                    (_, Some(node)) => Self::below(cx, node).await,
                    (Kind::Folder, None) => Ok(Self::Folder(target.token)),
                    (kind, None) => Err(not_a_place(cx, kind)),
                }
            }
        }
    }

    async fn below(cx: &ToolCx, node: &ResolvedNode) -> Result<Self, ToolError> {
        fence::admit_into_wiki(cx, &node.space_id, Some(node)).await?;
        Ok(Self::Wiki {
            space: node.space_id.clone(),
            parent: Some(node.node_token.clone()),
        })
    }

    fn describe(&self, cx: &ToolCx) -> String {
        match self {
            Self::Root => cx.say("the user's root folder", "用户根目录").to_owned(),
            Self::Folder(token) => format!("folder:{token}"),
            Self::Wiki {
                parent: Some(parent),
                ..
            } => format!("wiki:{parent}"),
            Self::Wiki {
                space,
                parent: None,
            } => format!("wiki_space:{space}"),
        }
    }
}

fn not_a_place(cx: &ToolCx, kind: Kind) -> ToolError {
    let kind = kind.title(cx.locale);
    ToolError::invalid(match cx.locale {
        Locale::En => format!("a document cannot go into a {kind}"),
        Locale::Zh => format!("文档不能创建在{kind}中"),
    })
    .with_hint(cx.say(
        "Pass a folder or a wiki page, or leave `into` out.",
        "请传入文件夹或知识库页面，或不传 `into`。",
    ))
}

async fn report(
    cx: &ToolCx,
    title: &str,
    made: &Made,
    all: usize,
    done: Done,
    warnings: &Warnings,
) -> ToolOutput {
    let (blocks, key) = (done.new_blocks, &made.key.text);
    let link = link(cx, made).await;
    let mut lines = Vec::new();
    match &done.stopped {
        None => lines.push(match cx.locale {
            Locale::En => format!("created \"{title}\" with {blocks} blocks"),
            Locale::Zh => format!("已创建《{title}》，共 {blocks} 个块"),
        }),
        Some(stopped) => {
            lines.push(match cx.locale {
                Locale::En => format!(
                    "[partial] \"{title}\" exists, but only {blocks} of {all} blocks were written: {}",
                    stopped.message
                ),
                Locale::Zh => format!(
                    "[partial] 《{title}》已创建，但仅写入 {blocks}/{all} 个块：{}",
                    stopped.message
                ),
            });
            lines.push(match cx.locale {
                Locale::En => format!(
                    "→ Call again with the same arguments and idempotency_key=\"{key}\" to finish it; do not create another."
                ),
                Locale::Zh => format!(
                    "→ 请以相同参数并传 idempotency_key=\"{key}\" 再次调用以续完，请勿另建文档。"
                ),
            });
            if let Some(log_id) = &stopped.log_id {
                lines.push(format!("log_id: {log_id}"));
            }
        }
    }
    lines.push(format!("ref: docx:{}", made.document));
    lines.push(format!("{}: {link}", cx.say("link", "链接")));
    lines.push(format!("{}: {}", cx.say("revision", "版本"), done.revision));
    lines.extend(
        done.notes
            .iter()
            .map(|note| format!("{}: {note}", cx.say("warning", "警告"))),
    );
    lines.extend(upload_lines(cx, &done.uploads));
    lines.extend(warning_lines(cx, warnings));
    ToolOutput::text(lines.join("\n"))
        .with_target("docx", &made.document)
        .with_link(link, title)
        .partial(done.stopped.is_some())
}

/// The address as Feishu tells it; without that, as it should be.
async fn link(cx: &ToolCx, made: &Made) -> String {
    if made.node.is_none() && cx.facts.has_scope("drive:drive.metadata:readonly") {
        let told = drive::metas(&cx.feishu, &[(&made.document, "docx")]).await;
        if let Some(meta) = told.ok().and_then(|metas| metas.metas.into_iter().next())
            && !meta.url.is_empty()
        {
            return clean_line(&meta.url, 500);
        }
    }
    made.page(cx)
}

fn preview(
    cx: &ToolCx,
    title: &str,
    place: &Place,
    batches: &[Batch],
    warnings: &Warnings,
) -> ToolOutput {
    let blocks: usize = batches.iter().map(|batch| batch.blocks.len()).sum();
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for block in batches.iter().flat_map(|batch| &batch.blocks) {
        match kinds.iter_mut().find(|(kind, _)| *kind == block.kind.key()) {
            Some((_, count)) => *count += 1,
            None => kinds.push((block.kind.key(), 1)),
        }
    }
    let kinds: Vec<String> = kinds
        .iter()
        .map(|(kind, count)| format!("{kind}×{count}"))
        .collect();
    let mut lines = vec![
        match cx.locale {
            Locale::En => format!(
                "dry run: nothing was written. Would create \"{title}\" in {}",
                place.describe(cx)
            ),
            Locale::Zh => format!(
                "预览：未写入任何内容。将在 {} 创建《{title}》",
                place.describe(cx)
            ),
        },
        format!(
            "{}: {blocks} ({}) · {}: {}",
            cx.say("blocks", "块"),
            kinds.join(" "),
            cx.say("requests", "请求数"),
            batches.len() + 1
        ),
    ];
    lines.extend(warning_lines(cx, warnings));
    ToolOutput::text(lines.join("\n"))
}
