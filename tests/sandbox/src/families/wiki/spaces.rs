//! Spaces.

use serde_json::{Value, json};

use super::super::access::{Level, Viewer};
use super::super::common::{optional, page_size, paged, path};
use super::{Space, space};
use crate::State;
use crate::gateway::{ApiError, Call, Page, Reply};

fn print(space: &Space) -> Value {
    json!({
        "name": space.name,
        "description": space.description,
        "space_id": space.id,
        "space_type": space.kind,
        "visibility": if space.public { "public" } else { "private" },
        "open_sharing": "closed",
    })
}

/// `GET wiki/v2/spaces`: what the caller sees; the personal library is not listed.
pub(crate) fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let spaces: Vec<&Space> = state
        .wiki
        .spaces
        .values()
        .filter(|space| {
            space.kind != "my_library" && state.wiki.space_level(&space.id, &viewer) > Level::None
        })
        .collect();
    let size = page_size(call, 20, 50, 131_002)?;
    let scope = format!("spaces/{}/{}", viewer.tenant, viewer.actor);
    let page = Page::of(
        spaces.len(),
        size,
        optional(call, "page_token"),
        &scope,
        131_002,
    )?;
    let items: Vec<Value> = spaces
        .get(page.start..page.end)
        .unwrap_or_default()
        .iter()
        .map(|space| print(space))
        .collect();
    Ok(paged(&items, &page))
}

/// `GET wiki/v2/spaces/:space_id`.
pub(crate) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let space = space(state, &viewer, path(call, "space_id"), Level::View)?;
    Ok(Reply::Data(json!({ "space": print(space) })))
}

/// `GET wiki/v2/spaces/my_library`.
pub(crate) fn my_library(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let space = space(state, &viewer, "my_library", Level::View)?;
    Ok(Reply::Data(json!({ "space": print(space) })))
}
