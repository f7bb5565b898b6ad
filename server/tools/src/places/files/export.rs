//! A file out of a document. Markdown is made here; everything else is a job of Feishu. Text is
//! shown in pages, and other files are saved in the drive: Feishu gives no link to the result of
//! an export that would open without the user's token.

use bytes::Bytes;
use feishu::api::{files, media};
use model::Locale;

use super::{
    Form, Input,
    made::{Made, certain, lost},
    name, preview, thing,
    ticket::{Ticket, failed, seen},
};
use crate::{
    ErrorKind, ToolCx, ToolError, ToolOutput,
    args::{kind::Kind, resolve::resolve},
    find::search::bad_cursor,
    places::{
        place::{At, Place},
        refusal::explain,
        source::Source,
    },
    render::{budget_cut, clean_line, clean_text},
};

/// Tokens of one page of text.
const BUDGET: usize = 6000;
/// Pages of Markdown that one file may have.
const MAX_PAGES: usize = 400;

/// An export that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) ticket: String,
    pub(super) kind: Kind,
    pub(super) token: String,
    pub(super) extension: String,
    /// Where the file is saved; `None` shows it.
    pub(super) to: Option<String>,
}

impl Order {
    pub(super) fn print(&self) -> String {
        let to = self.to.as_deref().unwrap_or("-");
        format!(
            "{}.{}.{}.{}.{to}",
            self.ticket,
            self.kind.word(),
            self.token,
            self.extension
        )
    }

    pub(super) fn read(parts: &[&str]) -> Option<Self> {
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
    pub(super) async fn admit(&self, cx: &ToolCx) -> Result<(), ToolError> {
        resolve(cx, &format!("{}:{}", self.kind.word(), self.token)).await?;
        if let Some(to) = &self.to {
            Place::find(cx, Some(to)).await?;
        }
        Ok(())
    }
}

/// Whether an export is shown and saved nowhere.
pub(super) fn is_shown(input: &Input) -> bool {
    let text = matches!(input.form, Some(Form::Md | Form::Csv) | None);
    text && input.to.as_deref().is_none_or(|to| to.trim().is_empty())
}

pub(super) async fn export(cx: &ToolCx, input: &Input) -> Result<ToolOutput, ToolError> {
    let text = thing(cx, input)?;
    let source = Source::find(cx, text).await?;
    let shown = is_shown(input);
    let extension = extension(cx, &source, input.form)?;
    let place = if shown {
        None
    } else {
        let place = Place::find(cx, input.to.as_deref()).await?;
        if place.in_wiki().is_some() {
            return Err(ToolError::invalid(cx.say(
                "files are saved in folders, not in a wiki",
                "导出的文件只能保存到文件夹",
            ))
            .with_hint(cx.say("Pass a folder in `to`.", "请在 `to` 中传入文件夹。")));
        }
        Some(place)
    };
    if input.only_tells() {
        let card = source.card(cx).await?;
        let named = card.describe(cx, source.target.kind);
        let to = place.as_ref().map_or_else(
            || cx.say("the answer", "返回结果").to_owned(),
            |place| place.describe(cx),
        );
        return Ok(preview(
            cx,
            &match cx.locale {
                Locale::En => format!("would export {named} as {extension} into {to}"),
                Locale::Zh => format!("将把{named}导出为 {extension}，放入{to}"),
            },
        ));
    }
    let key = input.idempotency_key.as_deref();
    if let (Some(_), Some(made)) = (&place, Made::before(cx, "export", key)) {
        return Ok(made.again(cx));
    }
    let output = match (extension, &place) {
        ("md", None) => markdown(cx, &source, input.cursor.as_deref()).await?,
        ("md", Some(place)) => {
            let card = source.card(cx).await?;
            let body = whole_markdown(cx, &source).await?;
            let name = name(cx, input)?.unwrap_or(card.title);
            save(cx, place, &with_extension(&name, "md"), body.into()).await?
        }
        ("csv", None) if input.cursor.as_deref().is_some_and(|c| !c.is_empty()) => {
            return Err(bad_cursor(cx));
        }
        _ => {
            let sub_id = sub_id(cx, &source, text, extension).await?;
            let (token, kind) = source.object();
            let order = files::NewExport {
                file_extension: extension,
                token,
                kind,
                sub_id: sub_id.as_deref(),
            };
            cx.check()?;
            let ticket = files::export(&cx.feishu, &order).await;
            let order = Order {
                ticket: ticket.map_err(|fault| refused(cx, fault))?,
                kind: source.target.kind,
                token: token.to_owned(),
                extension: extension.to_owned(),
                to: place.as_ref().map(Place::reference),
            };
            Ticket::Export(order).follow(cx, "").await?
        }
    };
    if place.is_some()
        && !output.partial
        && let Some((kind, token)) = output.target.as_deref().and_then(|at| at.split_once(':'))
    {
        let made = Made {
            kind: Kind::from_word(kind),
            token: token.to_owned(),
            node: None,
            title: output
                .links
                .first()
                .map_or_else(String::new, |link| link.title.clone()),
            url: String::new(),
        };
        made.remember(cx, "export", key);
    }
    Ok(output)
}

fn extension(cx: &ToolCx, source: &Source, form: Option<Form>) -> Result<&'static str, ToolError> {
    let kind = source.target.kind;
    let possible: &[(Form, &str)] = match kind {
        Kind::Docx => &[(Form::Md, "md"), (Form::Docx, "docx"), (Form::Pdf, "pdf")],
        Kind::Doc => &[(Form::Docx, "docx"), (Form::Pdf, "pdf")],
        Kind::Sheet | Kind::Base => &[(Form::Csv, "csv"), (Form::Xlsx, "xlsx")],
        _ => &[],
    };
    let found = match form {
        Some(form) => possible.iter().find(|(one, _)| *one == form),
        None => possible.first(),
    };
    if let Some((_, extension)) = found {
        return Ok(extension);
    }
    let title = kind.title(cx.locale);
    let forms: Vec<&str> = possible.iter().map(|(_, word)| *word).collect();
    let forms = forms.join(", ");
    Err(match (cx.locale, possible.is_empty()) {
        (Locale::En, false) => {
            ToolError::invalid(format!("Feishu does not export a {title} as this"))
                .with_hint(format!("Use as={forms}."))
        }
        (Locale::Zh, false) => ToolError::invalid(format!("飞书不支持将{title}导出为此格式"))
            .with_hint(format!("请使用 as={forms}。")),
        (Locale::En, true) => ToolError::invalid(format!("Feishu does not export a {title}"))
            .with_hint(
                "Documents, spreadsheets and bases are exported; a file is got with `media_get`.",
            ),
        (Locale::Zh, true) => ToolError::invalid(format!("飞书不支持导出{title}"))
            .with_hint("可导出文档、电子表格和多维表格；文件请用 `media_get` 获取。"),
    })
}

