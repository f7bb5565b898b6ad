//! The second factor of one's own account: an authenticator app, and recovery codes.

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use edge::{AccountVisit, local_path, routes};
use http::StatusCode;
use serde::Deserialize;
use store::StoreError;
use vault::{RecoveryCode, TotpSecret};
use views::{
    account::{AccountChange, FactorPage, FactorStage},
    sign_in::CodeFault,
};

use super::{acting, back, enter, fresh};
use crate::{
    WebState,
    console::{Away, ledgers::tell_own, visitor_of},
    page::{self, PageFault},
    visit::Visit,
};

/// What the address of the page says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    return_to: String,
}

/// What the forms post.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    code: String,
    return_to: String,
}

/// Shows a secret to put into an authenticator app, and asks for a code of it.
///
/// Permissions: an account, about itself, freshly proven.
pub(super) async fn show(
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let known = enter(&state, &visit).await?;
    fresh(&state, &visit, &known).await?;
    if let (true, Some(to)) = (known.second, local_path(&asked.return_to)) {
        // What was asked for is proven, by a passkey for example.
        return Ok(page::go(&to));
    }
    let offered = offer(&state, &known)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let Some(secret) = offered else {
        return Ok(page::go(routes::CONSOLE_ACCOUNT));
    };
    let stage = stage(&state, &visit, &known, &secret, None)?;
    let page = build(&visit, &known, &asked.return_to, stage);
    Ok(page::show(page.render()))
}

/// Puts the secret in force by a code of it, ends every other session, and shows the recovery
/// codes.
///
/// Permissions: an account, about itself, freshly proven. Ledger of each of its tenants:
/// `account.second_factor_on`.
pub(super) async fn confirm(
    State(state): State<WebState>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &wish.csrf).await?;
    fresh(&state, &visit, &known).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let fault = match state.attempts.count_code(known.account.id).await {
        Err(wait) => CodeFault::Slow(wait.as_secs().max(1)),
        Ok(()) => match take(&state, &known, &wish.code).await.map_err(internal)? {
            Some(codes) => {
                note(&state, &visit, &known, "account.second_factor_on").await?;
                return Ok(show_codes(&visit, &known, &wish.return_to, &codes));
            }
            None => CodeFault::Wrong,
        },
    };
    let Some(secret) = offer(&state, &known).await.map_err(internal)? else {
        return Ok(page::go(routes::CONSOLE_ACCOUNT));
    };
    let stage = stage(&state, &visit, &known, &secret, Some(fault))?;
    let page = build(&visit, &known, &wish.return_to, stage);
    let status = match fault {
        CodeFault::Wrong => StatusCode::UNPROCESSABLE_ENTITY,
        CodeFault::Slow(_) => StatusCode::TOO_MANY_REQUESTS,
    };
    Ok(page::answer(status, page.render()))
}

/// Makes fresh recovery codes and shows them; the ones before no longer work.
///
/// Permissions: an account with a second factor, about itself, freshly proven. Ledger of each of
/// its tenants: `account.recovery_codes`.
pub(super) async fn renew(
    State(state): State<WebState>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &wish.csrf).await?;
    fresh(&state, &visit, &known).await?;
    let renew = async {
        let scope = state.store.platform("an account asks for recovery codes");
        let tx = scope.write().await?;
        let factors = tx.account_factors();
        if factors.of(known.account.id).await?.is_none() {
            return Ok(None);
        }
        let codes = factors.renew_codes(known.account.id).await?;
        tx.commit().await?;
        Ok(Some(codes))
    };
    let renewed: Result<_, StoreError> = renew.await;
    let codes = renewed.map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(match codes {
        Some(codes) => {
            note(&state, &visit, &known, "account.recovery_codes").await?;
            show_codes(&visit, &known, "", &codes)
        }
        None => page::go(routes::CONSOLE_ACCOUNT),
    })
}

/// Takes the second factor away.
///
/// Permissions: an account, about itself, freshly proven: by the factor itself, where there is
/// one. Ledger of each of its tenants: `account.second_factor_off`.
pub(super) async fn remove(
    State(state): State<WebState>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &wish.csrf).await?;
    fresh(&state, &visit, &known).await?;
    let remove = async {
        let scope = state
            .store
            .platform("an account takes its second factor away");
        let tx = scope.write().await?;
        tx.account_factors().remove(known.account.id).await?;
        tx.commit().await
    };
    remove
        .await
        .map_err(|error: StoreError| PageFault::internal(&error, &visit))?;
    note(&state, &visit, &known, "account.second_factor_off").await?;
    Ok(back(AccountChange::FactorOff))
}

/// Tells the account's organisations.
async fn note(
    state: &WebState,
    visit: &Visit,
    known: &AccountVisit,
    action: &str,
) -> Result<(), PageFault> {
    tell_own(state, known.account.id, action)
        .await
        .map_err(|error| PageFault::internal(&error, visit))
}

async fn offer(state: &WebState, known: &AccountVisit) -> Result<Option<TotpSecret>, StoreError> {
    let scope = state.store.platform("offer an account a second factor");
    let tx = scope.write().await?;
    let secret = tx.account_factors().offer(known.account.id).await?;
    tx.commit().await?;
    Ok(secret)
}

async fn take(
    state: &WebState,
    known: &AccountVisit,
    code: &str,
) -> Result<Option<Vec<RecoveryCode>>, StoreError> {
    let account = known.account.id;
    let scope = state.store.platform("confirm a second factor");
    let tx = scope.write().await?;
    let Some(codes) = tx.account_factors().confirm(account, code).await? else {
        return Ok(None);
    };
    let sessions = tx.account_sessions();
    sessions.prove(known.session, true).await?;
    sessions.close_others(account, Some(known.session)).await?;
    tx.commit().await?;
    Ok(Some(codes))
}

fn stage(
    state: &WebState,
    visit: &Visit,
    known: &AccountVisit,
    secret: &TotpSecret,
    fault: Option<CodeFault>,
) -> Result<FactorStage, PageFault> {
    // A port has a colon, which may not be in the name.
    let host = state.urls.host().split(':').next().unwrap_or_default();
    let address = secret
        .address(&format!("Feishu MCP ({host})"), &known.account.email)
        .map_err(|error| PageFault::internal(&error, visit))?;
    Ok(FactorStage::Offer {
        address: address.expose().to_owned(),
        key: secret.to_base32().expose().to_owned(),
        fault,
    })
}

fn show_codes(
    visit: &Visit,
    known: &AccountVisit,
    return_to: &str,
    codes: &[RecoveryCode],
) -> Response {
    let codes = codes.iter().map(RecoveryCode::expose).collect();
    let page = build(visit, known, return_to, FactorStage::Codes(codes));
    page::show(page.render())
}

fn build(visit: &Visit, known: &AccountVisit, return_to: &str, stage: FactorStage) -> FactorPage {
    let to = local_path(return_to);
    FactorPage {
        shell: visit.shell().with_visitor(visitor_of(known)),
        csrf: known.csrf.clone(),
        asked: to.is_some(),
        return_to: to.unwrap_or_else(|| routes::CONSOLE_ACCOUNT.to_owned()),
        stage,
    }
}
