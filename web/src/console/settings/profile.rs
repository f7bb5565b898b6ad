//! Gives the tenant a name and a language.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use model::{Locale, policy::ManageTenant};
use serde::Deserialize;
use serde_json::json;
use store::{Naming, StoreError};
use views::console::settings::Told;

use super::{build, come_in};
use crate::{
    WebState,
    console::{Away, Desk},
    page::{self, PageFault},
    visit::Visit,
};

/// Longest name, in characters.
const NAME_MAX: usize = 80;

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    name: String,
    language: String,
    seen_name: String,
    seen_language: String,
}

/// Changes both. Of two admins at once the second is told what the first did.
///
/// Permissions: [`ManageTenant`]. Ledger: `tenant.rename`.
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageTenant>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let name = wish.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = name.chars().count();
    let readable = (1..=NAME_MAX).contains(&length) && !name.chars().any(char::is_control);
    let fault = if readable {
        let seen = naming(wish.seen_name, &wish.seen_language);
        let fresh = naming(name, &wish.language);
        if save(&state, &desk, &seen, &fresh).await.map_err(internal)? {
            return Ok(page::go(&desk.path("/settings?done=saved")));
        }
        Some(Told::Stale)
    } else {
        None
    };
    let mut page = build(&state, &visit, &desk, fault)
        .await
        .map_err(internal)?;
    page.name_fault = fault.is_none();
    if fault.is_none() {
        page.name = wish.name.chars().take(NAME_MAX + 1).collect();
        page.zh = wish.language == "zh";
    }
    Ok(page::answer(
        StatusCode::UNPROCESSABLE_ENTITY,
        page.render(),
    ))
}

fn naming(name: String, language: &str) -> Naming {
    let locale = if language == "zh" {
        Locale::Zh
    } else {
        Locale::En
    };
    Naming { name, locale }
}

async fn save(
    state: &WebState,
    desk: &Desk<ManageTenant>,
    seen: &Naming,
    fresh: &Naming,
) -> Result<bool, StoreError> {
    let tx = desk.scope(state).write().await?;
    let Some(changed) = tx.profile().rename(&desk.permit, seen, fresh).await? else {
        return Ok(false);
    };
    let told = |one: &Naming| json!({ "name": one.name, "locale": one.locale });
    let (before, after) = (told(&changed.before), told(&changed.after));
    desk.record(state, &tx, "tenant.rename", None, &before, &after)
        .await?;
    tx.commit().await?;
    state.connections.tenant_changed(desk.entry.tenant.id).await;
    Ok(true)
}
