//! The job of an export, and what becomes of its result.

use bytes::Bytes;
use feishu::api::{files, media};
use model::Locale;

use super::super::{
    made::{Made, certain, lost},
    ticket::{Ticket, failed, seen},
};
use crate::{
    ErrorKind, ToolCx, ToolError, ToolOutput,
    args::{kind::Kind, resolve::resolve},
    places::{place::Place, refusal::explain},
    render::{budget_cut, clean_line, clean_text},
};

/// Tokens of a text that is shown.
const BUDGET: usize = 6000;

/// An export that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::places::files) struct Order {
    pub(in crate::places::files) ticket: String,
    pub(in crate::places::files) kind: Kind,
    pub(in crate::places::files) token: String,
    pub(in crate::places::files) extension: String,
    /// Where the file is saved; `None` shows it.
    pub(in crate::places::files) to: Option<String>,
}

impl Order {
    pub(in crate::places::files) fn print(&self) -> String {
        let to = self.to.as_deref().unwrap_or("-");
        format!(
            "{}.{}.{}.{}.{to}",
            self.ticket,
            self.kind.word(),
            self.token,
            self.extension
        )
    }

    pub(in crate::places::files) fn read(parts: &[&str]) -> Option<Self> {
        let [ticket, kind, token, extension, to] = parts else {
            return None;
        };
        let known = ["docx", "pdf", "xlsx", "csv"].contains(extension);
        known.then_some(())?;
        Some(Self {
            ticket: (*ticket).to_owned(),
            kind: Kind::from_word(kind)?,
            token: (*token).to_owned(),
            extension: (*extension).to_owned(),
            to: (*to != "-").then(|| (*to).to_owned()),
        })
    }

    /// The document and the place of the file, checked anew.
    pub(in crate::places::files) async fn admit(&self, cx: &ToolCx) -> Result<(), ToolError> {
        resolve(cx, &format!("{}:{}", self.kind.word(), self.token)).await?;
        if let Some(to) = &self.to {
            Place::find(cx, Some(to)).await?;
        }
        Ok(())
    }
}

/// Follows the job, and shows or saves its result.
pub(in crate::places::files) async fn follow(
    cx: &ToolCx,
    ticket: &Ticket,
    order: &Order,
) -> Result<ToolOutput, ToolError> {
    let mut wait = ticket.wait(cx);
    let state = loop {
        let look = files::exported(&cx.feishu, &order.ticket, &order.token).await;
        match seen(cx, look)? {
            Some(state) if state.job_status == 0 => break state,
            Some(state) if !matches!(state.job_status, 1 | 2 | 122) => {
                return Err(job_error(cx, state.job_status, &state.job_error_msg));
            }
            _ => {}
        }
        if !wait.on().await? {
            return Ok(ticket.outlasted(cx));
        }
    };
    let size = usize::try_from(state.file_size).unwrap_or(0);
    if size > files::MAX_FILE {
        return Err(ToolError::invalid(
            cx.say("the file is larger than 20 MB", "导出文件超过 20 MB"),
        )
        .with_hint(cx.say(
            "Ask the user to export it in Feishu.",
            "请用户在飞书中导出。",
        )));
    }
    let bytes = files::exported_file(&cx.feishu, &state.file_token).await;
    let bytes = bytes.map_err(|fault| explain(cx, fault))?;
    let Some(to) = &order.to else {
        return Ok(show(cx, order, &bytes));
    };
    let place = Place::find(cx, Some(to)).await?;
    let name = with_extension(&clean_line(&state.file_name, 200), &order.extension);
    save(cx, &place, &name, bytes).await
}

fn job_error(cx: &ToolCx, status: i64, message: &str) -> ToolError {
    let (kind, words) = match status {
        107 | 6000 => (
            ErrorKind::Invalid,
            cx.say(
                "it is too large or has too many pictures for an export",
                "内容过大或图片过多，无法导出",
            ),
        ),
        109 | 110 => (
            ErrorKind::ForbiddenResource,
            cx.say(
                "the user may not export this, or not something in it",
                "该用户无权导出该内容或其中的部分内容",
            ),
        ),
        111 | 123 => (
            ErrorKind::NotFound,
            cx.say("it was deleted or does not exist", "该内容已删除或不存在"),
        ),
        _ => return failed(cx, message).with_detail("job_status", status),
    };
    ToolError::new(kind, words).with_detail("job_status", status)
}

/// Text in the answer, cut at its budget: an export cannot be paged without making it again.
fn show(cx: &ToolCx, order: &Order, bytes: &Bytes) -> ToolOutput {
    let text = String::from_utf8_lossy(bytes);
    let text = clean_text(text.trim_start_matches('\u{feff}'));
    let (head, rest) = budget_cut(&text, BUDGET);
    let mut shown = format!("[{}:{} · csv]\n{}", order.kind.word(), order.token, head);
    if rest.is_some() {
        shown.push_str(cx.say(
            "\n(truncated: pass a folder in `to` to save the whole file)",
            "\n（已截断：在 `to` 中传入文件夹可保存完整文件）",
        ));
    }
    ToolOutput::text(shown)
        .with_structured(serde_json::json!({ "truncated": rest.is_some(), "next": null }))
        .with_target(order.kind.word(), &order.token)
}

pub(super) fn with_extension(name: &str, extension: &str) -> String {
    let suffix = format!(".{extension}");
    if name.to_lowercase().ends_with(&suffix) {
        name.to_owned()
    } else {
        format!("{name}{suffix}")
    }
}

/// Puts a file into a folder.
pub(super) async fn save(
    cx: &ToolCx,
    place: &Place,
    name: &str,
    bytes: Bytes,
) -> Result<ToolOutput, ToolError> {
    let folder = place.folder(cx).await?;
    let size = bytes.len();
    let parent = media::Parent::Folder(&folder);
    let uploaded = media::upload(&cx.feishu, parent, name, bytes).await;
    let answer = uploaded.map(|token| Made {
        kind: Some(Kind::File),
        token,
        node: None,
        title: name.to_owned(),
        url: String::new(),
    });
    let (made, was_lost) = certain(cx, answer, place, name, "file").await?;
    place.took(cx, &made.token);
    let at = place.describe(cx);
    let done = match cx.locale {
        Locale::En => format!("saved \"{name}\" ({size} bytes) in {at}"),
        Locale::Zh => format!("已将《{name}》（{size} 字节）保存到 {at}"),
    };
    Ok(made.output(cx, &format!("{done}{}", lost(cx, was_lost))))
}
