//! Runs of text → inline Markdown.

use feishu::api::docx::{ElementStyle, MentionDoc, MentionUser, Text, TextElement};
use percent_encoding::percent_decode_str;

use super::{Names, escape};
use crate::render::{clean_line, clean_text};

/// The text without any marks.
pub(crate) fn plain_text(text: &Text, names: &Names) -> String {
    let mut out = String::new();
    for element in &text.elements {
        if let Some(run) = &element.text_run {
            out.push_str(&run.content);
        } else if let Some(mention) = &element.mention_user {
            out.push('@');
            out.push_str(name_of(mention, names));
        } else if let Some(doc) = &element.mention_doc {
            out.push_str(doc.title.as_deref().unwrap_or(&doc.token));
        } else if let Some(equation) = &element.equation {
            out.push_str(&equation.content);
        }
    }
    clean_text(&out)
}

/// Inline Markdown. Line breaks are printed as `\` at the end of the line.
pub(super) fn markdown(text: &Text, names: &Names) -> String {
    if let [
        TextElement {
            equation: Some(equation),
            ..
        },
    ] = text.elements.as_slice()
    {
        return format!("$${}$$", clean_text(equation.content.trim()));
    }
    let mut out = String::new();
    let mut open = ElementStyle::default();
    let elements = merged(&text.elements);
    for (index, element) in elements.iter().enumerate() {
        match element {
            Part::Run(content, style) => {
                let next = elements.get(index + 1).and_then(|part| match part {
                    Part::Run(_, style) => Some(style),
                    Part::Other(_) => None,
                });
                run(&mut out, content, style, &mut open, next);
            }
            Part::Other(element) => {
                close(&mut out, &mut open, &ElementStyle::default());
                other(&mut out, element, names);
            }
        }
    }
    close(&mut out, &mut open, &ElementStyle::default());
    out.trim_end().to_owned()
}

enum Part<'a> {
    Run(String, ElementStyle),
    Other(&'a TextElement),
}

/// Cleans the runs and merges neighbours of one style.
fn merged(elements: &[TextElement]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    for element in elements {
        let Some(run) = &element.text_run else {
            parts.push(Part::Other(element));
            continue;
        };
        let content = clean_text(&run.content);
        let style = run.text_element_style.clone().unwrap_or_default();
        if content.is_empty() {
            continue;
        }
        match parts.last_mut() {
            Some(Part::Run(before, known)) if *known == style => before.push_str(&content),
            _ => parts.push(Part::Run(content, style)),
        }
    }
    parts
}

fn run(
    out: &mut String,
    content: &str,
    style: &ElementStyle,
    open: &mut ElementStyle,
    next: Option<&ElementStyle>,
) {
    // Marks hug their text: white space at the ends goes outside, where it means the same.
    let body = content.trim();
    let lead = &content[..content.len() - content.trim_start().len()];
    let trail = if body.is_empty() {
        ""
    } else {
        &content[content.trim_end().len()..]
    };
    if body.is_empty() {
        if !shares(open, style) {
            close(out, open, style);
        }
        space(out, lead);
        return;
    }
    close(out, open, style);
    space(out, lead);
    open_marks(out, open, style);
    let at_start = out.is_empty() || out.ends_with('\n');
    let url = style.link.as_ref().map(|link| decoded(&link.url));
    match url {
        Some(url) if !style.inline_code && url == body && is_plain_url(&url) => {
            out.push('<');
            out.push_str(&url);
            out.push('>');
        }
        Some(url) => {
            out.push('[');
            push_body(out, body, style, false);
            out.push_str("](");
            out.push_str(&target(&url));
            out.push(')');
        }
        None => push_body(out, body, style, at_start),
    }
    if let Some(next) = next.filter(|_| !trail.is_empty()) {
        close(out, open, next);
    } else if !trail.is_empty() {
        close(out, open, &ElementStyle::default());
    }
    space(out, trail);
}

fn push_body(out: &mut String, body: &str, style: &ElementStyle, at_start: bool) {
    if style.inline_code {
        out.push_str(&escape::code_span(body));
    } else {
        out.push_str(&breaks(&escape::text(body, at_start)));
    }
}

fn space(out: &mut String, space: &str) {
    out.push_str(&breaks(space));
}

fn breaks(text: &str) -> String {
    text.replace('\n', "\\\n")
}

/// Whether a style has the mark, and what opens and closes it.
type MarkRow = (fn(&ElementStyle) -> bool, &'static str, &'static str);

