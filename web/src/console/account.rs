//! One's own account: its name, how it signs in, and where it is signed in.

mod passkeys;
mod password;
mod profile;
mod second_factor;
mod sessions;

use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::{get, post},
};
use edge::{AccountVisit, PROOF_LASTS, routes};
use model::Locale;
use serde::Deserialize;
use store::StoreError;
use views::{
    Moment,
    account::{AccountChange, AccountPage, SessionRow},
    error::Trouble,
};

pub(crate) use self::profile::readable_name;
use super::{Away, sign_in, visitor_of, with_return};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// The pages of this part.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route(routes::CONSOLE_ACCOUNT, get(show).post(profile::act))
        .route(routes::ACCOUNT_SESSIONS, post(sessions::act))
        .route(routes::ACCOUNT_PASSWORD, post(password::act))
        .route(routes::ACCOUNT_ASK_PASSKEY, post(passkeys::ask))
        .route(routes::ACCOUNT_PASSKEYS, post(passkeys::add))
        .route(routes::ACCOUNT_PASSKEY, post(passkeys::change))
        .route(
            routes::ACCOUNT_FACTOR,
            get(second_factor::show).post(second_factor::confirm),
        )
        .route(routes::ACCOUNT_CODES, post(second_factor::renew))
        .route(routes::ACCOUNT_FACTOR_OFF, post(second_factor::remove))
}

/// What the redirect that led here says.
#[derive(Debug, Default, Deserialize)]
struct Told {
    #[serde(default)]
    done: String,
}

/// Shows the account.
///
/// Permissions: an account, about itself.
async fn show(
    State(state): State<WebState>,
    Query(told): Query<Told>,
    visit: Visit,
) -> Result<Response, Away> {
    let known = enter(&state, &visit).await?;
    let mut page = build(&state, &visit, &known)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    page.change = AccountChange::of(&told.done);
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    known: &AccountVisit,
) -> Result<AccountPage, StoreError> {
    let (sessions, passkeys, factor) = {
        let scope = state.store.platform("how and where an account signs in");
        let tx = scope.read().await?;
        let id = known.account.id;
        let sessions = tx.account_sessions().list_of(id).await?;
        let passkeys = tx.passkeys().list_of(id).await?;
        (sessions, passkeys, tx.account_factors().of(id).await?)
    };
    let rows = sessions.into_iter().map(|session| SessionRow {
        here: session.id == known.session,
        id: session.id.to_string(),
        agent: session.agent,
        address: session.address,
        started: Moment(session.created_at.millis()),
        seen: Moment(session.seen_at.millis()),
    });
    Ok(AccountPage {
        shell: visit.shell().with_visitor(visitor_of(known)),
        csrf: known.csrf.clone(),
        name: known.account.name.clone(),
        email: known.account.email.clone(),
        zh: known.account.locale == Locale::Zh,
        factor: factor.map(|factor| (Moment(factor.since.millis()), factor.codes_left)),
        passkeys: passkeys::panel(state, visit, known, passkeys),
        sessions: rows.collect(),
        change: None,
        name_fault: false,
        fault: None,
        now: Moment(state.clock.now().millis()),
    })
}

/// The account that looks at a page about itself.
pub(super) async fn enter(state: &WebState, visit: &Visit) -> Result<AccountVisit, Away> {
    let known = state.auth.account(&visit.headers).await;
    known
        .map_err(|error| PageFault::internal(&error, visit))?
        .ok_or_else(|| Away::Go(sign_in(visit)))
}

/// The account that posts a form of its own pages.
pub(super) async fn acting(
    state: &WebState,
    visit: &Visit,
    csrf: &str,
) -> Result<AccountVisit, Away> {
    let known = enter(state, visit).await?;
    if known.accepts(&state.urls, &visit.headers, Some(csrf)) {
        Ok(known)
    } else {
        let fault = PageFault::new(Trouble::FormExpired, visit).way_out(
            visit.locale.pick("Back to your account", "返回我的账号"),
            routes::CONSOLE_ACCOUNT,
        );
        Err(fault.into())
    }
}

/// Who looks at another's open browser must not change how its owner signs in; and who only knows
/// the password must not put a proof of its own beside a stronger one that the account has.
async fn fresh(state: &WebState, visit: &Visit, known: &AccountVisit) -> Result<(), Away> {
    let late = state.clock.now().since(known.proven_at) > PROOF_LASTS;
    let weak = !known.second
        && protected(state, known)
            .await
            .map_err(|error| PageFault::internal(&error, visit))?;
    if !late && !weak {
        return Ok(());
    }
    let visit = if visit.is_get() {
        visit.clone()
    } else {
        visit.returning_to(routes::CONSOLE_ACCOUNT)
    };
    let mut to = with_return(routes::CONSOLE_STEP_UP, &visit);
    if weak {
        to.push_str("&strong=yes");
    }
    Err(Away::Go(to))
}

async fn protected(state: &WebState, known: &AccountVisit) -> Result<bool, StoreError> {
    let scope = state
        .store
        .platform("whether an account has a stronger proof");
    let tx = scope.read().await?;
    tx.account_factors().protects(known.account.id).await
}

fn back(change: AccountChange) -> Response {
    page::go(&format!(
        "{}?done={}",
        routes::CONSOLE_ACCOUNT,
        change.code()
    ))
}
