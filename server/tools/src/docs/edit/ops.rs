//! The operations of one call, one after the other, on the draft.

use feishu::api::docx::BlockKind;
use model::Locale;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        markdown::{
            compile::{Built, build, elements_of},
            parse::parse,
            tree::{Node, Warnings},
        },
        write::{cells, draft::Draft, fillable, rules},
    },
    at::{self, Place},
    moving, reconcile,
};
use crate::{ToolCx, ToolError, render::clean_line};

/// What to do at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    ReplaceText,
    InsertBefore,
    InsertAfter,
    Replace,
    Delete,
    Move,
    Append,
}

impl Op {
    const fn word(self) -> &'static str {
        match self {
            Self::ReplaceText => "replace_text",
            Self::InsertBefore => "insert_before",
            Self::InsertAfter => "insert_after",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Move => "move",
            Self::Append => "append",
        }
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    pub(super) op: Op,
    #[serde(default)]
    pub(super) at: Option<String>,
    #[serde(default)]
    pub(super) to: Option<String>,
    #[serde(default)]
    pub(super) markdown: Option<String>,
}

impl Edit {
    fn at(&self) -> &str {
        self.at.as_deref().unwrap_or_default()
    }

    /// The operation in words, to tell it from others.
    pub(super) fn digest(&self) -> String {
        format!(
            "{}\u{0}{:?}\u{0}{:?}\u{0}{:?}\u{1}",
            self.op.word(),
            self.at,
            self.to,
            self.markdown
        )
    }
}

/// Applies one operation and says in a line what it does.
pub(super) fn apply(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    edit: &Edit,
    warnings: &mut Warnings,
) -> Result<String, ToolError> {
    let what = match edit.op {
        Op::ReplaceText => replace_text(cx, draft, edit)?,
        Op::InsertBefore | Op::InsertAfter => insert(cx, draft, edit, warnings)?,
        Op::Append => append(cx, draft, edit, warnings)?,
        Op::Replace => {
            let place = at::stretch(cx, draft, edit.at(), edit.to.as_deref())?;
            let nodes = content(cx, edit, warnings)?;
            let kinds = nodes
                .iter()
                .filter(|node| reconcile::kept_id(node).is_none())
                .filter_map(reconcile::kind_of);
            fits(cx, draft, &place.parent, kinds)?;
            reconcile::replace(cx, draft, (&place.parent, &place.ids), nodes, warnings)?;
            named(cx, &place)
        }
        Op::Delete => {
            let place = at::stretch(cx, draft, edit.at(), edit.to.as_deref())?;
            draft.remove(&place.parent, &place.ids);
            let excerpt = draft.doc.excerpt(place.first());
            format!("{} · {excerpt}", named(cx, &place))
        }
        Op::Move => moving::relocate(cx, draft, edit.at(), edit.to.as_deref())?,
    };
    Ok(format!("{} {what}", edit.op.word()))
}

/// The place in words.
pub(super) fn named(cx: &ToolCx, place: &Place) -> String {
    match place.ids.len() {
        1 => place.first().to_owned(),
        count => match cx.locale {
            Locale::En => format!("{} … {} ({count} blocks)", place.first(), place.last()),
            Locale::Zh => format!("{} … {}（{count} 个块）", place.first(), place.last()),
        },
    }
}

fn replace_text(cx: &ToolCx, draft: &mut Draft<'_>, edit: &Edit) -> Result<String, ToolError> {
    let words = edit.at();
    if words.is_empty() {
        return Err(ToolError::invalid(cx.say(
            "replace_text needs `at`: the words to be replaced",
            "replace_text 需要 `at`：要替换的文字",
        )));
    }
    let found = at::occurrences(draft, words);
    let count: usize = found.iter().map(|(_, places)| places.len()).sum();
    if count == 0 {
        // The same words, for the error that helps.
        at::place(cx, draft, words)?;
    }
    let all = edit.to.as_deref().map(str::trim) == Some("all");
    if count != 1 && !all {
        let ids: Vec<String> = found.iter().map(|(id, _)| id.clone()).collect();
        let error = at::ambiguous(cx, draft, words, &ids);
        return Err(error.with_hint(cx.say(
            "Pass more of the text around it, or to=\"all\" to replace every one. Nothing was changed.",
            "请提供更多上下文文字，或传 to=\"all\" 替换全部。文档未被修改。",
        )));
    }
    for (id, places) in &found {
        let elements = draft.elements(id).unwrap_or_default().to_vec();
        if !cells::writable(&elements) {
            return Err(not_writable(cx, id));
        }
        let is_code = draft.doc.kind(id) == Some(BlockKind::Code);
        let new = inline(cx, edit.markdown.as_deref().unwrap_or_default(), is_code)?;
        let mut text = cells::read(&elements);
        for place in places.iter().rev() {
            cells::splice(&mut text, place.clone(), cells::fresh(&new));
        }
        draft.set_elements(id, cells::write(&text));
    }
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
    Ok(format!("{} ×{count}", ids.join(" ")))
}

