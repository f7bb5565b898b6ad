//! The monthly cap.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use model::policy::ManageBilling;
use serde::Deserialize;
use serde_json::json;
use store::StoreError;

use super::{Asked, build};
use crate::{
    WebState,
    console::{Away, Desk, act as come_in},
    page::{self, PageFault},
    visit::Visit,
};

/// The highest cap.
const HIGHEST: u64 = 1_000_000_000;

#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    calls: String,
}

/// What was typed is no cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoCap;

/// Reads what was typed: nothing is no cap; people group digits.
pub(super) fn read(typed: &str) -> Result<Option<u64>, NoCap> {
    let digits: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '，'))
        .collect();
    if digits.is_empty() {
        return Ok(None);
    }
    if digits.len() > 10 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NoCap);
    }
    let cap: u64 = digits.parse().map_err(|_| NoCap)?;
    if (1..=HIGHEST).contains(&cap) {
        Ok(Some(cap))
    } else {
        Err(NoCap)
    }
}

/// Sets or lifts the cap.
///
/// Permissions: [`ManageBilling`]. Ledger: `billing.cap`.
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Typed>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageBilling>(&state, &visit, &slug, &form.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let Ok(cap) = read(&form.calls) else {
        let mut page = build(&state, &visit, &desk, &Asked::default())
            .await
            .map_err(internal)?;
        page.cap_typed = Some((form.calls, true));
        return Ok(page::answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            page.render(),
        ));
    };
    change(&state, &desk, cap).await.map_err(internal)?;
    Ok(page::go(&desk.path("/billing?done=cap")))
}

async fn change(
    state: &WebState,
    desk: &Desk<ManageBilling>,
    cap: Option<u64>,
) -> Result<(), StoreError> {
    let tx = desk.scope(state).write().await?;
    let changed = tx.billing().set_cap(&desk.permit, cap).await?;
    desk.record(
        state,
        &tx,
        "billing.cap",
        None,
        &json!(changed.before),
        &json!(changed.after),
    )
    .await?;
    tx.commit().await?;
    state.store.tenant_changed(desk.entry.tenant.id).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{NoCap, read};

    #[test]
    fn a_cap_is_a_whole_number_or_nothing() {
        for (typed, cap) in [
            ("", Ok(None)),
            (" 25,000 ", Ok(Some(25_000))),
            ("1000000000", Ok(Some(1_000_000_000))),
            ("0", Err(NoCap)),
            ("-5", Err(NoCap)),
            ("1.5", Err(NoCap)),
            ("1e3", Err(NoCap)),
            ("１２", Err(NoCap)),
            ("99999999999", Err(NoCap)),
        ] {
            assert_eq!(read(typed), cap, "{typed}");
        }
    }
}
