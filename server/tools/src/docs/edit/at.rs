//! Where in a document: by block id, by heading, or by words that stand in one place only.

use std::ops::Range;

use feishu::api::docx::BlockKind;

use super::super::{
    markdown::{compile::elements_of, parse::parse},
    write::{
        cells::{self, Plain},
        draft::Draft,
        rules,
    },
};
use crate::{ErrorKind, ToolCx, ToolError, render::clean_line};

/// Candidates that an error names.
const MAX_CANDIDATES: usize = 12;

/// Neighbours under one block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) parent: String,
    /// At least one.
    pub(crate) ids: Vec<String>,
}

impl Place {
    pub(crate) fn first(&self) -> &str {
        self.ids.first().map_or("", String::as_str)
    }

    pub(crate) fn last(&self) -> &str {
        self.ids.last().map_or("", String::as_str)
    }
}

/// Finds a block, or with `## Heading` a whole section.
pub(crate) fn place(cx: &ToolCx, draft: &Draft<'_>, at: &str) -> Result<Place, ToolError> {
    let at = at.trim();
    if at.is_empty() {
        return Err(missing_at(cx));
    }
    if let Some(id) = named_id(draft, at) {
        return whole(cx, draft, &id);
    }
    if let Some((level, words)) = section_of(at) {
        let found = headings(draft, words, level);
        return match found.as_slice() {
            [one] => section(cx, draft, one),
            [] => Err(nothing(cx, draft, at)),
            many => Err(ambiguous(cx, draft, at, many)),
        };
    }
    let found = headings(draft, at, None);
    if let [one] = found.as_slice() {
        return whole(cx, draft, one);
    }
    let mut found: Vec<String> = Vec::new();
    for words in wordings(at) {
        found = texts(draft)
            .filter(|(_, plain)| plain.text.contains(&words))
            .map(|(id, _)| id)
            .collect();
        if !found.is_empty() {
            break;
        }
    }
    match found.as_slice() {
        [one] => whole(cx, draft, one),
        [] => Err(nothing(cx, draft, at)),
        many => Err(ambiguous(cx, draft, at, many)),
    }
}

/// From one place to another under the same block.
pub(crate) fn stretch(
    cx: &ToolCx,
    draft: &Draft<'_>,
    at: &str,
    to: Option<&str>,
) -> Result<Place, ToolError> {
    let from = place(cx, draft, at)?;
    let Some(to) = to.map(str::trim).filter(|to| !to.is_empty()) else {
        return Ok(from);
    };
    let to = place(cx, draft, to)?;
    let siblings = draft.siblings(&from.parent);
    let position = |id: &str| siblings.iter().position(|known| known == id);
    match (position(from.first()), position(to.last())) {
        (Some(start), Some(end)) if to.parent == from.parent && start <= end => Ok(Place {
            parent: from.parent,
            ids: siblings[start..=end].to_vec(),
        }),
        _ => Err(ToolError::invalid(cx.say(
            "`to` does not come after `at` on the same level",
            "`to` 不在与 `at` 同级的后方",
        ))
        .with_hint(cx.say(
            "A range runs over neighbours: take both ids from doc_read with format=md+ids.",
            "范围须为同级相邻块：请用 doc_read（format=md+ids）获取两端的块 id。",
        ))),
    }
}

