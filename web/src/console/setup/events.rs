//! Whether events of the tenant's app are taken, and what they are proven by.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use calls::{
    app_care::{Act, checks::ConsoleLinks, region},
    events::wire::SUBSCRIBE,
};
use http::StatusCode;
use model::{
    Timestamp,
    policy::{Action, ManageTenant, SetUpApp},
};
use serde::Deserialize;
use serde_json::json;
use store::{IntakeState, ProofPair, StoreError};
use vault::Secret;
use views::{
    Href, Moment,
    console::{
        Tab,
        events::{self as view, EventsFault, EventsPage, Intake},
    },
};

use super::{Asked, Bare};
use crate::{
    WebState,
    console::{Away, Desk, act, enter},
    page::{self, PageFault},
    visit::Visit,
};

/// A shorter Encrypt Key could be guessed by whoever once saw a signed request.
const SHORTEST: usize = 8;
const LONGEST: usize = 128;

/// What the form posts. The keys are never printed.
#[derive(Deserialize)]
pub(crate) struct Entered {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    encrypt_key: String,
    #[serde(default)]
    verification_token: String,
}

impl Entered {
    fn pair(&self) -> Result<ProofPair, EventsFault> {
        let key = self.encrypt_key.trim();
        let token = self.verification_token.trim();
        let plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        if !(SHORTEST..=LONGEST).contains(&key.len()) || !key.bytes().all(plain) {
            return Err(EventsFault::EncryptKey);
        }
        if !(1..=LONGEST).contains(&token.len()) || !token.bytes().all(plain) {
            return Err(EventsFault::Token);
        }
        Ok(ProofPair {
            encrypt_key: Secret::new(key),
            token: Secret::new(token),
        })
    }
}

/// Shows how the intake stands, and what to do at Feishu.
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
    if let Some((tone, text)) = view::notice(visit.lang(), &asked.done) {
        page.console = page.console.with_notice(tone, text);
    }
    Ok(page::show(page.render()))
}

async fn build<A: Action<Target = ()>>(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<A>,
) -> Result<EventsPage, StoreError> {
    let tenant = &desk.entry.tenant;
    let links = ConsoleLinks::new(region(tenant.brand), &tenant.app_id);
    let intake = state.events.state(&desk.scope(state)).await?;
    Ok(EventsPage {
        console: desk.shell(visit, Tab::Setup),
        address: state.urls.events(&tenant.slug),
        subscribe: SUBSCRIBE.to_vec(),
        intake: intake.map(shown),
        fault: None,
        place: Href::web(&links.events()),
        now: Moment(state.clock.now().millis()),
    })
}

fn shown(state: IntakeState) -> Intake {
    let moment = |at: Timestamp| Moment(at.millis());
    Intake {
        since: moment(state.since),
        replaced: state.replaced_at.is_some(),
        asked: state.asked_at.map(moment),
        received: state
            .received_at
            .map(|at| (moment(at), state.received_kind)),
        refused: state.refused_at.map(|at| (moment(at), state.refused_for)),
        events: state.received,
        ignored: state.ignored,
        refusals: state.refused,
        look: state.look_at.map(moment),
    }
}

/// Takes events from now on, or proves them by other keys.
///
/// Permissions: [`SetUpApp`].
pub(crate) async fn take(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Entered>,
) -> Result<Response, Away> {
    let desk = act::<SetUpApp>(&state, &visit, &slug, &form.csrf).await?;
    if desk.entry.tenant.app_id.is_empty() {
        return Ok(page::go(&desk.path("/setup")));
    }
    let failed = |error: StoreError| PageFault::internal(&error, &visit);
    let fault = match form.pair() {
        Ok(pair) => {
            let scope = desk.scope(&state);
            let before = state.events.state(&scope).await.map_err(failed)?;
            let before = before.map_or(json!("off"), |_| json!("sealed"));
            let app_id = Some(desk.entry.tenant.app_id.clone());
            let after = json!("sealed");
            let record = desk.entry_of(&state, "events.keys", app_id, &before, &after);
            let work = Act {
                scope: &scope,
                permit: &desk.permit,
                record: &record,
            };
            state.events.prove_by(&work, &pair).await.map_err(failed)?;
            return Ok(page::go(&desk.path("/setup/events?done=saved")));
        }
        Err(fault) => fault,
    };
    let mut page = build(&state, &visit, &desk).await.map_err(failed)?;
    page.fault = Some(fault);
    Ok(page::answer(
        StatusCode::UNPROCESSABLE_ENTITY,
        page.render(),
    ))
}

/// Takes no more events.
///
/// Permissions: [`SetUpApp`].
pub(crate) async fn stop(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, Away> {
    let desk = act::<SetUpApp>(&state, &visit, &slug, &form.csrf).await?;
    let app_id = Some(desk.entry.tenant.app_id.clone());
    let (before, after) = (json!("sealed"), json!("off"));
    let record = desk.entry_of(&state, "events.stop", app_id, &before, &after);
    let scope = desk.scope(&state);
    let work = Act {
        scope: &scope,
        permit: &desk.permit,
        record: &record,
    };
    state
        .events
        .stop(&work)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::go(&desk.path("/setup/events?done=stopped")))
}