fn not_writable(cx: &ToolCx, id: &str) -> ToolError {
    ToolError::invalid(match cx.locale {
        Locale::En => format!(
            "the text of {id} holds an object that Feishu's API cannot write back, so it was not touched"
        ),
        Locale::Zh => format!("块 {id} 的文字中含有飞书 API 无法写回的对象，因此未作修改"),
    })
    .with_hint(cx.say(
        "Change it by hand in Feishu, or insert a new block beside it.",
        "请在飞书中手动修改，或在其旁插入新块。",
    ))
}

/// Markdown of a part of a line. What would begin a block is text here.
pub(crate) fn inline(cx: &ToolCx, markdown: &str, is_code: bool) -> Result<Vec<Value>, ToolError> {
    const GUARD: &str = "\u{fffc} ";
    let run = |text: &str| json!({ "text_run": { "content": text } });
    if markdown.is_empty() || is_code || markdown.trim().is_empty() {
        let text = crate::render::clean_text(markdown);
        return Ok(if text.is_empty() {
            Vec::new()
        } else {
            vec![run(&text)]
        });
    }
    let body = markdown.trim();
    let (lead, trail) = (
        &markdown[..markdown.len() - markdown.trim_start().len()],
        &markdown[markdown.trim_end().len()..],
    );
    let mut nodes = parse(&format!("{GUARD}{body}")).nodes;
    let rich = match (nodes.pop(), nodes.is_empty()) {
        (Some(node), true) if node.children.is_empty() => node.rich().cloned(),
        _ => None,
    };
    let rich = rich.ok_or_else(|| {
        ToolError::invalid(cx.say(
            "replace_text takes text within one paragraph",
            "replace_text 只接受单个段落内的文字",
        ))
        .with_hint(cx.say(
            "Use op=replace or insert_after for several blocks.",
            "多个块请用 op=replace 或 insert_after。",
        ))
    })?;
    let mut elements = elements_of(rich);
    if let Some(content) = elements
        .first_mut()
        .and_then(|first| first.pointer_mut("/text_run/content"))
        && let Some(rest) = content.as_str().and_then(|text| text.strip_prefix(GUARD))
    {
        *content = Value::from(rest);
    }
    if elements
        .first()
        .and_then(|first| first.pointer("/text_run/content")?.as_str())
        .is_some_and(str::is_empty)
    {
        elements.remove(0);
    }
    if !lead.is_empty() {
        elements.insert(0, run(lead));
    }
    if !trail.is_empty() {
        elements.push(run(trail));
    }
    Ok(elements)
}

fn insert(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    edit: &Edit,
    warnings: &mut Warnings,
) -> Result<String, ToolError> {
    let place = at::place(cx, draft, edit.at())?;
    let new = fresh(cx, draft, edit, warnings)?;
    fits(cx, draft, &place.parent, kinds(&new))?;
    if edit.op == Op::InsertBefore {
        draft.insert_before(&place.parent, place.first(), new);
        Ok(place.first().to_owned())
    } else {
        draft.insert_after(&place.parent, place.last(), new);
        Ok(place.last().to_owned())
    }
}

fn append(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    edit: &Edit,
    warnings: &mut Warnings,
) -> Result<String, ToolError> {
    let root = draft.doc.id.clone();
    let Some(at) = edit.at.as_deref().filter(|at| !at.trim().is_empty()) else {
        let new = fresh(cx, draft, edit, warnings)?;
        draft.append(&root, new);
        return Ok(cx.say("at the end", "到文末").to_owned());
    };
    let place = at::place(cx, draft, at)?;
    let kind = draft.doc.kind(place.first());
    let place = match (place.ids.len(), kind.and_then(BlockKind::heading_level)) {
        (1, Some(level)) => {
            let marks = "#".repeat(usize::from(level));
            let text = draft.doc.excerpt(place.first());
            let text = text.trim_start_matches('#').trim().to_owned();
            at::place(cx, draft, &format!("{marks} {text}")).unwrap_or(place)
        }
        _ => place,
    };
    let new = fresh(cx, draft, edit, warnings)?;
    if place.ids.len() == 1 && kind.is_some_and(is_container) {
        fits(cx, draft, place.first(), kinds(&new))?;
        draft.append(place.first(), new);
    } else {
        fits(cx, draft, &place.parent, kinds(&new))?;
        draft.insert_after(&place.parent, place.last(), new);
    }
    Ok(named(cx, &place))
}

