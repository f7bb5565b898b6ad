//! Keeps tools inside the places that the member's roles allow.
//!
//! Rules name wiki spaces, pages, folders and single things; a call names a link. What lies where
//! is asked of Feishu, about the thing that the link turned out to mean, so that every spelling of
//! one thing gets one answer. What Feishu does not tell counts as forbidden.

mod below;
mod folders;
mod wiki;

use feishu::FeishuError;
use model::policy::{Place, PlaceKind, Reason, Whereabouts};

pub(crate) use self::{
    below::{admit_below_folder, admit_below_page},
    folders::Contents,
};
use crate::{
    ResolvedNode, ToolCx, ToolError,
    args::{kind::Kind, resolve},
};

/// Proof that a thing lies where the member's roles may work. Only this module makes one, and a
/// [`crate::args::resolve::Target`] cannot be had without one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admitted(());

/// Lets a thing in, or refuses.
///
/// # Errors
/// [`crate::ErrorKind::BlockedByPolicy`], with the reason among the details.
pub(crate) async fn admit(cx: &ToolCx, kind: Kind, token: &str) -> Result<Admitted, ToolError> {
    if cx.fence.is_none() {
        return Ok(Admitted(()));
    }
    let found = around(cx, kind, token).await?;
    decide(cx, &found)
}

/// Lets a new thing in below a folder; without one, in the member's own root.
///
/// # Errors
/// [`crate::ErrorKind::BlockedByPolicy`].
pub(crate) async fn admit_into(cx: &ToolCx, folder: Option<&str>) -> Result<Admitted, ToolError> {
    match folder {
        Some(folder) => admit(cx, Kind::Folder, folder).await,
        // The root is the member's own and lies in nothing that a rule can name.
        None => decide(cx, &Whereabouts::default()),
    }
}

/// Lets a new page in, into a space or below a page of it.
///
/// # Errors
/// [`crate::ErrorKind::BlockedByPolicy`].
pub(crate) async fn admit_into_wiki(
    cx: &ToolCx,
    space: &str,
    parent: Option<&ResolvedNode>,
) -> Result<Admitted, ToolError> {
    let Some(fence) = &cx.fence else {
        return Ok(Admitted(()));
    };
    let space = wiki::id_of(cx, space).await?;
    let mut found = Whereabouts {
        places: vec![Place::at(PlaceKind::WikiSpace, space)],
        unknown: Vec::new(),
    };
    if let Some(parent) = parent {
        wiki::climb(cx, fence, parent, &mut found).await;
    }
    decide(cx, &found)
}

/// Lets in a part of a document that Feishu tells no document of, such as the bare token of a
/// picture: only where no rule asks for its place.
///
/// # Errors
/// [`crate::ErrorKind::BlockedByPolicy`].
pub(crate) fn admit_unplaced(cx: &ToolCx) -> Result<Admitted, ToolError> {
    if cx.fence.is_none() {
        return Ok(Admitted(()));
    }
    let refused = ToolError::refused(Reason::PlaceUnknown, cx.locale);
    Err(refused.with_hint(cx.say(
        "Name the document in `ref` and the block in `at` instead of the token alone.",
        "请用 `ref` 指明文档、用 `at` 指明块，而不要只传 token。",
    )))
}

/// Those of a listing by Feishu that may be shown. A refusal hides a thing, and so does a failed
/// look-up.
pub(crate) async fn kept<T>(
    cx: &ToolCx,
    all: Vec<T>,
    what: impl Fn(&T) -> (Option<Kind>, &str),
) -> Vec<T> {
    if cx.fence.is_none() {
        return all;
    }
    let asked = all.iter().map(|one| {
        let (kind, token) = what(one);
        shows(cx, kind, token)
    });
    let answers = futures::future::join_all(asked).await;
    let kept = all.into_iter().zip(answers).filter(|(_, shows)| *shows);
    kept.map(|(one, _)| one).collect()
}

async fn shows(cx: &ToolCx, kind: Option<Kind>, token: &str) -> bool {
    match kind {
        Some(Kind::Wiki) => {
            let Ok(node) = resolve::node(cx, token).await else {
                return false;
            };
            match Kind::from_word(&node.obj_type) {
                Some(kind) => admit(cx, kind, &node.obj_token).await.is_ok(),
                None => false,
            }
        }
        Some(kind) => admit(cx, kind, token).await.is_ok(),
        None => false,
    }
}

fn decide(cx: &ToolCx, found: &Whereabouts) -> Result<Admitted, ToolError> {
    let decision = cx
        .fence
        .as_ref()
        .map_or(Ok(()), |fence| fence.decide(found));
    decision
        .map(|()| Admitted(()))
        .map_err(|reason| ToolError::refused(reason, cx.locale))
}

/// Where a thing lies, as far as the rules ask.
async fn around(cx: &ToolCx, kind: Kind, token: &str) -> Result<Whereabouts, ToolError> {
    let mut found = Whereabouts::default();
    let Some(fence) = &cx.fence else {
        return Ok(found);
    };
    let Some(own) = place_of(kind) else {
        return Err(ToolError::refused(Reason::PlaceUnknown, cx.locale));
    };
    found.places.push(Place::at(own, token));
    let asks = |kinds: &[PlaceKind]| fence.mentioned().any(|place| kinds.contains(&place.kind));
    // A page of a wiki lies in no folder, so the wiki is asked for both.
    let mut in_wiki = false;
    if kind != Kind::Folder && asks(&[PlaceKind::WikiSpace, PlaceKind::WikiPage, PlaceKind::Folder])
    {
        in_wiki = wiki::look(cx, fence, kind, token, &mut found).await;
    }
    if !in_wiki && asks(&[PlaceKind::Folder]) {
        folders::look(cx, fence, token, &mut found).await;
    }
    Ok(found)
}

const fn place_of(kind: Kind) -> Option<PlaceKind> {
    Some(match kind {
        Kind::Docx | Kind::Doc => PlaceKind::Document,
        Kind::Sheet => PlaceKind::Sheet,
        Kind::Base => PlaceKind::Base,
        Kind::Folder => PlaceKind::Folder,
        Kind::File | Kind::Mindnote | Kind::Slides => PlaceKind::File,
        // Resolved to what it stands for before.
        Kind::Wiki => return None,
    })
}

/// Notes that nothing is known of the places of some kinds.
fn unknown(cx: &ToolCx, kinds: &[PlaceKind], found: &mut Whereabouts) {
    let Some(fence) = &cx.fence else { return };
    let open = fence
        .mentioned()
        .filter(|place| kinds.contains(&place.kind) && !found.places.contains(place));
    let open: Vec<Place> = open.cloned().collect();
    found.unknown.extend(open);
}

/// Whether Feishu says that there is nothing, and not only nothing for this member.
fn is_absent(fault: &FeishuError) -> bool {
    resolve::class(fault) == Some(feishu::ErrorClass::NotFound)
}
