//! Looks at the app again, for the holder of a link.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use calls::app_care::CareError;

use super::{acting, path};
use crate::{
    WebState,
    console::setup::Bare,
    page::{self, PageFault},
    visit::Visit,
};

/// Asks Feishu.
///
/// Permissions: the browser that opened the link.
pub(crate) async fn act_on(
    State(state): State<WebState>,
    Path(token): Path<String>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, PageFault> {
    let holder = acting(&state, &visit, &token, &form.csrf).await?;
    holder.permit(&visit)?;
    let done = match state.apps.check_now(&holder.entry).await {
        Ok(checked) if checked.report.heard() => "checked",
        Ok(_) => "away",
        Err(CareError::TooOften) => "busy",
        Err(CareError::NoApp) => "",
        Err(error) => return Err(PageFault::internal(&error, &visit)),
    };
    Ok(page::go(&format!("{}?done={done}", path(&token))))
}
