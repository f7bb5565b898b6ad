//! Resources: `feishu://doc/…`, `feishu://wiki/…`, `feishu://sheet/…`, `feishu://base/…`,
//! `feishu://recent` and `feishu://help/…`.
//!
//! A read is the call of the tool that reads the thing: the same rules, limits and records.

use calls::Via;
use model::Locale;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;
use tools::Text;

use super::{GateHost, GateReply, Shown, ToolGate, fault};
use crate::{Revision, RpcError, core::one, host::Caller};

const SCHEME: &str = "feishu://";
/// What a path may not hold as it is.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'%')
    .add(b'/')
    .add(b'?')
    .add(b'#')
    .add(b'"');
/// Tokens of a document at most; what is left out is named at its end.
const BUDGET: u32 = 20_000;
/// Between a title and the ref that counts, in values that were completed.
pub(super) const TITLED: &str = " · ";

/// The templates: address, the tool that reads, name, title, description.
const TEMPLATES: [(&str, &str, &str, Text, Text); 5] = [
    (
        "feishu://doc/{ref}",
        "doc_read",
        "document",
        Text::new("Document", "文档"),
        Text::new(
            "A Feishu document as Markdown, up to about 20,000 tokens. ref: link, docx:TOKEN or \
             token; type a title to find one.",
            "以 Markdown 读取飞书文档，最多约 20,000 token。ref：链接、docx:TOKEN 或 token，可输入标题查找。",
        ),
    ),
    (
        "feishu://wiki/{ref}",
        "doc_read",
        "wiki-page",
        Text::new("Wiki page", "知识库页面"),
        Text::new(
            "The document behind a wiki page, as Markdown. ref: link, wiki:TOKEN or token; type a \
             title to find one.",
            "以 Markdown 读取知识库页面背后的文档。ref：链接、wiki:TOKEN 或 token，可输入标题查找。",
        ),
    ),
    (
        "feishu://sheet/{ref}",
        "sheet_read",
        "spreadsheet",
        Text::new("Spreadsheet", "电子表格"),
        Text::new(
            "A spreadsheet: its tabs and first cells. ref: link, sheet:TOKEN or token.",
            "电子表格的工作表与前部单元格。ref：链接、sheet:TOKEN 或 token。",
        ),
    ),
    (
        "feishu://base/{ref}",
        "base_read",
        "base",
        Text::new("Base", "多维表格"),
        Text::new(
            "A base: its tables, or the records of one. ref: link, base:TOKEN or token.",
            "多维表格的数据表，或其中一张表的记录。ref：链接、base:TOKEN 或 token。",
        ),
    ),
    (
        "feishu://help/{topic}",
        "help",
        "help",
        Text::new("Help", "帮助"),
        Text::new(
            "A short page about using the Feishu tools.",
            "关于飞书工具用法的简短说明。",
        ),
    ),
];

/// What an address means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// The thing behind a ref, for `doc_read`.
    Document(String),
    /// The thing behind a ref, for `sheet_read`.
    Sheet(String),
    /// The thing behind a ref, for `base_read`.
    Base(String),
    /// What was changed lately.
    Recent,
    /// A page of `help`.
    Help(String),
}

impl Address {
    /// Reads an address; `None` when it is none of ours.
    pub(super) fn read(uri: &str) -> Option<Self> {
        let rest = uri.strip_prefix(SCHEME)?;
        if rest == "recent" {
            return Some(Self::Recent);
        }
        let (kind, rest) = rest.split_once('/')?;
        let value = percent_decode_str(rest).decode_utf8().ok()?;
        let value = bare(&value);
        if value.is_empty() || value.len() > 2_000 {
            return None;
        }
        match kind {
            "doc" => Some(Self::Document(value.to_owned())),
            "wiki" => Some(Self::Document(of_kind("wiki", value))),
            "sheet" => Some(Self::Sheet(of_kind("sheet", value))),
            "base" => Some(Self::Base(of_kind("base", value))),
            "help" if tools::help_topics().any(|topic| topic == value) => {
                Some(Self::Help(value.to_owned()))
            }
            _ => None,
        }
    }

    /// The tool that reads what changes under it, and the ref; `None` where nothing does.
    pub(super) fn watched(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::Document(reference) => Some(("doc_read", reference)),
            Self::Sheet(reference) => Some(("sheet_read", reference)),
            Self::Base(reference) => Some(("base_read", reference)),
            Self::Recent | Self::Help(_) => None,
        }
    }

    fn call(self) -> (&'static str, Value) {
        match self {
            Self::Document(reference) => {
                ("doc_read", json!({ "ref": reference, "budget": BUDGET }))
            }
            Self::Sheet(reference) => ("sheet_read", json!({ "ref": reference })),
            Self::Base(reference) => ("base_read", json!({ "ref": reference })),
            Self::Recent => (
                "search",
                json!({ "query": "", "since": super::recent::EVER, "limit": 20 }),
            ),
            Self::Help(topic) => ("help", json!({ "topic": topic })),
        }
    }
}

