//! The draft that makes a document what it was: blocks that are still there keep their ids, their
//! comments and all that did not change; what is gone is made anew, as far as Feishu allows.

use model::Locale;
use serde_json::Value;

use super::super::write::{
    cells,
    doc::Doc,
    draft::{Draft, Item},
    lcs,
    recreate::recreate,
    rules,
};
use crate::ToolCx;

/// Numbers of the fields of a style that can be set, and their names.
const STYLE: [(u8, &str); 7] = [
    (1, "align"),
    (2, "done"),
    (3, "folded"),
    (4, "language"),
    (5, "wrap"),
    (6, "background_color"),
    (7, "indentation_level"),
];

/// Drafts it, and says what cannot come back.
pub(super) fn restore(cx: &ToolCx, draft: &mut Draft<'_>, old: &Doc) -> Vec<String> {
    let mut lost = Vec::new();
    let mut stack = vec![old.id.clone()];
    while let Some(id) = stack.pop() {
        text(cx, draft, old, &id, &mut lost);
        let (now, then) = (draft.doc.children(&id).to_vec(), old.children(&id).to_vec());
        let pairs = lcs::common(&now, &then);
        let mut items = Vec::new();
        let mut kept = pairs.into_iter().map(|(_, at)| at).peekable();
        for (at, child) in then.iter().enumerate() {
            if kept.next_if_eq(&at).is_some() {
                if whole_frame(draft.doc, old, child) {
                    items.push(Item::Old(child.clone()));
                    stack.push(child.clone());
                    continue;
                }
                // A table of another size: its cells cannot be put in one by one.
                if rules::unmakeable(old, child).is_some() {
                    items.push(Item::Old(child.clone()));
                    lost.push(left_as_is(cx, child));
                    continue;
                }
            }
            match anew(draft, old, child) {
                Ok(item) => items.push(item),
                Err(what) => lost.push(gone(cx, &what)),
            }
        }
        let same = items.len() == now.len() && items.iter().zip(&now).all(|(item, id)| item.is(id));
        if !same {
            *draft.list(&id) = items;
        }
    }
    lost
}

/// Whether a block that is in both can keep its own frame.
fn whole_frame(now: &Doc, old: &Doc, id: &str) -> bool {
    let fixed = matches!(
        old.kind(id),
        Some(feishu::api::docx::BlockKind::Table | feishu::api::docx::BlockKind::Grid)
    );
    !fixed || now.children(id) == old.children(id)
}

fn anew(draft: &mut Draft<'_>, old: &Doc, id: &str) -> Result<Item, String> {
    if let Some(what) = rules::unmakeable(old, id) {
        return Err(what);
    }
    let mut next = draft.next;
    let made = recreate(old, id, &mut next).ok_or_else(|| id.to_owned())?;
    draft.next = next;
    Ok(Item::New(Box::new(made)))
}

fn text(cx: &ToolCx, draft: &mut Draft<'_>, old: &Doc, id: &str, lost: &mut Vec<String>) {
    let (Some(now), Some(then)) = (draft.doc.get(id), old.get(id)) else {
        return;
    };
    if now.body() == then.body() {
        return;
    }
    let (Some(known), Some(wanted)) = (draft.doc.elements(id), old.elements(id)) else {
        // A frame whose own fields changed: Feishu has no call for most of them.
        if now.children == then.children && !rules::holds_only(then) {
            lost.push(left_as_is(cx, id));
        }
        return;
    };
    if known != wanted {
        if cells::writable(wanted) {
            draft.set_elements(id, wanted.to_vec());
        } else {
            lost.push(left_as_is(cx, id));
        }
    }
    let style = |block: &feishu::api::docx::Block, name: &str| {
        let body = block.body()?;
        body.get("style")?.get(name).cloned()
    };
    for field in STYLE {
        let (before, after) = (style(then, field.1), style(now, field.1));
        if before != after
            && let Some(value) = before.or(default_of(field.1))
        {
            draft.set_style(id, field, value);
        }
    }
}

fn default_of(name: &str) -> Option<Value> {
    match name {
        "align" => Some(Value::from(1)),
        "done" | "folded" | "wrap" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn gone(cx: &ToolCx, what: &str) -> String {
    match cx.locale {
        Locale::En => format!("cannot come back through Feishu's API: {what}"),
        Locale::Zh => format!("无法通过飞书 API 恢复：{what}"),
    }
}

fn left_as_is(cx: &ToolCx, id: &str) -> String {
    match cx.locale {
        Locale::En => format!("left as it is, because Feishu's API cannot change it back: {id}"),
        Locale::Zh => format!("飞书 API 无法改回，保持现状：{id}"),
    }
}
