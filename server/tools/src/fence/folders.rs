//! Which of the rules' folders a thing lies in. Feishu tells no thing's folder, so the folders are
//! listed downwards, in the member's name, and remembered for a few minutes.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use feishu::api::drive;
use model::{
    Timestamp,
    policy::{Fence, Place, PlaceKind, Whereabouts},
};

use crate::ToolCx;

/// Requests for one tree of folders.
const REQUESTS: usize = 200;
/// A listing older than this is made anew before a thing counts as not in it.
const YOUNG: Duration = Duration::from_secs(30);
/// The member's root, in the words of the listing.
const ROOT: &str = "";

/// What lies below a folder.
#[derive(Debug)]
pub(crate) struct Contents {
    tokens: HashSet<String>,
    /// Whether everything was listed.
    complete: bool,
    at: Timestamp,
}

/// Notes for every folder that the rules name whether the thing lies in it.
pub(super) async fn look(cx: &ToolCx, fence: &Fence, token: &str, found: &mut Whereabouts) {
    let mut open: Vec<Place> = Vec::new();
    for place in fence.mentioned() {
        if place.kind != PlaceKind::Folder || found.places.contains(place) || open.contains(place) {
            continue;
        }
        match lies_in(cx, &place.token, token).await {
            Some(true) => found.places.push(place.clone()),
            Some(false) => {}
            None => open.push(place.clone()),
        }
    }
    // A folder that the member may not list can still hold a thing that was shared with it. Only
    // what lies in the member's own root lies in nobody else's folder.
    if !open.is_empty() && lies_in(cx, ROOT, token).await != Some(true) {
        found.unknown.extend(open);
    }
}

/// `None` when it cannot be told.
pub(super) async fn lies_in(cx: &ToolCx, folder: &str, token: &str) -> Option<bool> {
    let mut token = token;
    let made_in = cx.refs.parent(token);
    if let Some(parent) = made_in.as_deref() {
        if parent == folder || parent == ROOT {
            return Some(parent == folder);
        }
        token = parent;
    }
    let known = cx.refs.contents(folder);
    if let Some(known) = &known
        && (known.tokens.contains(token) || cx.now.since(known.at) < YOUNG)
    {
        return verdict(known, token);
    }
    let listed = Arc::new(list(cx, folder).await);
    cx.refs.put_contents(folder, Arc::clone(&listed));
    verdict(&listed, token)
}

fn verdict(contents: &Contents, token: &str) -> Option<bool> {
    let inside = contents.tokens.contains(token);
    (inside || contents.complete).then_some(inside)
}

async fn list(cx: &ToolCx, folder: &str) -> Contents {
    let mut contents = Contents {
        tokens: HashSet::new(),
        complete: true,
        at: cx.now,
    };
    let mut waiting = VecDeque::from([(folder.to_owned(), None::<String>)]);
    let mut left = REQUESTS;
    while let Some((folder, page)) = waiting.pop_front() {
        if left == 0 {
            contents.complete = false;
            break;
        }
        left -= 1;
        let Ok(found) = drive::list(&cx.feishu, &folder, page.as_deref()).await else {
            contents.complete = false;
            continue;
        };
        for file in found.files {
            let fresh = contents.tokens.insert(file.token.clone());
            if file.kind == "folder" && fresh {
                waiting.push_back((file.token, None));
            }
        }
        if found.has_more && !found.next_page_token.is_empty() {
            waiting.push_back((folder, Some(found.next_page_token)));
        }
    }
    contents
}