/// A ref whose kind is known where it names none itself.
fn of_kind(kind: &str, value: &str) -> String {
    if value.contains([':', '/']) {
        value.to_owned()
    } else {
        format!("{kind}:{value}")
    }
}

/// The ref in a value that has the title before it.
pub(super) fn bare(value: &str) -> &str {
    let last = value.rsplit(TITLED).next();
    last.unwrap_or(value).trim()
}

/// The address of the document behind a ref.
pub(super) fn document(reference: &str) -> String {
    let encoded = utf8_percent_encode(reference, UNSAFE);
    format!("{SCHEME}doc/{encoded}")
}

/// The templates that the caller can read by.
pub(super) fn templates(shown: &Shown, caller: &Caller) -> Vec<Value> {
    let locale = caller.principal.locale();
    TEMPLATES
        .iter()
        .filter(|(_, tool, ..)| shown.has(tool))
        .map(|(uri, _, name, title, description)| {
            let mut fields = entry("uriTemplate", uri, name, title.pick(locale));
            fields.insert("description".to_owned(), description.pick(locale).into());
            fields.insert("mimeType".to_owned(), "text/markdown".into());
            Value::Object(fields)
        })
        .collect()
}

/// Name, title and address of something in a list.
pub(super) fn entry(place: &str, uri: &str, name: &str, title: &str) -> Map<String, Value> {
    let mut fields = one(place, uri.into());
    fields.insert("name".to_owned(), name.into());
    fields.insert("title".to_owned(), title.into());
    fields
}

/// The pages of `help`; each is titled by its own heading.
fn pages(locale: Locale) -> impl Iterator<Item = Value> {
    tools::help_topics().map(move |topic| {
        let page = tools::help_page(topic, locale).unwrap_or_default();
        let heading = page.lines().next().unwrap_or_default();
        let heading = heading.trim_start_matches('#').trim();
        let title = format!("{}: {heading}", locale.pick("Help", "帮助"));
        let uri = format!("{SCHEME}help/{topic}");
        let mut fields = entry("uri", &uri, &format!("help-{topic}"), &title);
        fields.insert("mimeType".to_owned(), "text/markdown".into());
        fields.insert("size".to_owned(), page.len().into());
        let priority = if topic == "markdown" { 0.5 } else { 0.3 };
        fields.insert(
            "annotations".to_owned(),
            json!({ "audience": ["assistant"], "priority": priority }),
        );
        Value::Object(fields)
    })
}

/// The entry of the list of what was changed lately.
fn recent(locale: Locale) -> Value {
    let title = locale.pick("Recently changed", "最近修改");
    let mut fields = entry("uri", "feishu://recent", "recent", title);
    let about = locale.pick(
        "What was changed lately among the documents, sheets and files that the member can see.",
        "成员可见的文档、表格和文件中最近修改的内容。",
    );
    fields.insert("description".to_owned(), about.into());
    fields.insert("mimeType".to_owned(), "text/markdown".into());
    fields.insert(
        "annotations".to_owned(),
        json!({ "audience": ["user", "assistant"], "priority": 0.8 }),
    );
    Value::Object(fields)
}

impl<G: ToolGate> GateHost<G> {
    /// Recent documents first, then the pages of `help`.
    pub(super) async fn list_resources(&self, caller: &Caller) -> Result<Vec<Value>, RpcError> {
        let locale = caller.principal.locale();
        let shown = self.shown(caller).await?;
        let mut list = Vec::new();
        if shown.has("search") {
            list.push(recent(locale));
            if shown.has("doc_read") {
                let documents = self.recent_documents(caller, shown.rules).await;
                list.extend(documents.iter().map(|one| one.listed(caller.revision)));
            }
        }
        if shown.has("help") {
            list.extend(pages(locale));
        }
        Ok(list)
    }

    /// Reads a resource through the gate.
    pub(super) async fn read_resource(
        &self,
        caller: &Caller,
        uri: &str,
        cancel: CancellationToken,
    ) -> Result<Map<String, Value>, RpcError> {
        let address =
            Address::read(uri).ok_or_else(|| RpcError::resource_not_found(uri, caller.revision))?;
        let GateReply {
            call_id, result, ..
        } = self
            .ask(caller, Via::Resource, address.call(), &cancel)
            .await;
        let output = result.map_err(|error| fault::of_resource(&error, uri, caller.revision))?;
        let content = json!({ "uri": uri, "mimeType": "text/markdown", "text": output.text });
        let mut fields = one("contents", json!([content]));
        if caller.revision > Revision::V2024_11_05 {
            fields.insert("_meta".to_owned(), json!({ "feishu-mcp/callId": call_id }));
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests;
