//! `comments`: the threads of a file: list, add, reply, edit, delete, resolve, reopen, react.
//!
//! Endpoints: `drive.v1.fileComment.{list,get,create,patch}`,
//! `drive.v1.fileCommentReply.{list,create,update,delete}`, `drive.file.comments.create_v2` for
//! comments on a place, `drive.v2.commentReaction.updateReaction`. Feishu has no idempotency for
//! comments: what was just said is looked for before it is said again.

mod add;
mod again;
mod filter;
pub(crate) mod list;
mod place;
pub(crate) mod text;
mod thread;

use feishu::{FeishuError, api::comments::Content};
use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    ErrorKind, Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec,
    args::{
        kind::Kind,
        resolve::{Target, resolve},
    },
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
    Edit,
    Delete,
    Resolve,
    Reopen,
    React,
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
    only: Option<Vec<String>>,
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
            "Comments of a Feishu document, sheet or file. list: threads with quote, authors, \
             replies. add: on the whole, or on a place with `at`. reply, resolve, reopen: a thread. \
             edit, delete: the user's own words. @[name](user:ou_…) in the text notifies people. \
             help topic: comments.",
            "飞书文档、表格或文件的评论。list：列出评论串（原文、作者、回复）；add：全文评论，或用 `at` 定位；reply/resolve/reopen：处理评论串；edit/delete：仅限用户本人的评论。text 中 @[姓名](user:ou_…) 会通知对方。详见 help 的 comments 主题。",
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
                    "Thread id from list; THREAD/REPLY names one reply.",
                    "list 返回的评论串 id；评论串/回复 指定其中一条回复。",
                ),
            ),
            (
                "text",
                Text::new(
                    "For add, reply, edit. For react: THUMBSUP, -THUMBSUP takes it back.",
                    "add、reply、edit 的内容；react 用表情名如 THUMBSUP，-THUMBSUP 为取消。",
                ),
            ),
            (
                "at",
                Text::new(
                    "For add: block id, or words that occur in one block; in a sheet TAB!B2.",
                    "add 用：块 id，或仅在一个块中出现的文字；表格用 工作表!B2。",
                ),
            ),
            (
                "only",
                Text::new(
                    "For list: open, resolved, mine, mentions_me, since:2026-11-01.",
                    "list 用：open、resolved、mine、mentions_me、since:2026-11-01。",
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
                Text::new("Only tell what would be done.", "仅预览，不执行。"),
            ),
        ],
        effect: Effect::Destroy,
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
            Op::Delete => Effect::Destroy,
            Op::Add | Op::Reply | Op::Edit | Op::Resolve | Op::Reopen | Op::React => Effect::Write,
        }
    }

    fn needs_confirmation(input: &Input) -> bool {
        input.op == Op::Delete && input.dry_run != Some(true)
    }

    async fn question(cx: &ToolCx, input: &Input) -> Result<String, ToolError> {
        let target = found(cx, input).await?;
        thread::question(cx, &target, input).await
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let target = found(cx, &input).await?;
        let output = match input.op {
            Op::List => {
                let filter = filter::Filter::read(cx, input.only.as_deref().unwrap_or_default())?;
                list::list(cx, &target, &filter, input.cursor.as_deref()).await?
            }
            Op::Add => add::add(cx, &target, &input).await?,
            Op::Reply => thread::reply(cx, &target, &input).await?,
            Op::Edit => thread::edit(cx, &target, &input).await?,
            Op::Delete => thread::delete(cx, &target, &input).await?,
            Op::Resolve => thread::settle(cx, &target, &input, true).await?,
            Op::Reopen => thread::settle(cx, &target, &input, false).await?,
            Op::React => thread::react(cx, &target, &input).await?,
        };
        Ok(output.with_target(target.kind.word(), &target.token))
    }
}

async fn found(cx: &ToolCx, input: &Input) -> Result<Target, ToolError> {
    let target = resolve(cx, &input.r#ref).await?;
    let has_comments = matches!(
        target.kind,
        Kind::Docx | Kind::Doc | Kind::Sheet | Kind::File | Kind::Slides
    );
    if has_comments {
        return Ok(target);
    }
    Err(ToolError::invalid(cx.say(
        "Feishu keeps no comments on things of this kind",
        "飞书不支持对此类对象评论",
    ))
    .with_hint(cx.say(
        "Documents, sheets, files and slides have comments.",
        "文档、电子表格、文件与幻灯片支持评论。",
    ))
    .with_detail("ref", target.reference()))
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

fn previewed(cx: &ToolCx, input: &Input, what: &str) -> Option<ToolOutput> {
    (input.dry_run == Some(true)).then(|| {
        ToolOutput::text(format!(
            "{}{what}",
            cx.say("dry run, nothing was done. Would ", "预览，未执行：将")
        ))
    })
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
    let (kind, hint) = match code {
        1_069_302 => (
            ErrorKind::Invalid,
            cx.say(
                "Comments on the whole document take no replies: add a new comment. Also check the ids of thread and people.",
                "全文评论不支持回复，请另加一条评论；并检查 thread 与人员 id。",
            ),
        ),
        1_069_301 => (
            ErrorKind::Invalid,
            cx.say(
                "A resolved thread takes no replies: reopen it first.",
                "已解决的评论不能回复，请先 reopen。",
            ),
        ),
        1_069_306 => (
            ErrorKind::Invalid,
            cx.say(
                "Feishu's content review refused the text: word it differently.",
                "内容未通过飞书审核，请调整措辞。",
            ),
        ),
        1_069_307 => (
            ErrorKind::NotFound,
            cx.say(
                "Take the ids from op=list of the same document.",
                "请用同一文档的 op=list 获取 id。",
            ),
        ),
        1_069_308 => (
            ErrorKind::Invalid,
            cx.say(
                "The text is longer than Feishu takes: divide it.",
                "内容超出飞书上限，请拆分。",
            ),
        ),
        1_069_399 => (
            ErrorKind::Upstream,
            cx.say(
                "Retry once after a moment; look with op=list first.",
                "请先用 op=list 确认，稍后再试一次。",
            ),
        ),
        _ => return error,
    };
    error.kind = kind;
    error.hint = Some(hint.to_owned());
    error
}
