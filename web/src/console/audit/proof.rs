//! What proves the ledger: the check of its chain, checkpoints, exports.

use std::time::Duration;

use axum::{
    Form,
    body::Body,
    extract::{Path, State},
    response::Response,
};
use http::{HeaderValue, header};
use model::{Timestamp, policy::ReadLedger};
use serde::Deserialize;
use serde_json::json;
use store::{ChainBreak, ChainReport, CheckNote, CheckState, StoreError, TenantScope};
use views::{
    Moment,
    console::{
        Tab,
        audit_proof::{AuditProofPage, Break, Check, CheckView, CheckpointView, ExportRow},
    },
};

use super::{Away, Desk, enter, export};
use crate::{
    WebState,
    console::act,
    page::{self, PageFault},
    visit::Visit,
};

/// Entries that are checked between two notes of the progress.
const PART: u64 = 50_000;
/// A check that was not heard of for this long ended with its process.
const SILENCE: Duration = Duration::from_secs(30);
/// Checkpoints in a download.
const CHECKPOINTS: u64 = 50_000;

/// Shows the proof; the page comes again by itself while a check is under way.
///
/// Permissions: [`ReadLedger`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadLedger>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let running = page
        .check
        .as_ref()
        .is_some_and(|check| check.state == CheckView::Running);
    let mut response = page::show(page.render());
    if running {
        response
            .headers_mut()
            .insert(header::REFRESH, HeaderValue::from_static("2"));
    }
    Ok(response)
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ReadLedger>,
) -> Result<AuditProofPage, StoreError> {
    let now = state.clock.now();
    let tx = desk.scope(state).read().await?;
    let audit = tx.audit();
    let checkpoint = audit.checkpoints(1).await?.pop();
    let exports = audit.exports(20).await?;
    Ok(AuditProofPage {
        console: desk.shell(visit, Tab::Audit),
        head: tx.ledger().head().await?.seq,
        sealed: audit
            .last_seal()
            .await?
            .map_or(0, |seal| seal.statement.seq),
        check: audit.check().await?.map(|note| view(&note, now)),
        checkpoint: checkpoint.map(|made| CheckpointView {
            seq: made.statement.seq,
            hash: made.statement.hash.hex(),
            at: Moment(made.statement.at),
            key: made.signature.public_key,
        }),
        exports: exports
            .into_iter()
            .map(|one| ExportRow {
                manifest: desk.path(&format!("/audit/exports/{}", one.id)),
                file: one.manifest.statement.file,
                at: Moment(one.manifest.statement.at),
                by: one.manifest.statement.by,
                rows: one.manifest.statement.rows,
            })
            .collect(),
        now: Moment(now.millis()),
    })
}

fn view(note: &CheckNote, now: Timestamp) -> Check {
    let report: serde_json::Value = serde_json::from_str(&note.report).unwrap_or_default();
    let seq = report["seq"].as_u64().unwrap_or_default();
    let state = match note.state {
        CheckState::Running if now.since(note.updated_at) > SILENCE => CheckView::Stopped,
        CheckState::Running => CheckView::Running,
        CheckState::Holds => CheckView::Holds(report["checkpoints"].as_u64().unwrap_or_default()),
        CheckState::Broken => CheckView::Broken(match report["broken"].as_str() {
            Some("missing") => Break::Missing(seq),
            Some("head") => Break::Head(seq),
            Some("rewritten") => Break::Rewritten(seq),
            Some("forged_checkpoint") => Break::Forged(seq),
            Some("forged_seal") => Break::ForgedSeal(seq),
            _ => Break::Changed(seq),
        }),
    };
    Check {
        state,
        done: note.checked,
        all: note.through,
        at: Moment(note.updated_at.millis()),
        by: note.by.clone(),
    }
}

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    csrf: String,
}

/// Starts a check. It goes on by itself and notes its progress.
///
/// Permissions: [`ReadLedger`].
pub(super) async fn check(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = act::<ReadLedger>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let now = state.clock.now();
    let scope = desk.scope(&state);
    let tx = scope.write().await.map_err(internal)?;
    let known = tx.audit().check().await.map_err(internal)?;
    let running = known.is_some_and(|note| {
        note.state == CheckState::Running && now.since(note.updated_at) <= SILENCE
    });
    if !running {
        let note = CheckNote {
            started_at: now,
            updated_at: now,
            by: desk.principal().name().to_owned(),
            state: CheckState::Running,
            checked: 0,
            through: tx.ledger().head().await.map_err(internal)?.seq,
            report: String::new(),
        };
        tx.audit().note_check(&note).await.map_err(internal)?;
        let mut entry = desk.entry_of(&state, "audit.check", None, &json!(null), &json!(null));
        entry.kind = model::EntryKind::Look;
        "{}".clone_into(&mut entry.detail);
        tx.record(&entry).await.map_err(internal)?;
        tx.commit().await.map_err(internal)?;
        let clock = std::sync::Arc::clone(&state.clock);
        tokio::spawn(async move {
            if let Err(error) = run(scope, note, clock.as_ref()).await {
                tracing::error!(%error, "a check of the ledger could not be finished");
            }
        });
    }
    Ok(page::go(&desk.path("/audit/proof")))
}

async fn run(
    scope: TenantScope,
    mut note: CheckNote,
    clock: &dyn model::Clock,
) -> Result<(), StoreError> {
    let mut check = scope.read().await?.ledger().begin_check(&[]).await?;
    loop {
        let report = scope
            .read()
            .await?
            .ledger()
            .check_on(&mut check, PART)
            .await?;
        note.updated_at = clock.now();
        note.checked = check.checked();
        note.through = check.through();
        if let Some(report) = &report {
            note.state = match report.broken {
                None => CheckState::Holds,
                Some(_) => CheckState::Broken,
            };
            note.report = told(report);
        }
        let tx = scope.write().await?;
        tx.audit().note_check(&note).await?;
        tx.commit().await?;
        if report.is_some() {
            return Ok(());
        }
    }
}

/// A report as JSON.
fn told(report: &ChainReport) -> String {
    let broken = report.broken.map(|broken| match broken {
        ChainBreak::Missing(seq) => ("missing", seq),
        ChainBreak::Changed(seq) => ("changed", seq),
        ChainBreak::HeadDiffers { found, .. } => ("head", found),
        ChainBreak::Rewritten(seq) => ("rewritten", seq),
        ChainBreak::ForgedCheckpoint(seq) => ("forged_checkpoint", seq),
        ChainBreak::ForgedSeal(seq) => ("forged_seal", seq),
    });
    json!({
        "broken": broken.map(|(name, _)| name),
        "seq": broken.map(|(_, seq)| seq),
        "checkpoints": report.checkpoints,
        "entries": report.entries,
        "sealed": report.sealed,
    })
    .to_string()
}

/// Sends the signed checkpoints, one JSON object per line.
///
/// Permissions: [`ReadLedger`].
pub(super) async fn checkpoints(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadLedger>(&state, &visit, &slug).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let tx = desk.scope(&state).read().await.map_err(internal)?;
    let made = tx
        .audit()
        .checkpoints(CHECKPOINTS)
        .await
        .map_err(internal)?;
    let mut text = String::new();
    for one in made.iter().rev() {
        text.push_str(&serde_json::to_string(one).unwrap_or_default());
        text.push('\n');
    }
    Ok(export::attachment(
        "application/x-ndjson",
        "checkpoints.jsonl",
        Body::from(text),
    ))
}
