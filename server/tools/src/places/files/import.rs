//! A document out of a file of the drive: Feishu wants the file sent again, as the source of a job.

use feishu::{
    FeishuError,
    api::{files, media, wiki},
};
use model::Locale;

use super::{
    Form, Input,
    copy::half_way,
    made::Made,
    name, preview, thing,
    ticket::{Ticket, failed, seen},
};
use crate::{
    ErrorKind, ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    places::{
        place::{At, Place},
        refusal::explain,
        source::Source,
    },
    render::clean_line,
};

/// An import that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) ticket: String,
    /// The place of the result.
    pub(super) to: String,
}

impl Order {
    pub(super) fn print(&self) -> String {
        format!("{}.{}", self.ticket, self.to)
    }

    pub(super) fn read(parts: &[&str]) -> Option<Self> {
        let [ticket, to] = parts else { return None };
        Some(Self {
            ticket: (*ticket).to_owned(),
            to: (*to).to_owned(),
        })
    }
}

pub(super) async fn import(cx: &ToolCx, input: &Input) -> Result<ToolOutput, ToolError> {
    let source = Source::find(cx, thing(cx, input)?).await?;
    if source.target.kind != Kind::File {
        return Err(ToolError::invalid(cx.say(
            "only a file of the drive can be imported",
            "只能导入云空间中的文件",
        ))
        .with_hint(cx.say(
            "Upload it first with `media_put`; Markdown text goes straight to `doc_create`.",
            "请先用 `media_put` 上传；Markdown 文本可直接用 `doc_create`。",
        )));
    }
    let place = Place::find(cx, input.to.as_deref()).await?;
    let card = source.card(cx).await?;
    let (stem, extension) = split(&card.title);
    let kind = kind_of(cx, &extension, input.form)?;
    let title = name(cx, input)?.unwrap_or_else(|| stem.to_owned());
    let key = input.idempotency_key.as_deref();
    if let Some(made) = Made::before(cx, "import", key) {
        return Ok(made.again(cx));
    }
    let what = kind.title(cx.locale);
    if input.only_tells() {
        let named = card.describe(cx, Kind::File);
        let at = place.describe(cx);
        return Ok(preview(
            cx,
            &match cx.locale {
                Locale::En => format!("would import {named} as the {what} \"{title}\" into {at}"),
                Locale::Zh => format!("将把{named}导入为{what}《{title}》，位于 {at}"),
            },
        ));
    }
    let about = (kind, extension.as_str(), title.as_str());
    let ticket = begin(cx, &source, &place, &card.title, about).await?;
    let order = Order {
        ticket,
        to: place.reference(),
    };
    let output = Ticket::Import(order).follow(cx, "").await?;
    if !output.partial
        && let Some(made) = Made::of_output(&output)
    {
        made.remember(cx, "import", key);
    }
    Ok(output)
}

/// Sends the file again as the source of a job, and begins it. Gives Feishu's ticket.
async fn begin(
    cx: &ToolCx,
    source: &Source,
    place: &Place,
    file_name: &str,
    (kind, extension, title): (Kind, &str, &str),
) -> Result<String, ToolError> {
    let folder = match &place.at {
        At::Folder(token) => token.clone(),
        At::Root => String::new(),
        // Feishu imports into folders only; from the root it goes on into the wiki.
        At::Space(_) | At::Page(_) => {
            Place::root(cx).await?;
            String::new()
        }
    };
    let file = media::download_file(&cx.feishu, &source.target.token, files::MAX_FILE).await;
    let bytes = file.map_err(|fault| too_large(cx, fault))?.bytes;
    cx.check()?;
    let about = (kind.feishu(), extension);
    let upload = files::import_source(&cx.feishu, file_name, about, bytes).await;
    let upload = upload.map_err(|fault| explain(cx, fault))?;
    let order = files::NewImport {
        file_extension: extension,
        file_token: &upload,
        kind: kind.feishu(),
        file_name: title,
        folder: &folder,
    };
    cx.check()?;
    let ticket = files::import(&cx.feishu, &order).await;
    ticket.map_err(|fault| {
        let lost = super::made::is_unclear(&fault);
        let error = explain(cx, fault);
        if lost {
            error.with_hint(cx.say(
                "The import may have begun: list the place in a minute before you repeat it.",
                "导入可能已开始：请一分钟后列出目标位置，再决定是否重试。",
            ))
        } else {
            error
        }
    })
}

fn too_large(cx: &ToolCx, fault: FeishuError) -> ToolError {
    match fault {
        FeishuError::TooLarge { .. } => ToolError::invalid(
            cx.say("the file is larger than 20 MB", "文件超过 20 MB"),
        )
        .with_hint(cx.say(
            "Ask the user to import it in Feishu.",
            "请用户在飞书中导入。",
        )),
        fault => explain(cx, fault),
    }
}