/// The places in texts where words stand.
pub(crate) fn occurrences(draft: &Draft<'_>, at: &str) -> Vec<(String, Vec<Range<usize>>)> {
    for words in wordings(at) {
        let found: Vec<(String, Vec<Range<usize>>)> = texts(draft)
            .map(|(id, plain)| {
                let places = plain.find(&words);
                (id, places)
            })
            .filter(|(_, places)| !places.is_empty())
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The words as they are, and as they read when they are Markdown.
fn wordings(at: &str) -> Vec<String> {
    let mut wordings = vec![at.to_owned()];
    let parsed = parse(at);
    if let [node] = parsed.nodes.as_slice()
        && let Some(rich) = node.rich()
    {
        let elements = elements_of(rich.clone());
        let plain = Plain::of(&cells::read(&elements)).text;
        if plain != at && !plain.trim().is_empty() {
            wordings.push(plain);
        }
    }
    wordings
}

/// Every text that is still there, but the title.
fn texts(draft: &Draft<'_>) -> impl Iterator<Item = (String, Plain)> {
    draft
        .doc
        .order
        .iter()
        .filter(|id| {
            let kind = draft.doc.kind(id);
            kind.is_some_and(|kind| kind != BlockKind::Page && rules::is_text(kind))
                && draft.is_alive(id)
        })
        .filter_map(|id| {
            let cells = cells::read(draft.elements(id)?);
            Some((id.clone(), Plain::of(&cells)))
        })
}

/// A block id: alone, as `{#id}` at the end of a line, or in a line that stands for a block.
fn named_id(draft: &Draft<'_>, at: &str) -> Option<String> {
    let known = |id: &str| draft.doc.get(id).is_some().then(|| id.to_owned());
    let bare = at.trim_start_matches('#');
    if let Some(id) = known(bare) {
        return Some(id);
    }
    let inside = |open: &str, close: &[char]| {
        let (_, rest) = at.rsplit_once(open)?;
        known(rest.split(close).next()?)
    };
    inside("{#", &['}']).or_else(|| inside(" id=", &[']', ' ']))
}

fn section_of(at: &str) -> Option<(Option<u8>, &str)> {
    let words = at.trim_start_matches('#');
    let marks = at.len() - words.len();
    let level = u8::try_from(marks).ok().filter(|level| *level <= 9)?;
    (marks > 0 && words.starts_with(' ')).then(|| (Some(level), words.trim()))
}

/// Headings that read so; of the right level, if there is one.
fn headings(draft: &Draft<'_>, words: &str, level: Option<u8>) -> Vec<String> {
    let words = wordings(words);
    let found: Vec<(String, Option<u8>)> = texts(draft)
        .filter_map(|(id, plain)| {
            let level = draft.doc.kind(&id)?.heading_level()?;
            let text = plain.text.trim();
            let fits = words
                .iter()
                .any(|words| text.to_lowercase() == words.trim().to_lowercase());
            fits.then_some((id, Some(level)))
        })
        .collect();
    let exact = found
        .iter()
        .any(|(_, known)| level.is_some() && *known == level);
    found
        .into_iter()
        .filter(|(_, known)| !exact || *known == level)
        .map(|(id, _)| id)
        .collect()
}

/// A heading and all up to the next of its level or above.
fn section(cx: &ToolCx, draft: &Draft<'_>, heading: &str) -> Result<Place, ToolError> {
    let head = whole(cx, draft, heading)?;
    let level = |id: &String| draft.doc.kind(id).and_then(BlockKind::heading_level);
    let own = level(&heading.to_owned()).unwrap_or(1);
    let siblings = draft.siblings(&head.parent);
    let start = siblings
        .iter()
        .position(|id| id == heading)
        .unwrap_or_default();
    let end = siblings
        .iter()
        .enumerate()
        .skip(start + 1)
        .find(|(_, id)| level(id).is_some_and(|other| other <= own))
        .map_or(siblings.len(), |(end, _)| end);
    Ok(Place {
        parent: head.parent,
        ids: siblings[start..end].to_vec(),
    })
}

/// One block with all below it.
fn whole(cx: &ToolCx, draft: &Draft<'_>, id: &str) -> Result<Place, ToolError> {
    if id == draft.doc.id {
        return Err(ToolError::invalid(cx.say(
            "this is the whole document; name a block in it",
            "这是整篇文档，请指定其中的块",
        )));
    }
    match draft.doc.parent(id) {
        Some(parent) if draft.is_alive(id) => Ok(Place {
            parent: parent.to_owned(),
            ids: vec![id.to_owned()],
        }),
        _ => Err(ToolError::new(
            ErrorKind::NotFound,
            cx.say(
                "an earlier op of this call has removed this block",
                "该块已被本次调用中较早的操作移除",
            ),
        )),
    }
}

fn missing_at(cx: &ToolCx) -> ToolError {
    ToolError::invalid(cx.say("`at` is missing", "缺少 `at`")).with_hint(cx.say(
        "Pass words that stand in one place only, a heading, or a block id.",
        "请传入仅出现一次的文字、标题或块 id。",
    ))
}

fn nothing(cx: &ToolCx, draft: &Draft<'_>, at: &str) -> ToolError {
    let lower = at.to_lowercase();
    let first = lower.split_whitespace().next().unwrap_or_default();
    let near: Vec<String> = texts(draft)
        .filter(|(_, plain)| !first.is_empty() && plain.text.to_lowercase().contains(first))
        .map(|(id, _)| id)
        .take(5)
        .collect();
    let shown = clean_line(at, 80);
    let error = ToolError::new(
        ErrorKind::NotFound,
        match cx.locale {
            model::Locale::En => format!("nothing in the document reads \"{shown}\""),
            model::Locale::Zh => format!("文档中没有“{shown}”"),
        },
    )
    .with_hint(cx.say(
        "Copy the words from one block exactly, or take the id from doc_read with format=md+ids. Text of one block only; nothing was changed.",
        "请逐字复制单个块内的文字，或用 doc_read（format=md+ids）获取块 id。文档未被修改。",
    ));
    if near.is_empty() {
        return error;
    }
    error.with_detail("candidates", candidates(draft, &near))
}

/// The error for words that stand in several places.
pub(crate) fn ambiguous(cx: &ToolCx, draft: &Draft<'_>, at: &str, found: &[String]) -> ToolError {
    let (shown, count) = (clean_line(at, 80), found.len());
    ToolError::new(
        ErrorKind::Ambiguous,
        match cx.locale {
            model::Locale::En => format!("\"{shown}\" stands in {count} places"),
            model::Locale::Zh => format!("“{shown}”出现在 {count} 处"),
        },
    )
    .with_hint(cx.say(
        "Use one of the candidates' ids as `at`, or more words. Nothing was changed.",
        "请用候选项中的块 id 作为 `at`，或提供更多文字。文档未被修改。",
    ))
    .with_detail("candidates", candidates(draft, found))
}

fn candidates(draft: &Draft<'_>, ids: &[String]) -> Vec<String> {
    ids.iter()
        .take(MAX_CANDIDATES)
        .map(|id| format!("{id} · {}", draft.doc.excerpt(id)))
        .collect()
}
