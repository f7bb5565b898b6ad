//! `comments`: the threads of a file: list, add, reply, resolve, reopen.
//!
//! Endpoints: `drive.v1.fileComment.{list,get,create,patch}`, `fileCommentReply.{list,create}` and
//! `new_comments` for comments that are anchored to a block.

mod list;
mod text;

use feishu::{
    FeishuError,
    api::{
        comments::{self as api, Content},
        docx,
    },
};
use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{markdown::render::plain_text, outline};
use crate::{
    ErrorKind, Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec,
    args::{
        kind::Kind,
        resolve::{Target, resolve},
    },
    render::clean_line,
};

pub(crate) struct Comments;

/// Characters of one comment.
const MAX_TEXT: usize = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    List,
    Add,
    Reply,
    Resolve,
    Reopen,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    op: Op,
    #[serde(default)]
    thread: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    unresolved_only: Option<bool>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    dry_run: Option<bool>,
}

impl Tool for Comments {
    const SPEC: ToolSpec = ToolSpec {
        name: "comments",
        title: Text::new("Comments", "评论"),
        description: Text::new(
            "Comments of a Feishu document or file. list: threads with quoted text, authors and \
             replies. add: a comment on the whole document, or anchored with `at`. reply, resolve \
             and reopen take a thread id from list. @[name](user:ou_…) in the text notifies people.",
            "飞书文档或文件的评论。list：列出评论串（引用原文、作者、回复）；add：全文评论，或用 `at` 定位；reply/resolve/reopen 需 list 返回的 thread。text 中的 @[姓名](user:ou_…) 会通知对方。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Feishu link, kind:TOKEN or bare token.",
                    "飞书链接、kind:TOKEN 或 token。",
                ),
            ),
            ("op", Text::new("What to do.", "操作。")),
            (
                "thread",
                Text::new(
                    "Thread id, for reply, resolve, reopen.",
                    "评论串 id，用于 reply、resolve、reopen。",
                ),
            ),
            (
                "text",
                Text::new("Text, for add and reply.", "评论内容，用于 add、reply。"),
            ),
            (
                "at",
                Text::new(
                    "For add: block id, or text that occurs in exactly one block. Default: whole document.",
                    "add 用：块 id，或仅在一个块中出现的文字；默认全文评论。",
                ),
            ),
            (
                "unresolved_only",
                Text::new(
                    "For list: only open threads. Default false.",
                    "list 用：仅未解决的评论，默认 false。",
                ),
            ),
            (
                "cursor",
                Text::new(
                    "For list: `next` of the last answer.",
                    "list 用：上次结果中的 `next`。",
                ),
            ),
            (
                "dry_run",
                Text::new(
                    "Only check and tell what would be done.",
                    "仅检查并预览，不实际执行。",
                ),
            ),
        ],
        effect: Effect::Write,
        reading_ops: &["list"],
        capability: Some(Capability::Comments),
        scopes: &["docs:document.comment:read"],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    fn effect(input: &Input) -> Effect {
        match input.op {
            Op::List => Effect::Read,
            Op::Add | Op::Reply | Op::Resolve | Op::Reopen => Effect::Write,
        }
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let target = resolve(cx, &input.r#ref).await?;
        if !matches!(
            target.kind,
            Kind::Docx | Kind::Doc | Kind::Sheet | Kind::File | Kind::Slides
        ) {
            return Err(ToolError::invalid(
                cx.say("things of this kind have no comments", "此类对象没有评论"),
            )
            .with_detail("ref", target.reference()));
        }
        let output = match input.op {
            Op::List => {
                let open_only = input.unresolved_only == Some(true);
                list::list(cx, &target, open_only, input.cursor.as_deref()).await?
            }
            Op::Add => add(cx, &target, &input).await?,
            Op::Reply => reply(cx, &target, &input).await?,
            Op::Resolve => settle(cx, &target, &input, true).await?,
            Op::Reopen => settle(cx, &target, &input, false).await?,
        };
        Ok(output.with_target(target.kind.word(), &target.token))
    }
}

