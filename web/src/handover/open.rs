//! Opens a link in this browser, for good.

use axum::{
    extract::{Path, State},
    response::Response,
};
use edge::{cookies, guard::is_same_origin};
use http::header;
use serde_json::json;
use store::StoreError;
use vault::{Token, TokenKind};
use views::error::Trouble;

use super::{COOKIE, holder, path};
use crate::{
    WebState,
    console::setup::handover::LASTS,
    page::{self, PageFault},
    visit::Visit,
};

/// Binds the link; whoever is second gets nothing.
///
/// Permissions: whoever has the link first.
pub(crate) async fn act_on(
    State(state): State<WebState>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, PageFault> {
    if !is_same_origin(&state.urls, &visit.headers) {
        return Err(PageFault::new(Trouble::FormExpired, &visit));
    }
    let holder = holder(&state, &visit, &token).await?;
    let to = path(&token);
    if holder.browser.is_some() {
        return Ok(page::go(&to));
    }
    let browser = Token::mint(TokenKind::Browser, state.entropy.as_ref());
    let bound = async {
        let tx = state.store.scope(&holder.principal()).write().await?;
        let bound = tx.handovers().bind(holder.link.id, &browser.hash()).await?;
        if bound {
            let (before, after) = (json!(null), json!({ "address": visit.address }));
            let record = holder.record(&state, "handover.open", &before, &after);
            tx.record(&record).await?;
            tx.commit().await?;
        }
        Ok::<bool, StoreError>(bound)
    };
    if !bound
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?
    {
        return Err(PageFault::new(Trouble::LinkOver, &visit));
    }
    let mut response = page::go(&to);
    if let Some(cookie) = cookies::set(&state.urls, COOKIE, browser.expose(), LASTS) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
