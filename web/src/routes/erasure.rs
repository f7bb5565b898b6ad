//! How the erasure of a tenant stands, for whoever has the link, also when the tenant is gone.

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use store::{Erasure, KeptReceipt, StoreError};
use vault::{TokenHash, TokenKind};
use views::{
    Moment,
    erasure::{ErasurePage, ErasureStage, KeptRow},
    error::Trouble,
};

use crate::{
    WebState,
    console::audit::attachment,
    page::{self, PageFault},
    visit::Visit,
};

enum Found {
    Waiting(Erasure),
    Done(Box<KeptReceipt>),
}

/// Shows how it stands.
///
/// Permissions: whoever has the link.
pub(super) async fn show(
    State(state): State<WebState>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let stage = match find(&state, &visit, &token).await? {
        Found::Waiting(erasure) => ErasureStage::Waiting {
            due: Moment(erasure.due_at.millis()),
            begun: erasure.begun_at.is_some(),
        },
        Found::Done(kept) => {
            let told = &kept.receipt.statement;
            ErasureStage::Done {
                name: told.name.clone(),
                at: Moment(told.erased_at),
                until: Moment(kept.expires_at.millis()),
                rows: told.erased.iter().map(|one| one.rows).sum(),
                kept: told
                    .kept
                    .iter()
                    .map(|one| KeptRow {
                        count: one.count,
                        until: Moment(one.until),
                    })
                    .collect(),
                key: kept.receipt.signature.public_key.clone(),
                file: format!("/erasure/{token}/receipt"),
            }
        }
    };
    let page = ErasurePage {
        shell: visit.shell(),
        stage,
        now: Moment(state.clock.now().millis()),
    };
    Ok(page::show(page.render()))
}

/// Sends the receipt.
///
/// Permissions: whoever has the link.
pub(super) async fn receipt(
    State(state): State<WebState>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let Found::Done(kept) = find(&state, &visit, &token).await? else {
        return Err(PageFault::new(Trouble::NotFound, &visit));
    };
    let text = serde_json::to_string_pretty(&kept.receipt).unwrap_or_default();
    let file = format!("erasure-receipt-{}.json", kept.receipt.statement.slug);
    Ok(attachment("application/json", &file, Body::from(text)))
}

async fn find(state: &WebState, visit: &Visit, token: &str) -> Result<Found, PageFault> {
    let over = || PageFault::new(Trouble::LinkOver, visit);
    let internal = |error: StoreError| PageFault::internal(&error, visit);
    let hash = TokenHash::of(TokenKind::Link, token).ok_or_else(over)?;
    let tx = state.store.lookup(&hash).await.map_err(internal)?;
    if let Some(erasure) = tx.erasure().await.map_err(internal)? {
        return Ok(Found::Waiting(erasure));
    }
    drop(tx);
    let scope = state.store.platform("the receipt of an erasure");
    let tx = scope.read().await.map_err(internal)?;
    let kept = tx.erasure_receipt(&hash).await.map_err(internal)?;
    kept.map(|kept| Found::Done(Box::new(kept)))
        .ok_or_else(over)
}