/// The content of an operation.
fn content(cx: &ToolCx, edit: &Edit, warnings: &mut Warnings) -> Result<Vec<Node>, ToolError> {
    let parsed = parse(edit.markdown.as_deref().unwrap_or_default());
    for warning in parsed.warnings.iter() {
        warnings.add(warning);
    }
    if parsed.nodes.is_empty() {
        return Err(ToolError::invalid(match cx.locale {
            Locale::En => format!("{} needs `markdown`", edit.op.word()),
            Locale::Zh => format!("{} 需要 `markdown`", edit.op.word()),
        })
        .with_hint(cx.say(
            "To take something away, use op=delete.",
            "如需删除，请使用 op=delete。",
        )));
    }
    Ok(parsed.nodes)
}

fn fresh(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    edit: &Edit,
    warnings: &mut Warnings,
) -> Result<Vec<Built>, ToolError> {
    let nodes = content(cx, edit, warnings)?;
    let there = |node: &Node| reconcile::kept_id(node).filter(|id| draft.doc.get(id).is_some());
    if let Some(id) = nodes.iter().find_map(there) {
        return Err(ToolError::invalid(match cx.locale {
            Locale::En => format!("the block {id} is in the document already and cannot be copied"),
            Locale::Zh => format!("块 {id} 已在文档中，无法复制"),
        })
        .with_hint(cx.say(
            "Lines such as [[sheet … id=…]] may only stay where they are, within op=replace.",
            "[[sheet … id=…]] 等行只能在 op=replace 的范围内原位保留。",
        )));
    }
    let mut next = draft.next;
    let nodes = fillable(cx, nodes, warnings);
    let new = build(nodes, &mut next, warnings);
    draft.next = next;
    Ok(new)
}

fn kinds(new: &[Built]) -> impl Iterator<Item = BlockKind> + '_ {
    new.iter().map(|built| built.block.kind)
}

/// What is appended to it goes into it; what is appended to other blocks goes after them.
const fn is_container(kind: BlockKind) -> bool {
    matches!(
        kind,
        BlockKind::Bullet
            | BlockKind::Ordered
            | BlockKind::Todo
            | BlockKind::TableCell
            | BlockKind::GridColumn
            | BlockKind::Callout
            | BlockKind::QuoteContainer
    )
}

/// Refuses what Feishu would refuse, before anything is sent. What a cell, a column or a callout
/// may not hold may not stand anywhere inside it.
pub(crate) fn fits(
    cx: &ToolCx,
    draft: &Draft<'_>,
    parent: &str,
    mut kinds: impl Iterator<Item = BlockKind>,
) -> Result<(), ToolError> {
    let doc = draft.doc;
    let around = std::iter::successors(Some(parent), |id| doc.parent(id));
    let around: Vec<BlockKind> = around.filter_map(|id| doc.kind(id)).collect();
    let refused = kinds.find_map(|kind| {
        let refuses = |(depth, holder): (usize, &BlockKind)| {
            let strict = matches!(
                holder,
                BlockKind::TableCell | BlockKind::GridColumn | BlockKind::Callout
            );
            (depth == 0 || strict) && !rules::may_hold(*holder, kind)
        };
        let holder = around.iter().enumerate().find(|one| refuses(*one));
        holder.map(|(_, holder)| (*holder, kind))
    });
    match refused {
        None => Ok(()),
        Some((parent, kind)) => Err(ToolError::invalid(match cx.locale {
            Locale::En => format!("a {} cannot hold a {}", parent.key(), kind.key()),
            Locale::Zh => format!("{} 中不能放入 {}", parent.key(), kind.key()),
        })
        .with_hint(cx.say(
            "Put it before or after the whole block. Nothing was changed.",
            "请放到整个块之前或之后。文档未被修改。",
        ))),
    }
}

/// What a call does, for the person who is asked.
pub(super) fn deletions(edits: &[Edit]) -> Vec<String> {
    let gone = edits.iter().filter(|edit| edit.op == Op::Delete);
    gone.map(|edit| match &edit.to {
        Some(to) => format!("{} … {}", clean_line(edit.at(), 60), clean_line(to, 60)),
        None => clean_line(edit.at(), 60),
    })
    .collect()
}
