//! Moving: Feishu has no call for it, so blocks are made anew at the new place. What cannot be made
//! anew stays, and what lies between moves to its other side instead.

use model::Locale;

use super::{
    super::write::{draft::Draft, recreate::recreate, rules},
    at::{self, Place},
    ops::{fits, named},
};
use crate::{ToolCx, ToolError};

/// Where something goes.
enum Goal {
    Before(Place),
    After(Place),
    Start,
    End,
}

impl Goal {
    fn read(cx: &ToolCx, draft: &Draft<'_>, to: Option<&str>) -> Result<Self, ToolError> {
        let to = to.map(str::trim).unwrap_or_default();
        match to {
            "" => Err(ToolError::invalid(
                cx.say("move needs `to`: where it goes", "move 需要 `to`：目标位置"),
            )
            .with_hint(cx.say(
                "to: \"start\", \"end\", an anchor (it goes after it), or \"before: anchor\".",
                "to 可为 start、end、锚点（移到其后）或 “before: 锚点”。",
            ))),
            "start" => Ok(Self::Start),
            "end" => Ok(Self::End),
            to => match (to.strip_prefix("before:"), to.strip_prefix("after:")) {
                (Some(anchor), _) => Ok(Self::Before(at::place(cx, draft, anchor)?)),
                (None, anchor) => Ok(Self::After(at::place(cx, draft, anchor.unwrap_or(to))?)),
            },
        }
    }

    /// The parent, and the place among its children as they are.
    fn position(&self, draft: &Draft<'_>) -> (String, usize) {
        let root = draft.doc.id.clone();
        let index = |place: &Place, id: &str| {
            let list = draft.siblings(&place.parent);
            list.iter().position(|known| known == id)
        };
        match self {
            Self::Start => (root, 0),
            Self::End => {
                let end = draft.siblings(&root).len();
                (root, end)
            }
            Self::Before(place) => (
                place.parent.clone(),
                index(place, place.first()).unwrap_or(0),
            ),
            Self::After(place) => (
                place.parent.clone(),
                index(place, place.last()).map_or(0, |at| at + 1),
            ),
        }
    }
}

pub(super) fn relocate(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    at: &str,
    to: Option<&str>,
) -> Result<String, ToolError> {
    let place = at::place(cx, draft, at)?;
    let goal = Goal::read(cx, draft, to)?;
    let (parent, index) = goal.position(draft);
    let inside = |id: &String| draft.doc.below(id).iter().any(|b| b.block_id == parent);
    if place.ids.iter().any(inside) {
        return Err(ToolError::invalid(
            cx.say("a block cannot move into itself", "块不能移动到自身内部"),
        ));
    }
    let kinds = place.ids.iter().filter_map(|id| draft.doc.kind(id));
    fits(cx, draft, &parent, kinds)?;
    let what = named(cx, &place);
    if parent == place.parent {
        let list = draft.siblings(&parent);
        let from = list.iter().position(|id| id == place.first()).unwrap_or(0);
        let end = from + place.ids.len();
        if (from..=end).contains(&index) {
            return Ok(format!(
                "{what}: {}",
                cx.say("it is there already", "已在该位置")
            ));
        }
        // The way round: what lies between goes to the other side.
        if let Some(obstacle) = changed_or_lost(draft, &place.ids) {
            let (between, before) = if index < from {
                (index..from, false)
            } else {
                (end..index, true)
            };
            let between = Place {
                parent: parent.clone(),
                ids: list[between].to_vec(),
            };
            if changed_or_lost(draft, &between.ids).is_some() {
                return Err(stuck(cx, &obstacle));
            }
            let anchor = if before { place.first() } else { place.last() };
            shift(draft, &between, &parent, anchor, before);
            return Ok(what);
        }
    } else if let Some(obstacle) = changed_or_lost(draft, &place.ids) {
        return Err(stuck(cx, &obstacle));
    }
    let list = draft.siblings(&parent);
    match (list.get(index).cloned(), index.checked_sub(1)) {
        (Some(anchor), _) => shift(draft, &place, &parent, &anchor, true),
        (None, Some(last)) => {
            let anchor = list.get(last).cloned().unwrap_or_default();
            shift(draft, &place, &parent, &anchor, false);
        }
        (None, None) => {
            let new = anew(draft, &place.ids);
            draft.remove(&place.parent, &place.ids);
            draft.append(&parent, new);
        }
    }
    Ok(what)
}

fn anew(draft: &mut Draft<'_>, ids: &[String]) -> Vec<super::super::markdown::compile::Built> {
    let mut next = draft.next;
    let new = ids
        .iter()
        .filter_map(|id| recreate(draft.doc, id, &mut next))
        .collect();
    draft.next = next;
    new
}

fn shift(draft: &mut Draft<'_>, place: &Place, parent: &str, anchor: &str, before: bool) {
    let new = anew(draft, &place.ids);
    if before {
        draft.insert_before(parent, anchor, new);
    } else {
        draft.insert_after(parent, anchor, new);
    }
    draft.remove(&place.parent, &place.ids);
}

/// Why blocks cannot be made anew as they are.
fn changed_or_lost(draft: &Draft<'_>, ids: &[String]) -> Option<String> {
    ids.iter().find_map(|id| {
        if !draft.is_as_loaded(id) {
            return Some(format!("an earlier op changed {{#{id}}}"));
        }
        rules::obstacle(draft.doc, id)
    })
}

fn stuck(cx: &ToolCx, obstacle: &str) -> ToolError {
    ToolError::invalid(match cx.locale {
        Locale::En => format!("this cannot be moved without losing something: {obstacle}"),
        Locale::Zh => format!("移动会丢失内容：{obstacle}"),
    })
    .with_hint(cx.say(
        "Feishu has no call that moves a block; others are made anew, this one cannot be. Move it by hand, or move what is around it.",
        "飞书没有移动块的接口，只能重建，而该块无法重建。请手动移动，或移动其周围的内容。",
    ))
}
