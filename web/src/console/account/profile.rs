//! Gives one's own account a name and a language.

use axum::{Form, extract::State, response::Response};
use http::StatusCode;
use model::Locale;
use serde::Deserialize;
use store::StoreError;
use views::account::AccountChange;

use super::{acting, back, build};
use crate::{
    WebState,
    console::Away,
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
}

/// A display name as it is kept: spaces between words, nothing unseen; `None` for one that is
/// empty or too long.
pub(crate) fn readable_name(typed: &str) -> Option<String> {
    let name = views::clean(typed)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    (1..=NAME_MAX)
        .contains(&name.chars().count())
        .then_some(name)
}

/// Saves both.
///
/// Permissions: an account, about itself.
pub(super) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let locale = Locale::from_tag(&wish.language).unwrap_or(known.account.locale);
    let Some(name) = readable_name(&wish.name) else {
        let mut page = build(&state, &visit, &known).await.map_err(internal)?;
        page.name = wish.name.chars().take(NAME_MAX + 1).collect();
        page.zh = locale == Locale::Zh;
        page.name_fault = true;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page::answer(status, page.render()));
    };
    let save = async {
        let scope = state.store.platform("an account changes its name");
        let tx = scope.write().await?;
        tx.accounts()
            .set_profile(known.account.id, &name, locale)
            .await?;
        tx.commit().await
    };
    save.await.map_err(internal)?;
    Ok(back(AccountChange::Saved))
}