/// The marks from the outside in. They are closed in the opposite order.
const MARKS: [MarkRow; 4] = [
    (|style| style.underline, "<u>", "</u>"),
    (|style| style.strikethrough, "~~", "~~"),
    (|style| style.bold, "**", "**"),
    (|style| style.italic, "*", "*"),
];

fn set(style: &mut ElementStyle, index: usize, on: bool) {
    match index {
        0 => style.underline = on,
        1 => style.strikethrough = on,
        2 => style.bold = on,
        _ => style.italic = on,
    }
}

fn shares(open: &ElementStyle, style: &ElementStyle) -> bool {
    MARKS.iter().all(|(has, _, _)| !has(open) || has(style))
}

/// Closes what the next run does not have, and with it all that was opened inside of it.
fn close(out: &mut String, open: &mut ElementStyle, next: &ElementStyle) {
    let Some(first) = MARKS.iter().position(|(has, _, _)| has(open) && !has(next)) else {
        return;
    };
    for index in (first..MARKS.len()).rev() {
        let (has, _, mark) = MARKS[index];
        if has(open) {
            out.push_str(mark);
            set(open, index, false);
        }
    }
}

fn open_marks(out: &mut String, open: &mut ElementStyle, style: &ElementStyle) {
    for (index, (has, mark, _)) in MARKS.iter().enumerate() {
        if has(style) && !has(open) {
            // An outer mark that comes late would cross those that are open already.
            for inner in (index + 1..MARKS.len()).rev() {
                if (MARKS[inner].0)(open) {
                    out.push_str(MARKS[inner].2);
                    set(open, inner, false);
                }
            }
            out.push_str(mark);
            set(open, index, true);
        }
    }
}

fn other(out: &mut String, element: &TextElement, names: &Names) {
    if let Some(mention) = &element.mention_user {
        let name = clean_line(name_of(mention, names), 60);
        out.push_str(&format!(
            "@[{}](user:{})",
            escape::text(&name, false),
            clean_line(&mention.user_id, 80)
        ));
    } else if let Some(doc) = &element.mention_doc {
        out.push_str(&mention_doc(doc));
    } else if let Some(equation) = &element.equation {
        let content = clean_text(equation.content.trim());
        if !content.is_empty() {
            out.push_str(&format!("${content}$"));
        }
    } else if let Some((kind, value)) = element.other.iter().next() {
        out.push_str(&opaque(kind, value));
    }
}

fn opaque(kind: &str, value: &serde_json::Value) -> String {
    let mut line = format!("[[{}", clean_line(kind, 40));
    for key in [
        "file_token",
        "source_block_id",
        "block_id",
        "notify_time",
        "expire_time",
        "url",
        "title",
    ] {
        if let Some(field) = value.get(key) {
            let text = field
                .as_str()
                .map_or_else(|| field.to_string(), str::to_owned);
            line.push_str(&format!(" {key}={}", clean_line(&text, 120)));
        }
    }
    line.push_str("]]");
    line
}

fn mention_doc(doc: &MentionDoc) -> String {
    let title = doc
        .title
        .as_deref()
        .filter(|title| !title.is_empty())
        .unwrap_or(&doc.token);
    let title = escape::text(&clean_line(title, 200), false);
    format!("[{title}]({})", target(&decoded(&doc.url)))
}

fn name_of<'a>(mention: &'a MentionUser, names: &'a Names) -> &'a str {
    names
        .get(&mention.user_id)
        .map_or(mention.user_id.as_str(), String::as_str)
}

/// Feishu keeps addresses percent-encoded as a whole.
pub(super) fn decoded(url: &str) -> String {
    if url.contains("://") {
        return clean_line(url, 4000);
    }
    let text = percent_decode_str(url).decode_utf8_lossy();
    clean_line(&text, 4000)
}

fn is_plain_url(url: &str) -> bool {
    (url.starts_with("http://") || url.starts_with("https://"))
        && url
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'\\'))
}

/// The target of a link, in brackets when it holds what would end it.
fn target(url: &str) -> String {
    let awkward = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '<' | '>' | '\\' | '*' | '_')
    };
    if url.contains(awkward) || url.is_empty() {
        let safe = url
            .replace('\\', "%5C")
            .replace('<', "%3C")
            .replace('>', "%3E");
        format!("<{safe}>")
    } else {
        url.to_owned()
    }
}