/// The tab or table of a CSV file: that of the link, or the only one.
async fn sub_id(
    cx: &ToolCx,
    source: &Source,
    text: &str,
    extension: &str,
) -> Result<Option<String>, ToolError> {
    if extension != "csv" {
        return Ok(None);
    }
    let sheet = source.target.kind == Kind::Sheet;
    let parameter = if sheet { "sheet" } else { "table" };
    let url = url::Url::parse(text).ok();
    let in_link = url.as_ref().and_then(|url| {
        let mut pairs = url.query_pairs();
        pairs
            .find(|(name, _)| name == parameter)
            .map(|(_, id)| id.into_owned())
    });
    if in_link.is_some() {
        return Ok(in_link);
    }
    let token = &source.target.token;
    let parts: Vec<(String, String)> = if sheet {
        let tabs = feishu::api::sheets::tabs(&cx.feishu, token).await;
        let tabs = tabs.map_err(|fault| cx.fault(fault))?;
        tabs.into_iter()
            .map(|tab| (tab.sheet_id, tab.title))
            .collect()
    } else {
        let tables = feishu::api::bitable::tables(&cx.feishu, token).await;
        let tables = tables.map_err(|fault| cx.fault(fault))?.items;
        tables
            .into_iter()
            .map(|table| (table.table_id, table.name))
            .collect()
    };
    if let [(only, _)] = parts.as_slice() {
        return Ok(Some(only.clone()));
    }
    let link = cx
        .facts
        .page(&format!("{}{token}", source.target.kind.page()));
    let candidates: Vec<String> = parts
        .iter()
        .map(|(id, title)| format!("{link}?{parameter}={id} {}", clean_line(title, 60)))
        .collect();
    Err(ToolError::new(
        ErrorKind::Ambiguous,
        cx.say(
            "a CSV file holds one tab or table, and there are several",
            "CSV 只能包含一个工作表或数据表，而这里有多个",
        ),
    )
    .with_hint(cx.say(
        "Pass one of these links as `ref`.",
        "请将以下链接之一作为 `ref`。",
    ))
    .with_detail("candidates", candidates))
}

fn refused(cx: &ToolCx, fault: feishu::FeishuError) -> ToolError {
    explain(cx, fault)
}

/// One page of a document as Markdown: what `doc_read` shows.
async fn markdown(
    cx: &ToolCx,
    source: &Source,
    cursor: Option<&str>,
) -> Result<ToolOutput, ToolError> {
    let mut arguments = serde_json::json!({ "ref": source.target.reference(), "view": "full" });
    if let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) {
        arguments["cursor"] = cursor.into();
    }
    let Some(reader) = crate::find("doc_read") else {
        return Err(ToolError::internal(cx.locale));
    };
    reader.run(cx, arguments).await
}

/// The whole document as Markdown.
async fn whole_markdown(cx: &ToolCx, source: &Source) -> Result<String, ToolError> {
    let style = crate::docs::markdown::render::Style { ids: false };
    let blocks = feishu::api::docx::blocks(&cx.feishu, &source.target.token, -1).await;
    let blocks = blocks.map_err(|fault| cx.fault(fault))?;
    if blocks.truncated {
        return Err(ToolError::invalid(cx.say(
            "the document has more than 20,000 blocks",
            "文档超过 20,000 个块",
        ))
        .with_hint(cx.say("Export it as docx.", "请导出为 docx。")));
    }
    let names = crate::args::people::names(cx, Vec::<String>::new()).await;
    let pieces = crate::docs::markdown::render::render(&blocks.items, &names, style);
    let mut body = String::new();
    for piece in &pieces {
        if !body.is_empty() {
            body.push_str(&piece.gap);
        }
        body.push_str(&piece.text);
    }
    body.push('\n');
    Ok(body)
}

/// Follows the job, and shows or saves its result.
pub(super) async fn follow(
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

fn with_extension(name: &str, extension: &str) -> String {
    let suffix = format!(".{extension}");
    if name.to_lowercase().ends_with(&suffix) {
        name.to_owned()
    } else {
        format!("{name}{suffix}")
    }
}

/// Puts a file into a folder.
async fn save(
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
    let at = match &place.at {
        At::Root => place.describe(cx),
        _ => place.reference(),
    };
    let done = match cx.locale {
        Locale::En => format!("saved \"{name}\" ({size} bytes) in {at}"),
        Locale::Zh => format!("已将《{name}》（{size} 字节）保存到 {at}"),
    };
    Ok(made.output(cx, &format!("{done}{}", lost(cx, was_lost))))
}
