//! One account: blocking it, and helping its owner back in.

use std::time::Duration;

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use edge::routes;
use http::StatusCode;
use model::{AccountId, LedgerEntry};
use serde::Deserialize;
use serde_json::json;
use store::{Account, AccountLink, LinkPurpose, StoreError};
use vault::{Token, TokenKind};
use views::{
    Moment,
    console::Tone,
    error::Trouble,
    operator::{FreshLink, OperatorAccountPage, OperatorTab},
};

use super::{Operator, accounts::row, act as come_in, enter};
use crate::{
    WebState,
    console::{Away, ledgers::tell},
    page::{self, PageFault},
    visit::Visit,
};

/// How long a link for a new password works.
const LINK_LASTS: Duration = Duration::from_hours(24);

/// What the redirect that led here says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
}

/// What the forms post.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    act: String,
}

/// Shows an account.
///
/// Permissions: an operator.
pub(super) async fn show(
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let operator = enter(&state, &visit).await?;
    let account = find(&state, &visit, &id).await?;
    let mut page = build(&state, &visit, &operator, &account)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    if let Some(words) = views::operator::done(visit.lang(), &asked.done) {
        page.console = page.console.with_notice(Tone::Good, words);
    }
    Ok(page::show(page.render()))
}

/// Blocks an account or lets it in again, takes its second factor away, or makes a link for a new
/// password, which is shown once. Every organisation that it has access to sees it in its ledger.
///
/// Permissions: an operator, never about itself. Ledger of each tenant of the account:
/// `account.block`, `account.unblock`, `account.reset_second_factor`, `account.password_link`.
pub(super) async fn act(
    State(state): State<WebState>,
    Path(id): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let back = format!("{}/{id}", routes::OPERATOR_ACCOUNTS);
    let operator = come_in(&state, &visit, &wish.csrf, &back).await?;
    let account = find(&state, &visit, &id).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    if account.id == operator.visit.account.id {
        let page = build(&state, &visit, &operator, &account).await;
        let page = page.map_err(internal)?;
        return Ok(page::answer(StatusCode::FORBIDDEN, page.render()));
    }
    let (action, done) = match wish.act.as_str() {
        "block" => ("account.block", "blocked"),
        "unblock" => ("account.unblock", "unblocked"),
        "reset" => ("account.reset_second_factor", "factor-reset"),
        "link" => ("account.password_link", ""),
        _ => return Err(PageFault::new(Trouble::NotFound, &visit).into()),
    };
    let url = change(&state, &account, action).await.map_err(internal)?;
    tracing::info!(by = %operator.visit.account.id, account = %account.id, action, "an operator changed an account");
    let told = tell(&state, account.id, |tenant| LedgerEntry {
        target: Some(account.email.clone()),
        ..operator.entry(&state, tenant, action, &json!(null), &json!(null))
    });
    told.await.map_err(internal)?;
    let Some(url) = url else {
        return Ok(page::go(&format!("{back}?done={done}")));
    };
    let mut page = build(&state, &visit, &operator, &account)
        .await
        .map_err(internal)?;
    page.fresh = Some(FreshLink {
        whose: account.email,
        url,
    });
    Ok(page::show(page.render()))
}

/// Changes the account; the address of a link, if one was made.
async fn change(
    state: &WebState,
    account: &Account,
    action: &str,
) -> Result<Option<String>, StoreError> {
    let scope = state.store.platform("an operator changes an account");
    let tx = scope.write().await?;
    let mut url = None;
    match action {
        "account.block" => {
            tx.accounts().set_active(account.id, false).await?;
            tx.account_sessions().close_others(account.id, None).await?;
        }
        "account.unblock" => {
            tx.accounts().set_active(account.id, true).await?;
        }
        "account.reset_second_factor" => {
            tx.account_factors().reset(account.id).await?;
            tx.account_sessions().close_others(account.id, None).await?;
        }
        _ => {
            let token = Token::mint(TokenKind::Link, state.entropy.as_ref());
            let link = AccountLink {
                account: Some(account.id),
                tenant: None,
                detail: String::new(),
                expires_at: tx.now() + LINK_LASTS,
            };
            tx.account_links()
                .add(LinkPurpose::SetPassword, &token.hash(), &link)
                .await?;
            let path = routes::CONSOLE_SET_PASSWORD.replace("{token}", token.expose());
            url = Some(state.urls.at(&path));
        }
    }
    tx.commit().await?;
    Ok(url)
}

async fn build(
    state: &WebState,
    visit: &Visit,
    operator: &Operator,
    account: &Account,
) -> Result<OperatorAccountPage, StoreError> {
    let (second, sessions, ids) = {
        let scope = state.store.platform("an operator looks at an account");
        let tx = scope.read().await?;
        let second = tx.account_factors().protects(account.id).await?;
        let sessions = tx.account_sessions().list_of(account.id).await?.len();
        (
            second,
            sessions,
            tx.accounts().tenants_of(account.id).await?,
        )
    };
    let mut tenants = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(entry) = state.store.directory().by_id(id).await? {
            let slug = entry.tenant.slug.to_string();
            tenants.push((entry.tenant.name.clone(), slug));
        }
    }
    Ok(OperatorAccountPage {
        console: operator.shell(visit, OperatorTab::Accounts),
        own: account.id == operator.visit.account.id,
        account: row(account, second),
        sessions,
        tenants,
        fresh: None,
        now: Moment(state.clock.now().millis()),
    })
}

async fn find(state: &WebState, visit: &Visit, id: &str) -> Result<Account, PageFault> {
    let missing = || PageFault::new(Trouble::NotFound, visit);
    let id: AccountId = id.parse().map_err(|_| missing())?;
    let found = async {
        let scope = state.store.platform("an operator looks at an account");
        scope.read().await?.accounts().get(id).await
    };
    let found: Result<_, StoreError> = found.await;
    found
        .map_err(|error| PageFault::internal(&error, visit))?
        .ok_or_else(missing)
}
