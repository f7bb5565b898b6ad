//! Old blocks and the new Markdown for their place: what reads the same stays untouched, a text
//! that changed is changed in its block, and only the rest is made anew.

use feishu::api::docx::{Block, BlockKind};
use serde_json::Value;

use super::super::{
    markdown::{
        compile::{build, elements_of},
        parse::parse,
        tree::{Kind, Node, Warnings},
    },
    write::{
        cells,
        draft::{Draft, Item},
        fillable, lcs,
    },
};
use crate::{ToolCx, ToolError};

/// Replaces neighbours under one block by new content.
pub(super) fn replace(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    (parent, ids): (&str, &[String]),
    new: Vec<Node>,
    warnings: &mut Warnings,
) -> Result<(), ToolError> {
    let old: Vec<Side> = ids.iter().map(|id| Side::of_old(draft, id)).collect();
    let new: Vec<Side> = new
        .into_iter()
        .map(|node| Side::of_new(draft, node))
        .collect();
    refuse_strangers(cx, &old, &new)?;
    let pairs = {
        let keys = |sides: &[Side]| sides.iter().map(Side::key).collect::<Vec<_>>();
        lcs::common(&keys(&old), &keys(&new))
    };
    let mut items = Vec::new();
    let (mut from, mut next) = (0, 0);
    let mut new: Vec<Option<Side>> = new.into_iter().map(Some).collect();
    for (at, to) in pairs.into_iter().chain([(old.len(), new.len())]) {
        gap(
            cx,
            draft,
            &old[from..at],
            &mut new[next..to],
            &mut items,
            warnings,
        )?;
        if let Some(Side { id: Some(id), .. }) = old.get(at) {
            items.push(Item::Old(id.clone()));
        }
        (from, next) = (at + 1, to + 1);
    }
    let list = draft.list(parent);
    let is_one = |item: &Item| matches!(item, Item::Old(id) if ids.contains(id));
    let start = list.iter().position(is_one).unwrap_or(list.len());
    let end = list.iter().rposition(is_one).map_or(start, |last| last + 1);
    list.splice(start..end, items);
    Ok(())
}

/// Makes Markdown the whole content of a block that holds others, such as a cell.
pub(crate) fn set_content(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    holder: &str,
    markdown: &str,
    warnings: &mut Warnings,
) -> Result<(), ToolError> {
    let parsed = parse(markdown);
    for warning in parsed.warnings.iter() {
        warnings.add(warning);
    }
    let mut nodes = parsed.nodes;
    if nodes.is_empty() {
        nodes.push(Node::leaf(Kind::Text(Vec::new())));
    }
    let kinds = nodes
        .iter()
        .filter(|node| kept_id(node).is_none())
        .filter_map(kind_of);
    super::ops::fits(cx, draft, holder, kinds)?;
    let ids = draft.siblings(holder);
    // An empty cell has an empty paragraph, which reads like nothing.
    if let ([id], [node]) = (ids.as_slice(), nodes.as_slice())
        && draft.doc.get(id).is_some_and(is_blank)
        && let Kind::Text(rich) = &node.kind
    {
        draft.set_elements(id, elements_of(rich.clone()));
        return Ok(());
    }
    replace(cx, draft, (holder, &ids), nodes, warnings)
}

/// A block on one side or the other.
struct Side {
    /// The block that is there.
    id: Option<String>,
    /// What it reads like; `None` has no Markdown and equals only itself.
    node: Option<Node>,
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Id(String),
    Text(String),
    Nothing(usize),
}

impl Side {
    fn of_old(draft: &Draft<'_>, id: &str) -> Self {
        let mut nodes = parse(&draft.doc.markdown_of(&[id.to_owned()])).nodes;
        let node = match (nodes.pop(), nodes.is_empty()) {
            (Some(node), true) if !is_opaque(&node) && draft.is_as_loaded(id) => Some(node),
            _ => None,
        };
        Self {
            id: Some(id.to_owned()),
            node,
        }
    }

    fn of_new(draft: &Draft<'_>, node: Node) -> Self {
        match kept_id(&node).filter(|id| draft.doc.get(id).is_some()) {
            Some(id) => Self {
                id: Some(id),
                node: None,
            },
            None => Self {
                id: None,
                node: Some(node),
            },
        }
    }

    fn key(&self) -> Key {
        match (&self.node, &self.id) {
            (Some(node), _) => Key::Text(format!("{:?}", bare(node.clone()))),
            (None, Some(id)) => Key::Id(id.clone()),
            (None, None) => Key::Nothing(0),
        }
    }
}

/// A node without the ids that it was read with.
fn bare(mut node: Node) -> Node {
    node.id = None;
    node.children = node.children.into_iter().map(bare).collect();
    node
}

fn is_opaque(node: &Node) -> bool {
    matches!(node.kind, Kind::Opaque(_)) || kept_id(node).is_some()
}

/// The id in a line that stands for a block without Markdown.
pub(super) fn kept_id(node: &Node) -> Option<String> {
    if let Kind::Opaque(_) = node.kind {
        return node.id.clone();
    }
    let Kind::Text(rich) = &node.kind else {
        return None;
    };
    let elements = elements_of(rich.clone());
    let text = match elements.as_slice() {
        [one] => one.pointer("/text_run/content")?.as_str()?,
        _ => return None,
    };
    let inner = text.strip_prefix("[[")?.strip_suffix("]]")?;
    let (_, id) = inner.rsplit_once(" id=")?;
    Some(id.trim().to_owned())
}

