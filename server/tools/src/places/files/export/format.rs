//! What a thing can be exported as.

use model::Locale;

use super::super::Form;
use crate::{
    ErrorKind, ToolCx, ToolError, args::kind::Kind, places::source::Source, render::clean_line,
};

/// The extension of the file.
pub(super) fn extension(
    cx: &ToolCx,
    source: &Source,
    form: Option<Form>,
) -> Result<&'static str, ToolError> {
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
pub(super) async fn sub_id(
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
