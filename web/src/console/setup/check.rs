//! Looks at the tenant's app again.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use calls::app_care::CareError;
use model::policy::SetUpApp;
use views::console::setup::Step;

use super::Bare;
use crate::{
    WebState,
    console::{Away, act},
    page::{self, PageFault},
    visit::Visit,
};

/// Asks Feishu and comes back to the step.
///
/// Permissions: [`SetUpApp`].
pub(crate) async fn act_on(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, Away> {
    let desk = act::<SetUpApp>(&state, &visit, &slug, &form.csrf).await?;
    let done = match state.apps.check_now(&desk.entry).await {
        Ok(checked) if checked.report.heard() => "checked",
        Ok(_) => "away",
        Err(CareError::TooOften) => "busy",
        Err(CareError::NoApp) => "",
        Err(error) => return Err(PageFault::internal(&error, &visit).into()),
    };
    let step = Step::from_code(&form.step).unwrap_or(Step::App);
    let to = format!("/setup?step={}&done={done}", step.code());
    Ok(page::go(&desk.path(&to)))
}