/// What is named to be kept must be among what is replaced, in the same order: Feishu cannot move
/// a block.
fn refuse_strangers(cx: &ToolCx, old: &[Side], new: &[Side]) -> Result<(), ToolError> {
    let mut from = 0;
    for side in new.iter().filter(|side| side.node.is_none()) {
        let at = old[from..].iter().position(|one| one.id == side.id);
        let Some(at) = at else {
            let id = side.id.clone().unwrap_or_default();
            return Err(ToolError::invalid(match cx.locale {
                model::Locale::En => {
                    format!("the block {id} cannot be kept: it is not in this place or order")
                }
                model::Locale::Zh => format!("无法保留块 {id}：它不在此处，或顺序已改变"),
            })
            .with_hint(cx.say(
                "Feishu cannot move such blocks. Keep the [[…]] lines in their order, within the replaced range.",
                "飞书无法移动此类块。请在被替换的范围内按原有顺序保留 [[…]] 行。",
            )));
        };
        from += at + 1;
    }
    Ok(())
}

/// Between two blocks that stay: texts change in their blocks, the rest is replaced.
fn gap(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    old: &[Side],
    new: &mut [Option<Side>],
    items: &mut Vec<Item>,
    warnings: &mut Warnings,
) -> Result<(), ToolError> {
    let mut left = old.iter();
    // An empty line cannot be seen in Markdown: it stays with what it follows.
    if items.last().is_some() {
        while let Some(Side { id: Some(id), .. }) = left.clone().next().filter(|side| {
            let text = side.id.as_deref().and_then(|id| draft.doc.get(id));
            text.is_some_and(is_blank)
        }) {
            items.push(Item::Old(id.clone()));
            left.next();
        }
    }
    for slot in new {
        let Some(Side {
            node: Some(node), ..
        }) = slot.take()
        else {
            continue;
        };
        let mut rest = left.clone();
        let partner = rest.find(|side| {
            side.node
                .as_ref()
                .is_some_and(|known| becomes(draft, side, known, &node))
        });
        if let Some(Side {
            id: Some(id),
            node: Some(known),
        }) = partner
        {
            become_it(cx, draft, id, known, node, warnings)?;
            items.push(Item::Old(id.clone()));
            left = rest;
        } else {
            let mut next = draft.next;
            let nodes = fillable(cx, vec![node], warnings);
            let built = build(nodes, &mut next, warnings);
            draft.next = next;
            items.extend(built.into_iter().map(|built| Item::New(Box::new(built))));
        }
    }
    Ok(())
}

fn is_blank(block: &Block) -> bool {
    block.kind() == Some(BlockKind::Text)
        && block.children.is_empty()
        && block.comment_ids.is_empty()
        && block.text().is_some_and(|text| {
            let runs = text.elements.iter();
            runs.map(|one| one.text_run.as_ref())
                .all(|run| run.is_some_and(|run| run.content.trim().is_empty()))
        })
}

/// Whether the block can become the new one without being made anew.
fn becomes(draft: &Draft<'_>, side: &Side, old: &Node, new: &Node) -> bool {
    let writable = side
        .id
        .as_deref()
        .and_then(|id| draft.doc.elements(id))
        .is_none_or(cells::writable);
    let fits = side
        .id
        .as_deref()
        .and_then(|id| draft.doc.kind(id))
        .is_some_and(|kind| kind_of(old) == Some(kind));
    let same_kind = match (&old.kind, &new.kind) {
        (Kind::Text(_), Kind::Text(_))
        | (Kind::Bullet(_), Kind::Bullet(_))
        | (Kind::Ordered(_), Kind::Ordered(_))
        | (Kind::Todo(..), Kind::Todo(..))
        | (Kind::QuoteText(_), Kind::QuoteText(_))
        | (Kind::Code { .. }, Kind::Code { .. })
        | (Kind::Quote, Kind::Quote) => true,
        (Kind::Heading(a, _), Kind::Heading(b, _)) => a == b,
        (Kind::Callout(a), Kind::Callout(b)) => a == b,
        _ => false,
    };
    fits && same_kind && writable && old.style == new.style
}

fn become_it(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    id: &str,
    old: &Node,
    new: Node,
    warnings: &mut Warnings,
) -> Result<(), ToolError> {
    if old.kind != new.kind {
        let elements = match &new.kind {
            Kind::Code { text, .. } => {
                Some(vec![serde_json::json!({ "text_run": { "content": text } })])
            }
            _ => new.rich().map(|rich| elements_of(rich.clone())),
        };
        if let Some(elements) = elements {
            let known = cells::read(draft.elements(id).unwrap_or_default());
            let merged = cells::merge(&known, &cells::fresh(&elements));
            draft.set_elements(id, cells::write(&merged));
        }
        match (&old.kind, &new.kind) {
            (Kind::Todo(before, _), Kind::Todo(done, _)) if before != done => {
                draft.set_style(id, (2, "done"), Value::Bool(*done));
            }
            (
                Kind::Code {
                    language: before, ..
                },
                Kind::Code { language, .. },
            ) if before != language => {
                draft.set_style(id, (4, "language"), Value::from(*language));
            }
            _ => {}
        }
    }
    if old
        .children
        .iter()
        .cloned()
        .map(bare)
        .ne(new.children.iter().cloned().map(bare))
    {
        let children = draft.siblings(id);
        if children.is_empty() {
            let mut next = draft.next;
            let nodes = fillable(cx, new.children, warnings);
            let built = build(nodes, &mut next, warnings);
            draft.next = next;
            draft.append(id, built);
        } else {
            replace(cx, draft, (id, &children), new.children, warnings)?;
        }
    }
    Ok(())
}

/// The kind of block that a node becomes, for Feishu's rules of nesting.
pub(super) fn kind_of(node: &Node) -> Option<BlockKind> {
    build(vec![node.clone()], &mut 0, &mut Warnings::default())
        .first()
        .map(|built| built.block.kind)
}