/// Name and extension, the latter in lower case.
fn split(name: &str) -> (&str, String) {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension.to_lowercase()),
        _ => (name, String::new()),
    }
}

/// What a file of this extension can become.
fn kind_of(cx: &ToolCx, extension: &str, form: Option<Form>) -> Result<Kind, ToolError> {
    let possible: &[Kind] = match extension {
        "docx" | "doc" | "txt" | "md" | "mark" | "markdown" | "html" => &[Kind::Docx],
        "xlsx" | "csv" => &[Kind::Sheet, Kind::Base],
        "xls" => &[Kind::Sheet],
        _ => &[],
    };
    let wanted = match form {
        None => possible.first().copied(),
        Some(Form::Docx) => Some(Kind::Docx),
        Some(Form::Sheet) => Some(Kind::Sheet),
        Some(Form::Base) => Some(Kind::Base),
        Some(_) => None,
    };
    wanted
        .filter(|kind| possible.contains(kind))
        .ok_or_else(|| {
            ToolError::invalid(match cx.locale {
                Locale::En => format!("Feishu does not import .{extension} as this"),
                Locale::Zh => format!("飞书不支持将 .{extension} 导入为此类型"),
            })
            .with_hint(cx.say(
                "docx, doc, txt, md and html become documents; xlsx and csv sheets or bases; xls sheets.",
                "docx、doc、txt、md、html 可导入为文档；xlsx、csv 可导入为电子表格或多维表格；xls 可导入为电子表格。",
            ))
        })
}

/// Follows the job, and takes its result into the wiki where that was asked for.
pub(super) async fn follow(
    cx: &ToolCx,
    ticket: &Ticket,
    order: &Order,
) -> Result<ToolOutput, ToolError> {
    let mut wait = ticket.wait(cx);
    let state = loop {
        match seen(cx, files::imported(&cx.feishu, &order.ticket).await)? {
            Some(state) if state.job_status == 0 => break state,
            Some(state) if !matches!(state.job_status, 1 | 2) => {
                return Err(job_error(cx, state.job_status, &state.job_error_msg));
            }
            _ => {}
        }
        if !wait.on().await? {
            return Ok(ticket.outlasted(cx));
        }
    };
    let place = Place::find(cx, Some(&order.to)).await?;
    let kind = Kind::from_word(&state.kind).unwrap_or(Kind::Docx);
    let made = Made {
        kind: Some(kind),
        token: state.token,
        node: None,
        title: String::new(),
        url: state.url,
    };
    let mut done = match cx.locale {
        Locale::En => format!("imported as a {}", kind.title(cx.locale)),
        Locale::Zh => format!("已导入为{}", kind.title(cx.locale)),
    };
    if !state.extra.is_empty() {
        let codes = clean_line(&state.extra.join(" "), 100);
        done.push_str(cx.say(
            "\nwarning: Feishu cut something off, codes ",
            "\n警告：部分内容被飞书截断，代码 ",
        ));
        done.push_str(&codes);
    }
    let Some(at) = place.in_wiki() else {
        place.took(cx, &made.token);
        return Ok(made.output(cx, &done));
    };
    let object = (made.token.as_str(), kind.feishu());
    match wiki::move_in(&cx.feishu, object, at).await {
        Ok(entered) if entered.wiki_token.is_empty() => {
            let task = entered.task_id;
            Ticket::IntoWiki { task }.follow_boxed(cx, &done).await
        }
        Ok(entered) => {
            let node = Some(entered.wiki_token);
            Ok(Made { node, ..made }.output(cx, &done))
        }
        Err(fault) => Ok(half_way(cx, &made, &place, &explain(cx, fault))),
    }
}

fn job_error(cx: &ToolCx, status: i64, message: &str) -> ToolError {
    let (kind, words) = match status {
        100 => (
            ErrorKind::Invalid,
            cx.say("the file is encrypted", "文件已加密"),
        ),
        104 => (
            ErrorKind::QuotaExhausted,
            cx.say("the organisation has no room left", "企业存储空间不足"),
        ),
        105 => (
            ErrorKind::Invalid,
            cx.say("the folder is full", "文件夹已满"),
        ),
        110 | 116 => (
            ErrorKind::ForbiddenResource,
            cx.say(
                "the user may not put anything there",
                "该用户无权在目标位置添加内容",
            ),
        ),
        112 | 113 => (
            ErrorKind::Invalid,
            cx.say(
                "the file is not what its extension says, or is damaged",
                "文件格式与扩展名不符，或已损坏",
            ),
        ),
        115 => (
            ErrorKind::Invalid,
            cx.say("the file is too large", "文件过大"),
        ),
        _ => return failed(cx, message).with_detail("job_status", status),
    };
    ToolError::new(kind, words).with_detail("job_status", status)
}
