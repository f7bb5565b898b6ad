//! How long the ledger is kept, and where it is sent.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use http::StatusCode;
use model::policy::ManageTenant;
use serde::Deserialize;
use serde_json::json;
use store::{AuditSettings, StoreError};
use views::{
    Moment,
    console::{
        Tab, Tone,
        audit_keeping::{AuditKeepingPage, Kept, StreamRow},
    },
};

use super::{Away, Desk, enter};
use crate::{
    WebState,
    console::act as come_in,
    page::{self, PageFault},
    visit::Visit,
};

/// What the redirect that led here says.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    done: String,
}

/// Shows retention and streams.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(told): Query<Told>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    let kept = match told.done.as_str() {
        "saved" => Some(Kept::Saved),
        "added" => Some(Kept::Added),
        "done" => Some(Kept::Done),
        _ => None,
    };
    let page = build(&state, &visit, &desk, kept)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

/// The page, with a word about what was done before.
pub(super) async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageTenant>,
    kept: Option<Kept>,
) -> Result<AuditKeepingPage, StoreError> {
    let tx = desk.scope(state).read().await?;
    let settings = tx.audit().settings().await?;
    let head = tx.ledger().head().await?.seq;
    let letters = tx.audit().dead_letters().await?;
    let streams = tx.audit().streams().await?;
    let mut console = desk.shell(visit, Tab::Audit);
    if let Some(kept) = kept {
        let tone = match kept {
            Kept::Stale | Kept::BadDays | Kept::BadStream => Tone::Bad,
            Kept::Saved | Kept::Added | Kept::Done => Tone::Good,
        };
        console = console.with_notice(tone, kept.words(visit.lang()));
    }
    Ok(AuditKeepingPage {
        console,
        days: settings.retention_days.to_string(),
        hold: settings.legal_hold,
        version: settings.version,
        streams: streams
            .into_iter()
            .map(|stream| StreamRow {
                path: desk.path(&format!("/audit/streams/{}", stream.id)),
                dead: letters
                    .iter()
                    .filter(|letter| letter.stream == stream.id)
                    .map(|letter| letter.through + 1 - letter.from)
                    .sum(),
                name: stream.name,
                kind: stream.kind.name(),
                url: stream.url,
                active: stream.active,
                behind: head.saturating_sub(stream.cursor),
                attempts: stream.attempts,
                error: stream.last_error.unwrap_or_default(),
                delivered: stream.delivered_at.map(|at| Moment(at.millis())),
            })
            .collect(),
        typed: (String::new(), String::new()),
        now: Moment(state.clock.now().millis()),
    })
}

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    version: u64,
    days: String,
    hold: String,
}

/// Sets retention and legal hold. Of two admins at once the second is told what the first did.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageTenant>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let days: Option<u32> = wish.days.trim().parse().ok();
    let days = days.filter(|days| AuditSettings::DAYS.contains(days));
    let hold = wish.hold == "yes";
    let kept = match days {
        None => Kept::BadDays,
        Some(retention_days) => {
            let after = AuditSettings {
                retention_days,
                legal_hold: hold,
                version: wish.version,
            };
            save(&state, &desk, &after).await.map_err(internal)?
        }
    };
    if kept == Kept::Saved {
        return Ok(page::go(&desk.path("/audit/keeping?done=saved")));
    }
    let mut page = build(&state, &visit, &desk, Some(kept))
        .await
        .map_err(internal)?;
    if kept == Kept::BadDays {
        page.days = wish.days;
        page.hold = hold;
    }
    Ok(page::answer(
        StatusCode::UNPROCESSABLE_ENTITY,
        page.render(),
    ))
}

async fn save(
    state: &WebState,
    desk: &Desk<ManageTenant>,
    after: &AuditSettings,
) -> Result<Kept, StoreError> {
    let tx = desk.scope(state).write().await?;
    let before = tx.audit().settings().await?;
    if !tx.audit().set_settings(&desk.permit, after).await? {
        return Ok(Kept::Stale);
    }
    let told = |one: &AuditSettings| json!({ "retention_days": one.retention_days, "legal_hold": one.legal_hold });
    desk.record(state, &tx, "audit.keep", None, &told(&before), &told(after))
        .await?;
    tx.commit().await?;
    Ok(Kept::Saved)
}
