//! Ends an account's session.

use axum::{Form, extract::State, response::Response};
use edge::{ACCOUNT_COOKIE, cookies, routes};
use http::header;
use serde::Deserialize;
use store::StoreError;
use views::error::Trouble;

use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// A form without fields of its own.
#[derive(Debug, Deserialize)]
pub(crate) struct Bare {
    #[serde(default)]
    pub(crate) csrf: String,
}

/// Signs this browser out of the console.
///
/// Permissions: an account, about its own session.
pub(crate) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let known = state.auth.account(&visit.headers).await.map_err(internal)?;
    let Some(known) = known else {
        return Ok(page::go(routes::CONSOLE_SIGN_IN));
    };
    if !known.accepts(&state.urls, &visit.headers, Some(&form.csrf)) {
        return Err(PageFault::new(Trouble::FormExpired, &visit).way_out(
            visit.locale.pick("Back to the console", "返回管理后台"),
            routes::CONSOLE,
        ));
    }
    let close = async {
        let tx = state.store.platform("sign an account out").write().await?;
        let sessions = tx.account_sessions();
        sessions.close(known.account.id, known.session).await?;
        tx.commit().await
    };
    close.await.map_err(internal)?;
    let mut response = page::go(routes::CONSOLE_SIGN_IN);
    if let Some(cookie) = cookies::clear(&state.urls, ACCOUNT_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
