//! Enters the credentials, for the holder of a link.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use calls::app_care::Act;
use http::StatusCode;

use super::{acting, build, path};
use crate::{
    WebState,
    console::setup::enter::{Entered, explained, told, told_of},
    page::{self, PageFault},
    visit::Visit,
};

/// Asks Feishu, and saves what it accepts. Another app than the tenant's is refused: that is an
/// administrator's decision.
///
/// Permissions: the browser that opened the link.
pub(crate) async fn act_on(
    State(state): State<WebState>,
    Path(token): Path<String>,
    visit: Visit,
    Form(form): Form<Entered>,
) -> Result<Response, PageFault> {
    let holder = acting(&state, &visit, &token, &form.csrf).await?;
    let permit = holder.permit(&visit)?;
    let fault = match form.candidate() {
        Ok(app) => {
            let after = told(app.brand, &app.app_id);
            let before = told_of(&holder.entry.tenant);
            let record = holder.record(&state, "app.set_up", &before, &after);
            let scope = state.store.scope(&holder.principal());
            let work = Act {
                scope: &scope,
                permit: &permit,
                record: &record,
            };
            match state.apps.enter(&holder.entry, &app, &work).await {
                Ok(_) => return Ok(page::go(&format!("{}?done=saved", path(&token)))),
                Err(fault) => explained(&fault, visit.locale, &visit)?,
            }
        }
        Err(fault) => fault,
    };
    let mut page = build(&state, &visit, &token, &holder)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    page.app = form.again(fault);
    Ok(page::answer(
        StatusCode::UNPROCESSABLE_ENTITY,
        page.render(),
    ))
}
