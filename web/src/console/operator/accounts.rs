//! The accounts of the platform, and inviting one.

use std::collections::HashSet;

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use edge::routes;
use http::StatusCode;
use model::RoleSet;
use serde::Deserialize;
use store::{Account, AccountLink, Invitation, LinkPurpose, Page, Paged, StoreError};
use vault::{Token, TokenKind};
use views::{
    Moment,
    operator::{FreshLink, OperatorAccountRow, OperatorAccountsPage, OperatorTab},
};

use super::{Operator, act as come_in, enter};
use crate::{
    WebState,
    console::{
        Away,
        people::invite::{LASTS, is_email},
    },
    page::{self, PageFault},
    visit::Visit,
};

/// Rows of a page.
const ROWS: u32 = 50;

/// The filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    after: String,
}

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    email: String,
}

/// Lists accounts.
///
/// Permissions: an operator.
pub(super) async fn show(
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let operator = enter(&state, &visit).await?;
    let page = build(&state, &visit, &operator, asked)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

/// Invites somebody to make an account. The link is shown once, in the answer to this form.
///
/// Permissions: an operator.
pub(super) async fn invite(
    State(state): State<WebState>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let operator = come_in(&state, &visit, &wish.csrf, routes::OPERATOR_ACCOUNTS).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let email = wish.email.trim().to_lowercase();
    let made = if is_email(&email) {
        Some(make(&state, &operator, &email).await.map_err(internal)?)
    } else {
        None
    };
    let mut page = build(&state, &visit, &operator, Asked::default())
        .await
        .map_err(internal)?;
    let Some(url) = made else {
        page.email = wish.email.chars().take(254).collect();
        page.bad_email = true;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page::answer(status, page.render()));
    };
    tracing::info!(by = %operator.visit.account.id, "an operator invited somebody");
    page.fresh = Some(FreshLink { whose: email, url });
    Ok(page::show(page.render()))
}

async fn make(state: &WebState, operator: &Operator, email: &str) -> Result<String, StoreError> {
    let token = Token::mint(TokenKind::Link, state.entropy.as_ref());
    let invitation = Invitation {
        email: email.to_owned(),
        roles: RoleSet::EMPTY,
        by: operator.visit.account.name.clone(),
    };
    let scope = state.store.platform("an operator invites somebody");
    let tx = scope.write().await?;
    let link = AccountLink {
        account: None,
        tenant: None,
        detail: invitation.to_detail()?,
        expires_at: tx.now() + LASTS,
    };
    tx.account_links()
        .add(LinkPurpose::Invite, &token.hash(), &link)
        .await?;
    tx.commit().await?;
    let path = routes::CONSOLE_INVITE.replace("{token}", token.expose());
    Ok(state.urls.at(&path))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    operator: &Operator,
    asked: Asked,
) -> Result<OperatorAccountsPage, StoreError> {
    let query: String = asked.q.chars().take(80).collect();
    let (found, protected) = find(state, &query, asked.after).await?;
    let more = found.next.map(|after| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("q", query.as_str()), ("after", after.as_str())])
            .finish();
        format!("{}?{query}", routes::OPERATOR_ACCOUNTS)
    });
    let rows = found
        .items
        .into_iter()
        .map(|account| row(&account, protected.contains(&account.id)));
    Ok(OperatorAccountsPage {
        console: operator.shell(visit, OperatorTab::Accounts),
        query,
        rows: rows.collect(),
        more,
        fresh: None,
        email: String::new(),
        bad_email: false,
        now: Moment(state.clock.now().millis()),
    })
}

async fn find(
    state: &WebState,
    query: &str,
    after: String,
) -> Result<(Paged<Account>, HashSet<model::AccountId>), StoreError> {
    let tx = state.store.platform("an operator lists accounts");
    let tx = tx.read().await?;
    let first = Page::first(ROWS);
    let page = if after.is_empty() {
        first
    } else {
        Page::first(ROWS).after(after)
    };
    let found = match tx.accounts().search(query, &page).await {
        // A cursor that is none begins anew.
        Err(StoreError::Corrupt { .. }) => tx.accounts().search(query, &Page::first(ROWS)).await?,
        other => other?,
    };
    let ids: Vec<_> = found.items.iter().map(|account| account.id).collect();
    let protected = tx.account_factors().having(&ids).await?;
    Ok((found, protected))
}

pub(super) fn row(account: &Account, second: bool) -> OperatorAccountRow {
    OperatorAccountRow {
        name: account.name.clone(),
        email: account.email.clone(),
        path: format!("{}/{}", routes::OPERATOR_ACCOUNTS, account.id),
        operator: account.operator,
        second,
        blocked: !account.active,
        since: Moment(account.created_at.millis()),
        seen: account.seen_at.map(|at| Moment(at.millis())),
    }
}
