//! Leads to the sign-in through Feishu of the organisation that somebody names.

use axum::{
    extract::{Query, State},
    response::Response,
};
use edge::local_path;
use http::StatusCode;
use model::{Slug, TenantStatus};
use serde::Deserialize;
use views::{
    Shell,
    sign_in::{SignInOnwardPage, SignInPage},
};

use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// What the form asks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    organisation: String,
    return_to: String,
}

/// Goes on to the organisation's own sign-in and from there to its console. Its short name is no
/// secret: employees have it in the address of their connect page.
///
/// Permissions: none.
pub(crate) async fn go(
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let typed = asked.organisation.trim().to_lowercase();
    let entry = match typed.parse::<Slug>() {
        Ok(slug) => state
            .store
            .directory()
            .by_slug(&slug)
            .await
            .map_err(|error| PageFault::internal(&error, &visit))?,
        Err(_) => None,
    };
    let served = entry.filter(|entry| {
        entry.tenant.status == TenantStatus::Active && !entry.tenant.app_id.is_empty()
    });
    let Some(entry) = served else {
        let page = SignInPage {
            organisation: typed.chars().take(40).collect(),
            unknown: true,
            ..super::sign_in::form(&state, &visit, asked.return_to, String::new(), None)
        };
        return Ok(page::answer(StatusCode::NOT_FOUND, page.render()));
    };
    let console = format!("/console/t/{}", entry.tenant.slug);
    // A path of another organisation would only lead to its refusal.
    let to = local_path(&asked.return_to)
        .filter(|path| path.strip_prefix(&console).is_some_and(starts_anew))
        .unwrap_or(console);
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("return_to", &to)
        .finish();
    let onward = SignInOnwardPage {
        shell: Shell::answer(visit.lang()),
        name: entry.tenant.name.clone(),
        target: format!("/t/{}/sign-in?{query}", entry.tenant.slug),
    };
    Ok(page::show(onward.render()))
}

fn starts_anew(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['/', '?'])
}
