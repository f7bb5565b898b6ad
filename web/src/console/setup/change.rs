//! Changes the secret of the tenant's app, or the app.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use calls::app_care::{Act, RotationFault};
use http::StatusCode;
use model::{
    Brand,
    policy::{Action, ManageTenant, ReplaceApp, SetUpApp},
};
use serde_json::json;
use store::{ConnectionFilter, StoreError};
use views::{
    Moment,
    console::{
        Tab,
        app_change::{self, AppChangePage, ReplaceFault},
    },
};

use super::{
    Asked, Bare,
    enter::{Entered, explained, secret, told, told_of},
};
use crate::{
    WebState,
    console::{Away, Desk, act, enter},
    page::{self, PageFault},
    visit::Visit,
};

/// Shows what can be changed, and what it costs.
///
/// Permissions: [`ManageTenant`].
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    if desk.entry.tenant.app_id.is_empty() {
        return Ok(page::go(&desk.path("/setup")));
    }
    let mut page = build(&state, &visit, &desk)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    if let Some((tone, text)) = app_change::notice(visit.lang(), &asked.done) {
        page.console = page.console.with_notice(tone, text);
    }
    Ok(page::show(page.render()))
}

async fn build<A: Action<Target = ()>>(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<A>,
) -> Result<AppChangePage, StoreError> {
    let scope = desk.scope(state);
    let rotation = state.apps.rotation(&scope).await?;
    let (members, connections) = {
        let tx = scope.read().await?;
        (
            tx.members().count().await?,
            tx.connections().count(&ConnectionFilter::default()).await?,
        )
    };
    let tenant = &desk.entry.tenant;
    Ok(AppChangePage {
        console: desk.shell(visit, Tab::Setup),
        app_id: tenant.app_id.clone(),
        announced_until: rotation.announced_until.map(|at| Moment(at.millis())),
        replaced_at: rotation.replaced_at.map(|at| Moment(at.millis())),
        secret_fault: None,
        slug: tenant.slug.to_string(),
        new_app_id: String::new(),
        lark: tenant.brand == Brand::Lark,
        replace_fault: None,
        members,
        connections,
        now: Moment(state.clock.now().millis()),
    })
}

/// Says that a new secret is on its way.
///
/// Permissions: [`SetUpApp`].
pub(crate) async fn announce(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, Away> {
    let desk = act::<SetUpApp>(&state, &visit, &slug, &form.csrf).await?;
    let record = recorded(&state, &desk, "app.secret.announce");
    let scope = desk.scope(&state);
    let work = Act {
        scope: &scope,
        permit: &desk.permit,
        record: &record,
    };
    state
        .apps
        .announce_secret(&work)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::go(&desk.path("/setup/app?done=announced")))
}

/// Tries the new secret, and puts it in force when Feishu accepts it.
///
/// Permissions: [`SetUpApp`].
pub(crate) async fn take(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Entered>,
) -> Result<Response, Away> {
    let desk = act::<SetUpApp>(&state, &visit, &slug, &form.csrf).await?;
    let fault = match secret(&form.app_secret) {
        Ok(new) => {
            let record = recorded(&state, &desk, "app.secret.change");
            let scope = desk.scope(&state);
            let work = Act {
                scope: &scope,
                permit: &desk.permit,
                record: &record,
            };
            match state.apps.rotate(&desk.entry, new, &work).await {
                Ok(_) => return Ok(page::go(&desk.path("/setup/app?done=secret"))),
                Err(fault) => explained(&fault, visit.locale, &visit)?,
            }
        }
        Err(fault) => fault,
    };
    let mut page = build(&state, &visit, &desk)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    page.secret_fault = Some(fault);
    Ok(page::answer(
        StatusCode::UNPROCESSABLE_ENTITY,
        page.render(),
    ))
}

/// Puts the secret before in force again.
///
/// Permissions: [`SetUpApp`].
pub(crate) async fn undo(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, Away> {
    let desk = act::<SetUpApp>(&state, &visit, &slug, &form.csrf).await?;
    let record = recorded(&state, &desk, "app.secret.undo");
    let scope = desk.scope(&state);
    let work = Act {
        scope: &scope,
        permit: &desk.permit,
        record: &record,
    };
    let done = match state.apps.roll_back(&desk.entry, &work).await {
        Ok(_) => "undone",
        Err(RotationFault::NothingBefore) => "nothing",
        Err(RotationFault::Refused(_) | RotationFault::OtherApp) => "refused",
        Err(RotationFault::Care(error)) => return Err(PageFault::internal(&error, &visit).into()),
    };
    Ok(page::go(&desk.path(&format!("/setup/app?done={done}"))))
}

/// Puts another app in the place of the tenant's. Guarded: the short name is typed, who is there
/// is freshly proven, and Feishu must accept the new app first.
///
/// Permissions: [`ReplaceApp`].
pub(crate) async fn replace(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Entered>,
) -> Result<Response, Away> {
    let desk = act::<ReplaceApp>(&state, &visit, &slug, &form.csrf).await?;
    let fault = match replaced(&state, &visit, &desk, &form).await? {
        Ok(()) => return Ok(page::go(&desk.path("/setup?done=replaced"))),
        Err(fault) => fault,
    };
    let mut page = build(&state, &visit, &desk)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    page.lark = form.brand() == Brand::Lark;
    page.new_app_id = form.app_id.chars().take(64).collect();
    page.replace_fault = Some(fault);
    Ok(page::answer(
        StatusCode::UNPROCESSABLE_ENTITY,
        page.render(),
    ))
}

async fn replaced(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ReplaceApp>,
    form: &Entered,
) -> Result<Result<(), ReplaceFault>, PageFault> {
    let tenant = &desk.entry.tenant;
    if form.confirm.trim() != tenant.slug.as_str() {
        return Ok(Err(ReplaceFault::NotConfirmed));
    }
    let app = match form.candidate() {
        Ok(app) if app.app_id == tenant.app_id => return Ok(Err(ReplaceFault::SameApp)),
        Ok(app) => app,
        Err(fault) => return Ok(Err(ReplaceFault::Entry(fault))),
    };
    let (before, after) = (told_of(tenant), told(app.brand, &app.app_id));
    let target = Some(app.app_id.clone());
    let record = desk.entry_of(state, "app.replace", target, &before, &after);
    let scope = desk.scope(state);
    let work = Act {
        scope: &scope,
        permit: &desk.permit,
        record: &record,
    };
    match state.apps.replace(&desk.entry, &app, &work).await {
        Ok(ended) => {
            tracing::info!(tenant = %tenant.id, ended, "the Feishu app was changed");
            Ok(Ok(()))
        }
        Err(fault) => {
            explained(&fault, visit.locale, visit).map(|fault| Err(ReplaceFault::Entry(fault)))
        }
    }
}

/// The ledger entry of an act about the secret: that it happened, and never what it is.
fn recorded(state: &WebState, desk: &Desk<SetUpApp>, action: &str) -> model::LedgerEntry {
    let app_id = desk.entry.tenant.app_id.clone();
    let (before, after) = (json!("sealed"), json!("sealed"));
    desk.entry_of(state, action, Some(app_id), &before, &after)
}
