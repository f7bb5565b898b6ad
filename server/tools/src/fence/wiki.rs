//! Which wiki pages and which space a thing lies in.

use std::sync::Arc;

use feishu::api::wiki;
use model::policy::{Fence, Place, PlaceKind, Reason, Whereabouts};

use super::{is_absent, unknown};
use crate::{
    ResolvedNode, ToolCx, ToolError,
    args::{kind::Kind, resolve},
    cx::Home,
};

/// Pages above a page that are looked up; Feishu allows no deeper trees.
const DEPTH: usize = 50;
const KINDS: [PlaceKind; 2] = [PlaceKind::WikiSpace, PlaceKind::WikiPage];

/// Looks a thing up in the wiki by the thing itself, not by the page that a link named: a shortcut
/// leads to what it stands for. Gives whether it lies in a wiki.
pub(super) async fn look(
    cx: &ToolCx,
    fence: &Fence,
    kind: Kind,
    token: &str,
    found: &mut Whereabouts,
) -> bool {
    match home(cx, kind, token).await {
        Ok(Home::Page(node)) => {
            found
                .places
                .push(Place::at(PlaceKind::WikiSpace, node.space_id.as_str()));
            climb(cx, fence, &node, found).await;
            true
        }
        Ok(Home::Outside) => false,
        Err(()) => {
            unknown(cx, &KINDS, found);
            false
        }
    }
}

async fn home(cx: &ToolCx, kind: Kind, token: &str) -> Result<Home, ()> {
    if let Some(known) = cx.refs.home(token) {
        return Ok(known);
    }
    let home = match wiki::get_node(&cx.feishu, token, kind.feishu()).await {
        Ok(node) => Home::Page(Arc::new(ResolvedNode::from(node))),
        Err(fault) if is_absent(&fault) => Home::Outside,
        Err(fault) => {
            tracing::debug!(class = ?resolve::class(&fault), "whether a thing is in a wiki is unknown");
            return Err(());
        }
    };
    cx.refs.put_home(token, home.clone());
    Ok(home)
}

/// The one id of a space, which rules name; the member's own library has another name besides.
pub(super) async fn id_of(cx: &ToolCx, space: &str) -> Result<String, ToolError> {
    if space.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(space.to_owned());
    }
    match wiki::space(&cx.feishu, space).await {
        Ok(space) => Ok(space.space_id),
        Err(_) => Err(ToolError::refused(Reason::PlaceUnknown, cx.locale)),
    }
}

/// Adds a page and those above it.
pub(super) async fn climb(
    cx: &ToolCx,
    fence: &Fence,
    page: &ResolvedNode,
    found: &mut Whereabouts,
) {
    let page_at = |token: &str| Place::at(PlaceKind::WikiPage, token);
    found.places.push(page_at(&page.node_token));
    // The pages above matter only to rules about pages.
    if !fence
        .mentioned()
        .any(|place| place.kind == PlaceKind::WikiPage)
    {
        return;
    }
    let mut above = page.parent.clone();
    for _ in 0..DEPTH {
        if above.is_empty() {
            return;
        }
        let Ok(node) = resolve::node(cx, &above).await else {
            break;
        };
        found.places.push(page_at(&node.node_token));
        above.clone_from(&node.parent);
    }
    unknown(cx, &[PlaceKind::WikiPage], found);
}