fn content(cx: &ToolCx, input: &Input) -> Result<Content, ToolError> {
    let text = input.text.as_deref().map(str::trim).unwrap_or_default();
    if text.is_empty() || text.chars().count() > MAX_TEXT {
        return Err(ToolError::invalid(cx.say(
            "`text` of 1 to 10,000 characters is needed",
            "需要 1–10,000 字的 `text`",
        )));
    }
    Ok(text::content(text))
}

fn thread<'a>(cx: &ToolCx, input: &'a Input) -> Result<&'a str, ToolError> {
    input
        .thread
        .as_deref()
        .map(str::trim)
        .filter(|thread| !thread.is_empty() && thread.bytes().all(|b| b.is_ascii_digit()))
        .ok_or_else(|| {
            ToolError::invalid(cx.say("`thread` must be a thread id", "`thread` 必须是评论串 id"))
                .with_hint(cx.say("Take it from op=list.", "请先用 op=list 获取。"))
        })
}

fn previewed(cx: &ToolCx, input: &Input, what: &str) -> Option<ToolOutput> {
    (input.dry_run == Some(true)).then(|| {
        ToolOutput::text(format!(
            "{}{what}",
            cx.say("dry run, nothing was done. Would ", "预览，未执行：将")
        ))
    })
}

async fn add(cx: &ToolCx, target: &Target, input: &Input) -> Result<ToolOutput, ToolError> {
    let content = content(cx, input)?;
    let kind = target.kind.feishu();
    let at = input
        .at
        .as_deref()
        .map(str::trim)
        .filter(|at| !at.is_empty());
    let Some(at) = at else {
        if !matches!(target.kind, Kind::Docx | Kind::Doc) {
            return Err(ToolError::invalid(cx.say(
                "Feishu takes whole-file comments on documents only",
                "飞书仅支持对文档添加全文评论",
            )));
        }
        let what = cx.say("comment on the whole document", "添加全文评论");
        if let Some(preview) = previewed(cx, input, what) {
            return Ok(preview);
        }
        let made = api::create(&cx.feishu, &target.token, kind, &content)
            .await
            .map_err(|fault| refused(cx, fault))?;
        return Ok(said(
            cx,
            target,
            cx.say("added", "已添加"),
            &made.comment_id,
        ));
    };
    let (block, quote) = place(cx, target, at).await?;
    let what = format!("{} {{#{block}}} \"{quote}\"", cx.say("comment on", "评论"));
    if let Some(preview) = previewed(cx, input, &what) {
        return Ok(preview);
    }
    let made = api::create_anchored(&cx.feishu, &target.token, kind, &block, &content)
        .await
        .map_err(|fault| refused(cx, fault))?;
    let mut output = said(cx, target, cx.say("added", "已添加"), &made.comment_id);
    output.text.push_str(&format!("\n> {quote}"));
    Ok(output)
}

/// The block of an anchor, with its first words.
async fn place(cx: &ToolCx, target: &Target, at: &str) -> Result<(String, String), ToolError> {
    if target.kind != Kind::Docx {
        return Err(ToolError::invalid(
            cx.say("`at` works in documents only", "`at` 仅支持文档"),
        ));
    }
    let blocks = docx::blocks(&cx.feishu, &target.token, -1)
        .await
        .map_err(|fault| cx.fault(fault))?;
    let id = at
        .trim_start_matches("{#")
        .trim_start_matches('#')
        .trim_end_matches('}');
    let names = std::collections::HashMap::new();
    let words = |block: &docx::Block| {
        block
            .text()
            .map(|text| plain_text(text, &names))
            .unwrap_or_default()
    };
    if let Some(block) = blocks.items.iter().find(|block| block.block_id == id) {
        return Ok((block.block_id.clone(), clean_line(&words(block), 80)));
    }
    let wanted = at.trim_matches('"').to_lowercase();
    let found: Vec<&docx::Block> = blocks
        .items
        .iter()
        .skip(1)
        .filter(|block| words(block).to_lowercase().contains(&wanted))
        .collect();
    match found.as_slice() {
        [block] => Ok((block.block_id.clone(), clean_line(&words(block), 80))),
        [] => Err(ToolError::new(
            ErrorKind::NotFound,
            cx.say("no block has this id or text", "没有块匹配该 id 或文字"),
        )
        .with_hint(cx.say(
            "Find the place with doc_read view=find, and pass the block id.",
            "请用 doc_read 的 view=find 定位，并传入块 id。",
        ))
        .with_detail("candidates", headings(&blocks.items))),
        several => Err(ToolError::new(
            ErrorKind::Ambiguous,
            cx.say("the text occurs in several blocks", "该文字出现在多个块中"),
        )
        .with_hint(cx.say("Pass the id of one as `at`.", "请将其中一个 id 传给 `at`。"))
        .with_detail(
            "candidates",
            several
                .iter()
                .take(10)
                .map(|block| format!("{{#{}}} {}", block.block_id, clean_line(&words(block), 80)))
                .collect::<Vec<_>>(),
        )),
    }
}

