//! What becomes of the tenant's data when it leaves.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use edge::routes;
use http::StatusCode;
use model::policy::EraseTenant;
use serde::Deserialize;
use serde_json::json;
use store::{ConnectionFilter, StoreError};
use vault::{Token, TokenKind};
use views::{
    Moment,
    console::{
        Tab, Tone,
        data::{DataPage, Ending, GiveUpFault, done},
    },
};

use super::{Asked, come_in, enter};
use crate::{
    WebState,
    console::{Away, Desk},
    page::{self, PageFault},
    visit::Visit,
};

/// Shows what can be taken along, and what giving the tenant up means.
///
/// Permissions: [`EraseTenant`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<EraseTenant>(&state, &visit, &slug).await?;
    let mut page = build(&state, &visit, &desk)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    if let Some(words) = done(visit.lang(), &asked.done) {
        page.console = page.console.with_notice(Tone::Good, words);
    }
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<EraseTenant>,
) -> Result<DataPage, StoreError> {
    let tx = desk.scope(state).read().await?;
    let erasure = tx.erasure().get().await?;
    Ok(DataPage {
        console: desk.shell(visit, Tab::Settings),
        slug: desk.entry.tenant.slug.to_string(),
        members: tx.members().count().await?,
        connections: tx.connections().count(&ConnectionFilter::default()).await?,
        entries: tx.ledger().head().await?.seq,
        statements: tx.billing().statements(1_000).await?.len() as u64,
        held: tx.audit().settings().await?.legal_hold,
        ending: erasure.map(|erasure| Ending {
            due: Moment(erasure.due_at.millis()),
            by: erasure.by,
        }),
        link: None,
        fault: None,
        now: Moment(state.clock.now().millis()),
    })
}

/// What the forms post.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    confirm: String,
}

/// Announces the erasure. Guarded: an owner, freshly proven, types the short name; nothing happens
/// for a week; a legal hold forbids it.
///
/// Permissions: [`EraseTenant`]. Ledger: `tenant.give_up`.
pub(super) async fn give_up(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<EraseTenant>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let mut page = build(&state, &visit, &desk).await.map_err(internal)?;
    let fault = if page.held {
        Some(GiveUpFault::Held)
    } else if wish.confirm.trim() != page.slug {
        Some(GiveUpFault::NotConfirmed)
    } else {
        None
    };
    if fault.is_some() {
        page.fault = fault;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page::answer(status, page.render()));
    }
    let link = Token::mint(TokenKind::Link, state.entropy.as_ref());
    if !request(&state, &desk, &link).await.map_err(internal)? {
        return Ok(page::go(&desk.path("/settings/data")));
    }
    let path = routes::ERASURE.replace("{token}", link.expose());
    let mut page = build(&state, &visit, &desk).await.map_err(internal)?;
    page.link = Some(state.urls.at(&path));
    Ok(page::show(page.render()))
}

async fn request(
    state: &WebState,
    desk: &Desk<EraseTenant>,
    link: &Token,
) -> Result<bool, StoreError> {
    let tx = desk.scope(state).write().await?;
    let by = desk.principal().name();
    let asked = tx.erasure().request(&desk.permit, &link.hash(), by).await?;
    let Some(asked) = asked else {
        return Ok(false);
    };
    let after = json!({ "due_at": asked.due_at });
    desk.record(state, &tx, "tenant.give_up", None, &json!(null), &after)
        .await?;
    tx.commit().await?;
    Ok(true)
}

/// Takes the erasure back.
///
/// Permissions: [`EraseTenant`]. Ledger: `tenant.keep`.
pub(super) async fn keep(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<EraseTenant>(&state, &visit, &slug, &wish.csrf).await?;
    let kept = async {
        let tx = desk.scope(&state).write().await?;
        let kept = tx.erasure().cancel(&desk.permit).await?;
        if kept {
            desk.record(&state, &tx, "tenant.keep", None, &json!(null), &json!(null))
                .await?;
            tx.commit().await?;
        }
        Ok(kept)
    };
    let kept: bool = kept
        .await
        .map_err(|error: StoreError| PageFault::internal(&error, &visit))?;
    let done = if kept { "?done=kept" } else { "" };
    Ok(page::go(&desk.path(&format!("/settings/data{done}"))))
}
