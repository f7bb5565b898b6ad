//! Runs of text.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::{super::super::markdown::render::Names, escape};

/// The inside of a block's text.
pub(super) fn runs(body: &Map<String, Value>, names: &Names) -> String {
    let elements = body.get("elements").and_then(Value::as_array);
    let mut out = String::new();
    for element in elements.into_iter().flatten() {
        for (kind, run) in element.as_object().into_iter().flatten() {
            if let Some(run) = run.as_object() {
                out.push_str(&styled(&one(kind, run, names), run));
            }
        }
    }
    out
}

fn one(kind: &str, run: &Map<String, Value>, names: &Names) -> String {
    let text = |name: &str| run.get(name).and_then(Value::as_str).unwrap_or_default();
    match kind {
        "text_run" => escape(text("content")).replace('\n', "<br/>"),
        "mention_user" => {
            let id = text("user_id");
            let name = names.get(id).map_or(id, String::as_str);
            format!("<at id=\"{}\">{}</at>", escape(id), escape(name))
        }
        "mention_doc" => {
            let kind = run.get("obj_type").and_then(Value::as_i64);
            let kind = kind.map_or_else(String::new, |kind| format!(" type=\"{kind}\""));
            format!(
                "<doc token=\"{}\"{kind} url=\"{}\">{}</doc>",
                escape(text("token")),
                escape(&decoded(text("url"))),
                escape(text("title"))
            )
        }
        "equation" => format!("<eq>{}</eq>", escape(text("content").trim())),
        other => {
            let mut attributes = String::new();
            super::block::scalars(run, "", &["text_element_style"], &mut attributes);
            format!("<{}{attributes}/>", tag(other))
        }
    }
}

fn styled(inner: &str, run: &Map<String, Value>) -> String {
    let style = run.get("text_element_style").and_then(Value::as_object);
    let Some(style) = style.filter(|_| !inner.is_empty()) else {
        return inner.to_owned();
    };
    let is = |name: &str| style.get(name).and_then(Value::as_bool) == Some(true);
    let mut out = inner.to_owned();
    for (name, tag) in [
        ("inline_code", "c"),
        ("bold", "b"),
        ("italic", "i"),
        ("strikethrough", "s"),
        ("underline", "u"),
    ] {
        if is(name) {
            out = format!("<{tag}>{out}</{tag}>");
        }
    }
    let colour = |name: &str| style.get(name).and_then(Value::as_i64).filter(|c| *c > 0);
    let (front, back) = (colour("text_color"), colour("background_color"));
    if front.is_some() || back.is_some() {
        let front = front.map_or_else(String::new, |c| format!(" c=\"{c}\""));
        let back = back.map_or_else(String::new, |c| format!(" bg=\"{c}\""));
        out = format!("<font{front}{back}>{out}</font>");
    }
    let link = style.get("link").and_then(|link| link.get("url"));
    if let Some(url) = link.and_then(Value::as_str).filter(|url| !url.is_empty()) {
        out = format!("<a href=\"{}\">{out}</a>", escape(&decoded(url)));
    }
    out
}

/// Feishu keeps addresses percent-encoded as a whole.
pub(super) fn decoded(url: &str) -> String {
    percent_decode_str(url).decode_utf8_lossy().into_owned()
}

/// A name that can be a tag.
pub(super) fn tag(name: &str) -> String {
    let tag: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .take(40)
        .collect();
    if tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
        tag
    } else {
        format!("x{tag}")
    }
}