fn headings(blocks: &[docx::Block]) -> Vec<String> {
    outline::pieces(blocks)
        .iter()
        .filter_map(|piece| {
            Some(format!(
                "{{#{}}} {}",
                piece.id,
                clean_line(&piece.heading.as_ref()?.1, 80)
            ))
        })
        .take(10)
        .collect()
}

async fn reply(cx: &ToolCx, target: &Target, input: &Input) -> Result<ToolOutput, ToolError> {
    let thread = thread(cx, input)?;
    let content = content(cx, input)?;
    if let Some(preview) = previewed(
        cx,
        input,
        &format!("{} {thread}", cx.say("reply to", "回复")),
    ) {
        return Ok(preview);
    }
    api::reply(
        &cx.feishu,
        &target.token,
        target.kind.feishu(),
        thread,
        &content,
    )
    .await
    .map_err(|fault| refused(cx, fault))?;
    Ok(said(cx, target, cx.say("replied", "已回复"), thread))
}

async fn settle(
    cx: &ToolCx,
    target: &Target,
    input: &Input,
    solved: bool,
) -> Result<ToolOutput, ToolError> {
    let thread = thread(cx, input)?;
    let verb = if solved {
        cx.say("resolve", "解决")
    } else {
        cx.say("reopen", "重新打开")
    };
    if let Some(preview) = previewed(cx, input, &format!("{verb} {thread}")) {
        return Ok(preview);
    }
    api::set_solved(
        &cx.feishu,
        &target.token,
        target.kind.feishu(),
        thread,
        solved,
    )
    .await
    .map_err(|fault| refused(cx, fault))?;
    let done = if solved {
        cx.say("resolved", "已解决")
    } else {
        cx.say("reopened", "已重新打开")
    };
    Ok(said(cx, target, done, thread))
}

fn said(cx: &ToolCx, target: &Target, done: &str, thread: &str) -> ToolOutput {
    let page = target.page(cx);
    ToolOutput::text(format!(
        "{done}: thread {thread} · {}\n{}: {page}",
        target.reference(),
        cx.say("link", "链接")
    ))
    .with_link(page, cx.say("document", "文档"))
}

/// Feishu's own rules about comments, in words that help.
fn refused(cx: &ToolCx, fault: FeishuError) -> ToolError {
    let code = match &fault {
        FeishuError::Api { code, .. } => *code,
        _ => 0,
    };
    let mut error = cx.fault(fault);
    match code {
        1_069_302 => {
            error.kind = ErrorKind::Invalid;
            error.hint = Some(cx.say(
                "Comments on the whole document take no replies: add a new comment. Also check the thread id.",
                "全文评论不支持回复，请另加一条评论；并检查 thread。",
            ).to_owned());
        }
        1_069_301 => {
            error.kind = ErrorKind::Invalid;
            error.hint = Some(
                cx.say(
                    "A resolved thread takes no replies: reopen it first.",
                    "已解决的评论不能回复，请先 reopen。",
                )
                .to_owned(),
            );
        }
        1_069_307 => {
            error.kind = ErrorKind::NotFound;
            error.hint = Some(
                cx.say(
                    "Take the thread id from op=list of the same document.",
                    "请用同一文档的 op=list 获取 thread。",
                )
                .to_owned(),
            );
        }
        _ => {}
    }
    error
}
