//! An admin's draft: what it changes, what it would have done, and putting it in force.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use model::{
    Role,
    policy::{ManageTenant, Rules},
};
use serde::Deserialize;
use serde_json::json;
use store::StoreError;
use views::console::{
    Tab,
    policy::{DraftPage, Replayed},
};

use super::{
    Facts, Work, author,
    replay::{self, DAYS},
    role::in_use,
};
use crate::{
    WebState,
    console::{Away, Desk, act as come_in, enter},
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    version: u64,
}

/// Shows the draft.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageTenant>,
) -> Result<DraftPage, StoreError> {
    let tx = desk.scope(state).read().await?;
    let work = Work::of(desk, &tx).await?;
    let facts = Facts::load(&tx, visit.lang()).await?;
    let changes = facts.changes(&work.live, &work.mine);
    let replayed = if changes.is_empty() {
        Replayed::default()
    } else {
        let now = state.clock.now();
        replay::run(&tx, &facts, (&work.live, &work.mine), visit.lang(), now).await?
    };
    let overtaken = overtaken(&tx, &work).await?;
    Ok(DraftPage {
        console: desk.shell(visit, Tab::Policy),
        changes,
        replayed,
        days: DAYS,
        overtaken: overtaken.then_some(work.live.version),
    })
}

/// Whether somebody published other rules for roles or packs since the draft was begun. Switches
/// also count the version up, and are in nobody's way.
async fn overtaken(tx: &store::TenantTx, work: &Work) -> Result<bool, StoreError> {
    if work.based_on == work.live.version {
        return Ok(false);
    }
    let begun = tx.rules().version(work.based_on).await?;
    Ok(begun.is_none_or(|begun| {
        begun.rules.roles != work.live.roles
            || begun.rules.capabilities != work.live.capabilities
            || begun.rules.external_sharing != work.live.external_sharing
    }))
}

/// Publishes, discards, or goes on from what somebody else published.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageTenant>(&state, &visit, &slug, &wish.csrf).await?;
    let place = match wish.act.as_str() {
        "publish" => publish(&state, &desk).await,
        "discard" => discard(&state, &desk).await,
        "take_over" => take_over(&state, &desk, wish.version).await,
        _ => Ok("/policy/draft"),
    };
    let place = place.map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::go(&desk.path(place)))
}

/// Puts the draft in force, unless somebody was faster: then nothing is overwritten, and the page
/// of the draft says so.
async fn publish(state: &WebState, desk: &Desk<ManageTenant>) -> Result<&'static str, StoreError> {
    let tx = desk.scope(state).write().await?;
    // Held before the draft is compared: nobody publishes in between.
    let live = tx.rules().hold().await?;
    let work = Work::of(desk, &tx).await?;
    if overtaken(&tx, &work).await? {
        return Ok("/policy/draft");
    }
    if work.mine.capabilities == live.capabilities
        && work.mine.external_sharing == live.external_sharing
        && work.mine.roles == live.roles
    {
        return Ok("/policy");
    }
    let gone = live
        .roles
        .iter()
        .map(|own| own.role)
        .filter(|role| matches!(role, Role::Custom(_)) && work.mine.of(*role).is_none());
    for role in gone {
        if in_use(&tx, role).await? {
            return Ok("/policy?done=in_use");
        }
    }
    let told = |rules: &Rules| {
        json!({
            "capabilities": rules.capabilities,
            "external_sharing": rules.external_sharing,
            "roles": rules.roles,
        })
    };
    let (was, is) = (told(&live), told(&work.mine));
    let by = desk.principal().name();
    let replaced = tx.rules().replace(&desk.permit, work.mine, by).await?;
    let Some(version) = replaced else {
        return Ok("/policy/draft");
    };
    tx.rules().drop_draft(author(desk)).await?;
    let target = Some(format!("policy:{version}"));
    let mut entry = desk.entry_of(state, "policy.publish", target, &was, &is);
    entry.policy_version = Some(version);
    tx.record(&entry).await?;
    tx.commit().await?;
    state.connections.tenant_changed(desk.entry.tenant.id).await;
    Ok("/policy?done=published")
}

async fn discard(state: &WebState, desk: &Desk<ManageTenant>) -> Result<&'static str, StoreError> {
    let tx = desk.scope(state).write().await?;
    tx.rules().drop_draft(author(desk)).await?;
    tx.commit().await?;
    Ok("/policy?done=discarded")
}

/// The draft is meant against the version that the page showed, not against a newer one.
async fn take_over(
    state: &WebState,
    desk: &Desk<ManageTenant>,
    seen: u64,
) -> Result<&'static str, StoreError> {
    let tx = desk.scope(state).write().await?;
    let mut work = Work::of(desk, &tx).await?;
    if work.live.version == seen {
        work.based_on = seen;
        work.keep(desk, &tx).await?;
        tx.commit().await?;
    }
    Ok("/policy/draft")
}
