//! Enters the credentials of the tenant's app.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use calls::app_care::{Act, Candidate};
use http::StatusCode;
use model::{Brand, Locale, Tenant, policy::SetUpApp};
use serde::Deserialize;
use serde_json::{Value, json};
use vault::Secret;
use views::console::setup::{AppEntry, EntryFault, Step};

use super::{build, filled};
use crate::{
    WebState,
    console::{Away, act},
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts. The secret is never printed.
#[derive(Deserialize)]
pub(crate) struct Entered {
    #[serde(default)]
    pub(crate) csrf: String,
    #[serde(default)]
    pub(crate) brand: String,
    #[serde(default)]
    pub(crate) app_id: String,
    #[serde(default)]
    pub(crate) app_secret: String,
    #[serde(default)]
    pub(crate) confirm: String,
}

impl Entered {
    /// The app that was typed, if it can be one.
    pub(crate) fn candidate(&self) -> Result<Candidate, EntryFault> {
        let app_id = self.app_id.trim();
        let rest = app_id.strip_prefix("cli_").unwrap_or_default();
        let plain = |byte: u8| byte.is_ascii_alphanumeric();
        if rest.is_empty() || rest.len() > 60 || !rest.bytes().all(plain) {
            return Err(EntryFault::AppId);
        }
        Ok(Candidate {
            brand: self.brand(),
            app_id: app_id.to_owned(),
            secret: secret(&self.app_secret)?,
        })
    }

    /// The chosen brand.
    pub(crate) fn brand(&self) -> Brand {
        Brand::from_name(&self.brand).unwrap_or(Brand::Feishu)
    }

    /// What stays in the form: never the secret.
    pub(crate) fn again(&self, fault: EntryFault) -> AppEntry {
        AppEntry {
            lark: self.brand() == Brand::Lark,
            app_id: self.app_id.chars().take(64).collect(),
            app_name: String::new(),
            fault: Some(fault),
        }
    }
}

/// A secret that was typed.
pub(crate) fn secret(text: &str) -> Result<Secret, EntryFault> {
    let text = text.trim();
    let fits = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits {
        Ok(Secret::new(text))
    } else {
        Err(EntryFault::Secret)
    }
}

/// An app in the ledger: never its secret.
pub(crate) fn told(brand: Brand, app_id: &str) -> Value {
    json!({ "brand": brand.name(), "app_id": app_id })
}

/// The same of what the tenant has.
pub(crate) fn told_of(tenant: &Tenant) -> Value {
    told(tenant.brand, &tenant.app_id)
}

/// Asks Feishu, and saves what it accepts.
///
/// Permissions: [`SetUpApp`].
pub(crate) async fn act_on(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Entered>,
) -> Result<Response, Away> {
    let desk = act::<SetUpApp>(&state, &visit, &slug, &form.csrf).await?;
    let fault = match form.candidate() {
        Ok(app) => {
            let after = told(app.brand, &app.app_id);
            let before = told_of(&desk.entry.tenant);
            let target = Some(app.app_id.clone());
            let record = desk.entry_of(&state, "app.set_up", target, &before, &after);
            let scope = desk.scope(&state);
            let work = Act {
                scope: &scope,
                permit: &desk.permit,
                record: &record,
            };
            match state.apps.enter(&desk.entry, &app, &work).await {
                Ok(_) => return Ok(page::go(&desk.path("/setup?done=saved"))),
                Err(fault) => explained(&fault, visit.locale, &visit)?,
            }
        }
        Err(fault) => fault,
    };
    let mut page = build(&state, &visit, &desk, Some(Step::App))
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    page.app = form.again(fault);
    Ok(page::answer(
        StatusCode::UNPROCESSABLE_ENTITY,
        page.render(),
    ))
}

/// A refusal for the form, or the page about our own failure.
pub(crate) fn explained(
    fault: &calls::app_care::RotationFault,
    locale: Locale,
    visit: &Visit,
) -> Result<EntryFault, PageFault> {
    if let Some(known) = filled::fault(fault, locale) {
        return Ok(known);
    }
    match fault {
        calls::app_care::RotationFault::Care(error) => Err(PageFault::internal(error, visit)),
        _ => Ok(EntryFault::Secret),
    }
}
