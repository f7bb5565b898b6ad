//! Where a member agrees to one call, or declines it.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use calls::{Answered, AnsweredBy, Question};
use edge::PageSession;
use http::StatusCode;
use model::{Confirmation, ConfirmationId, ConfirmationState};
use serde::Deserialize;
use store::{StoreError, TenantEntry};
use views::{
    Moment,
    confirm::{AskedThrough, ConfirmPage, ConfirmStage},
    consent::ClientProof,
    error::Trouble,
};

use crate::{
    WebState,
    member::{self, Acting},
    page::{self, PageFault},
    tenant,
    visit::Visit,
};

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    decision: String,
}

/// Shows the question; signs in first. Looking answers nothing.
///
/// Permissions: the member who was asked; for everybody else it does not exist.
pub(super) async fn show(
    State(state): State<WebState>,
    Path((slug, id)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let entry = tenant::served(&state, &visit, &slug).await?;
    let Some(session) = member::session(&state, &visit, &entry).await? else {
        return Ok(page::go(&sign_in(&entry, &visit)));
    };
    member::own(&visit, &entry, &session)?;
    let page = build(&state, &visit, &entry, &session, &id).await?;
    Ok(page::show(page.render()))
}

/// Takes the answer, once.
///
/// Permissions: the member who was asked. Ledger: `call.agree` or `call.decline`.
pub(super) async fn act(
    State(state): State<WebState>,
    Path((slug, id)): Path<(String, String)>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, PageFault> {
    let Acting { entry, session, .. } = member::acting(&state, &visit, &slug, &wish.csrf).await?;
    let agreed = match wish.decision.as_str() {
        "agree" => true,
        "decline" => false,
        // Nothing that could be taken for an answer.
        _ => {
            let page = build(&state, &visit, &entry, &session, &id).await?;
            return Ok(page::answer(
                StatusCode::UNPROCESSABLE_ENTITY,
                page.render(),
            ));
        }
    };
    let missing = || PageFault::new(Trouble::NotFound, &visit);
    let known: ConfirmationId = id.parse().map_err(|_| missing())?;
    let answered = state
        .gate
        .answer(&session.principal, known, agreed, AnsweredBy::Page)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    match answered {
        // Too late is told by the page itself.
        Answered::Taken | Answered::TooLate => Ok(page::go(&path(&entry, known))),
        Answered::Missing | Answered::PageOnly => Err(missing()),
    }
}

/// Path of the page about a question.
pub(super) fn path(entry: &TenantEntry, id: ConfirmationId) -> String {
    format!("/t/{}/confirm/{id}", entry.tenant.slug)
}

/// Path that signs in and comes back to the question.
fn sign_in(entry: &TenantEntry, visit: &Visit) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("return_to", visit.here())
        .finish();
    format!("/t/{}/sign-in?{query}", entry.tenant.slug)
}

async fn build(
    state: &WebState,
    visit: &Visit,
    entry: &TenantEntry,
    session: &PageSession,
    id: &str,
) -> Result<ConfirmPage, PageFault> {
    let missing = || PageFault::new(Trouble::NotFound, visit);
    let broken = |error: StoreError| PageFault::internal(&error, visit);
    let id: ConfirmationId = id.parse().map_err(|_| missing())?;
    let found = state.gate.question(&session.principal, id).await;
    let Question { confirmation, text } = found.map_err(broken)?.ok_or_else(missing)?;
    let through = through(state, session, &confirmation)
        .await
        .map_err(broken)?;
    let now = state.clock.now();
    let stage = match confirmation.state {
        ConfirmationState::Used => ConfirmStage::Used,
        _ if confirmation.is_over(now) => ConfirmStage::Expired,
        ConfirmationState::Pending => ConfirmStage::Waiting,
        ConfirmationState::Granted => ConfirmStage::Agreed,
        ConfirmationState::Declined => ConfirmStage::Declined,
    };
    let bound = &confirmation.bound;
    let title = tools::find(&bound.tool).map_or("", |tool| tool.spec().title.pick(visit.locale));
    let here = path(entry, id);
    Ok(ConfirmPage {
        shell: visit
            .returning_to(&here)
            .shell()
            .with_visitor(member::visitor(entry, session)),
        action: here,
        csrf: session.csrf.clone(),
        client: confirmation.client_name.clone(),
        through,
        organisation: entry.tenant.name.clone(),
        question: text,
        title: title.to_owned(),
        tool: bound.tool.clone(),
        asked: Moment(confirmation.asked_at.millis()),
        expires: Moment(confirmation.expires_at.millis()),
        now: Moment(now.millis()),
        stage,
        connections: member::connections(entry),
    })
}

/// Who makes the call, as the grant behind it says.
async fn through(
    state: &WebState,
    session: &PageSession,
    asked: &Confirmation,
) -> Result<AskedThrough, StoreError> {
    let Some(grant) = asked.bound.grant else {
        return Ok(AskedThrough::Console);
    };
    if asked.bound.client.is_none() {
        return Ok(AskedThrough::Key);
    }
    let tx = state.store.scope(&session.principal).read().await?;
    let vouched = tx.grants().get(grant).await?.and_then(|row| row.vouched_by);
    Ok(AskedThrough::Client(vouched.map_or(
        ClientProof::Unverified,
        ClientProof::VerifiedHost,
    )))
}
