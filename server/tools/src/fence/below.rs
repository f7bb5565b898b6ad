//! What goes along when a folder or a page is moved or deleted: nothing that the rules forbid may
//! lie below it.

use feishu::api::wiki as api;
use model::policy::{Place, PlaceKind, Reason, Whereabouts};

use super::{Admitted, around, decide, folders, wiki};
use crate::{
    ResolvedNode, ToolCx, ToolError,
    args::{kind::Kind, resolve},
};

/// Pages above a page that are looked up; Feishu allows no deeper trees.
const DEPTH: usize = 50;

/// Lets a folder go with all that is in it.
///
/// # Errors
/// [`crate::ErrorKind::BlockedByPolicy`], also when it cannot be told what is in it.
pub(crate) async fn admit_below_folder(cx: &ToolCx, folder: &str) -> Result<Admitted, ToolError> {
    let Some(fence) = &cx.fence else {
        return Ok(Admitted(()));
    };
    for place in fence.mentioned() {
        let Some(kind) = kind_of(place.kind) else {
            continue;
        };
        if place.token == folder {
            continue;
        }
        match folders::lies_in(cx, folder, &place.token).await {
            Some(false) => {}
            Some(true) => {
                let found = around(cx, kind, &place.token).await?;
                decide(cx, &found)?;
            }
            None => return Err(ToolError::refused(Reason::PlaceUnknown, cx.locale)),
        }
    }
    Ok(Admitted(()))
}

/// Lets a page go with the pages below it.
///
/// # Errors
/// [`crate::ErrorKind::BlockedByPolicy`], also when it cannot be told what is below it.
pub(crate) async fn admit_below_page(cx: &ToolCx, page: &str) -> Result<Admitted, ToolError> {
    let Some(fence) = &cx.fence else {
        return Ok(Admitted(()));
    };
    for place in fence.mentioned() {
        let Some(node) = page_of(cx, place).await? else {
            continue;
        };
        if node.node_token == page || !is_below(cx, &node, page).await? {
            continue;
        }
        let mut found = Whereabouts {
            places: vec![
                Place::at(place.kind, place.token.as_str()),
                Place::at(PlaceKind::WikiSpace, node.space_id.as_str()),
            ],
            unknown: Vec::new(),
        };
        wiki::climb(cx, fence, &node, &mut found).await;
        decide(cx, &found)?;
    }
    Ok(Admitted(()))
}

/// The page of a place that rules name; `None` for what is in no wiki.
async fn page_of(cx: &ToolCx, place: &Place) -> Result<Option<ResolvedNode>, ToolError> {
    let found = match place.kind {
        PlaceKind::WikiPage => api::get_node(&cx.feishu, &place.token, "wiki").await,
        PlaceKind::WikiSpace | PlaceKind::Folder | PlaceKind::Chat => return Ok(None),
        PlaceKind::Base | PlaceKind::Sheet | PlaceKind::Document | PlaceKind::File => {
            let Some(kind) = kind_of(place.kind) else {
                return Ok(None);
            };
            api::get_node(&cx.feishu, &place.token, kind.feishu()).await
        }
    };
    match found {
        Ok(node) => Ok(Some(node.into())),
        // What the member cannot see it cannot take along on purpose, but it may be there.
        Err(fault) if super::is_absent(&fault) => Ok(None),
        Err(_) => Err(ToolError::refused(Reason::PlaceUnknown, cx.locale)),
    }
}

async fn is_below(cx: &ToolCx, node: &ResolvedNode, above: &str) -> Result<bool, ToolError> {
    let mut parent = node.parent.clone();
    for _ in 0..DEPTH {
        if parent.is_empty() {
            return Ok(false);
        }
        if parent == above {
            return Ok(true);
        }
        let next = resolve::node(cx, &parent).await;
        let next = next.map_err(|_| ToolError::refused(Reason::PlaceUnknown, cx.locale))?;
        parent.clone_from(&next.parent);
    }
    Err(ToolError::refused(Reason::PlaceUnknown, cx.locale))
}

const fn kind_of(kind: PlaceKind) -> Option<Kind> {
    Some(match kind {
        PlaceKind::Folder => Kind::Folder,
        PlaceKind::Base => Kind::Base,
        PlaceKind::Sheet => Kind::Sheet,
        PlaceKind::Document => Kind::Docx,
        PlaceKind::File => Kind::File,
        PlaceKind::WikiSpace | PlaceKind::WikiPage | PlaceKind::Chat => return None,
    })
}
