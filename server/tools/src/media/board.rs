//! `board`: reads a whiteboard as text or as a picture, and draws on it.
//!
//! Endpoints: `board.v1.whiteboardNode.{list,create,createPlantuml}`,
//! `board.v1.whiteboard.downloadAsImage`, and `docx.v1.documentBlockChildren.create` for a new
//! board in a document.

mod nodes;
mod svg;

use feishu::api::{board as api, docx::BlockKind};
use model::{Capability, Locale, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{draw, get, place::keyed, spot};
use crate::{
    ErrorKind, Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec,
    args::{
        kind::Kind,
        resolve::{Target, resolve},
    },
    fence,
};

pub(crate) struct Board;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    Read,
    Image,
    Write,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Syntax {
    Mermaid,
    PlantUml,
    Svg,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    op: Op,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    syntax: Option<Syntax>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for Board {
    const SPEC: ToolSpec = ToolSpec {
        name: "board",
        title: Text::new("Whiteboard", "画板"),
        description: Text::new(
            "Whiteboards of Feishu documents. read: shapes, texts and connectors as lines. image: \
             the board as a picture. write: draws Mermaid, PlantUML or SVG as editable shapes, on \
             a given board or on a new one in a document.",
            "飞书文档中的画板。read：以文本列出图形、文字与连线；image：返回画板图像；write：将 Mermaid、PlantUML 或 SVG 绘制到指定画板，或文档中的新画板。",
        ),
        args: &[
            (
                "ref",
                Text::new("board:TOKEN, or a document.", "board:TOKEN 或文档。"),
            ),
            ("op", Text::new("What to do.", "操作。")),
            (
                "at",
                Text::new(
                    "In a document: block id or board:N. write: another block gets a new board after it; default a new one at the end.",
                    "文档中的块 id 或 board:N。write：若为其他块则在其后新建画板，默认在文末新建。",
                ),
            ),
            (
                "code",
                Text::new("For write: the drawing.", "write 用：图表代码。"),
            ),
            (
                "syntax",
                Text::new(
                    "Of code; default by its first line.",
                    "代码语法，默认根据首行判断。",
                ),
            ),
            (
                "cursor",
                Text::new(
                    "For read: `next` of the last answer.",
                    "read 用：上次结果中的 `next`。",
                ),
            ),
            ("dry_run", Text::new("Only check.", "仅检查，不执行。")),
            (
                "idempotency_key",
                Text::new(
                    "For write: the same key makes no second board.",
                    "write 用：相同 key 不会重复新建画板。",
                ),
            ),
        ],
        effect: Effect::Write,
        reading_ops: &["read", "image"],
        capability: Some(Capability::Media),
        scopes: &[],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    fn effect(input: &Input) -> Effect {
        match input.op {
            Op::Read | Op::Image => Effect::Read,
            Op::Write => Effect::Write,
        }
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let place = Place::find(cx, &input).await?;
        let (kind, target) = match &place {
            Place::Board { token, .. } => ("board", token.clone()),
            Place::Gap(target, _) => (target.kind.word(), target.token.clone()),
        };
        let output = match (input.op, place) {
            (Op::Read, Place::Board { token, .. }) => {
                nodes::read(cx, &token, input.cursor.as_deref()).await?
            }
            (Op::Image, Place::Board { token, .. }) => get::picture_of(cx, &token).await?,
            (Op::Write, place) => write(cx, &input, place).await?,
            (Op::Read | Op::Image, Place::Gap(..)) => {
                return Err(ToolError::invalid(
                    cx.say("this block is no board", "该块不是画板"),
                ));
            }
        };
        Ok(output.with_target(kind, &target))
    }
}

/// A board, or the gap where a new one goes.
enum Place {
    Board { token: String, link: Option<String> },
    Gap(Target, spot::Gap),
}

impl Place {
    async fn find(cx: &ToolCx, input: &Input) -> Result<Self, ToolError> {
        let reference = input.r#ref.trim();
        if let Some(token) = reference.strip_prefix("board:") {
            fence::admit_unplaced(cx)?;
            return Ok(Self::Board {
                token: token.to_owned(),
                link: None,
            });
        }
        let target = resolve(cx, reference).await?;
        if target.kind != Kind::Docx {
            return Err(ToolError::invalid(
                cx.say("only documents hold boards", "只有文档可以包含画板"),
            )
            .with_detail("ref", target.reference()));
        }
        let at = input.at.as_deref().or(target.anchor.as_deref());
        let block = match at.map(str::trim).filter(|at| !at.is_empty()) {
            Some(at) => spot::block(cx, &target.token, at).await?,
            None if input.op == Op::Write => {
                spot::may_write(cx)?;
                let gap = spot::end(&target.token);
                return Ok(Self::Gap(target, gap));
            }
            None => spot::only(cx, &target.token, &[BlockKind::Board]).await?,
        };
        if block.kind() != Some(BlockKind::Board) {
            spot::may_write(cx)?;
            let gap = spot::behind(cx, &target.token, &block).await?;
            return Ok(Self::Gap(target, gap));
        }
        let token = spot::token(&block).map(str::to_owned);
        Ok(Self::Board {
            token: token.ok_or_else(|| ToolError::internal(cx.locale))?,
            link: Some(spot::page(cx, &target, &block.block_id)),
        })
    }
}

async fn write(cx: &ToolCx, input: &Input, place: Place) -> Result<ToolOutput, ToolError> {
    let code = input.code.as_deref().map(str::trim).unwrap_or_default();
    if code.is_empty() {
        return Err(ToolError::invalid(
            cx.say("`code` is needed to draw", "绘制需要 `code`"),
        ));
    }
    let syntax = input.syntax.unwrap_or_else(|| guess(code));
    if syntax == Syntax::Svg {
        svg::size(cx, code)?;
    }
    if input.dry_run == Some(true) {
        let what = name(syntax);
        return Ok(ToolOutput::text(match (&place, cx.locale) {
            (Place::Board { token, .. }, Locale::En) => {
                format!("dry run, nothing was done: would draw {what} on board:{token}")
            }
            (Place::Board { token, .. }, Locale::Zh) => {
                format!("预览，未执行：将在 board:{token} 上绘制 {what}")
            }
            (Place::Gap(target, _), Locale::En) => format!(
                "dry run, nothing was done: would draw {what} on a new board in {}",
                target.reference()
            ),
            (Place::Gap(target, _), Locale::Zh) => format!(
                "预览，未执行：将在 {} 中新建画板并绘制 {what}",
                target.reference()
            ),
        }));
    }
    match place {
        Place::Board { token, link } => {
            let node = put(cx, input, &token, syntax, code).await?;
            Ok(drawn(cx, &token, None, &node, link))
        }
        Place::Gap(target, gap) => {
            let (block, token) = make(cx, input, &target, &gap).await?;
            let link = Some(spot::page(cx, &target, &block));
            match put(cx, input, &token, syntax, code).await {
                Ok(node) => Ok(drawn(cx, &token, Some(&block), &node, link)),
                Err(error) => Ok(empty(cx, &token, &block, &error)),
            }
        }
    }
}

async fn put(
    cx: &ToolCx,
    input: &Input,
    board: &str,
    syntax: Syntax,
    code: &str,
) -> Result<String, ToolError> {
    cx.check()?;
    match syntax {
        Syntax::Mermaid => draw(cx, board, api::Syntax::Mermaid, code).await,
        Syntax::PlantUml => draw(cx, board, api::Syntax::PlantUml, code).await,
        Syntax::Svg => {
            let key = keyed(
                cx,
                input.idempotency_key.as_deref(),
                &format!("svg {board}"),
            );
            svg::draw(cx, board, code, &key).await
        }
    }
}

/// A new board in a document: its block and its token.
async fn make(
    cx: &ToolCx,
    input: &Input,
    target: &Target,
    gap: &spot::Gap,
) -> Result<(String, String), ToolError> {
    let purpose = format!("board {} {} {}", target.token, gap.parent, gap.index);
    let key = keyed(cx, input.idempotency_key.as_deref(), &purpose);
    let new = json!({ "block_type": BlockKind::Board.number(), "board": { "align": 2 } });
    let block = spot::create(cx, target, gap, new, &key).await?;
    let token = spot::token(&block).map(str::to_owned);
    let token = token.ok_or_else(|| {
        ToolError::new(
            ErrorKind::Upstream,
            cx.say(
                "Feishu made the board but did not name it",
                "飞书已创建画板，但未返回其 token",
            ),
        )
        .with_detail("block", block.block_id.clone())
    })?;
    Ok((block.block_id, token))
}

fn drawn(
    cx: &ToolCx,
    board: &str,
    block: Option<&str>,
    node: &str,
    link: Option<String>,
) -> ToolOutput {
    let mut lines = vec![
        cx.say("drawn on the board", "已绘制到画板").to_owned(),
        format!("ref: board:{board}"),
        format!("{}: {node}", cx.say("node", "节点")),
    ];
    lines.extend(block.map(|block| format!("block: {block}")));
    if let Some(link) = &link {
        lines.push(format!("{}: {link}", cx.say("link", "链接")));
    }
    let output = ToolOutput::text(lines.join("\n"));
    match link {
        Some(link) => output.with_link(link, cx.say("board", "画板")),
        None => output,
    }
}

/// The board exists and is empty.
fn empty(cx: &ToolCx, board: &str, block: &str, error: &ToolError) -> ToolOutput {
    let mut lines = vec![
        format!(
            "[partial] {}: {}",
            cx.say(
                "an empty board was made, but nothing is on it yet",
                "已创建空画板，但尚未绘制内容"
            ),
            error.message
        ),
        format!(
            "→ {} at=\"{block}\"",
            cx.say(
                "Call board again with op=write, the same ref and",
                "请再次调用 board（op=write，相同的 ref），并传"
            )
        ),
    ];
    lines.extend(error.hint.clone());
    lines.push(format!("ref: board:{board}"));
    lines.extend(error.log_id.iter().map(|id| format!("log_id: {id}")));
    ToolOutput::text(lines.join("\n")).partial(true)
}

fn guess(code: &str) -> Syntax {
    if code.starts_with("@start") {
        Syntax::PlantUml
    } else if code.starts_with("<svg") || code.starts_with("<?xml") {
        Syntax::Svg
    } else {
        Syntax::Mermaid
    }
}

const fn name(syntax: Syntax) -> &'static str {
    match syntax {
        Syntax::Mermaid => "Mermaid",
        Syntax::PlantUml => "PlantUML",
        Syntax::Svg => "SVG",
    }
}
