//! A member's own connections and keys.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use edge::PageSession;
use model::{MemberId, Principal};
use serde::Deserialize;
use store::{StoreError, TenantEntry};
use views::{
    Moment,
    connections::{Connection, ConnectionsPage, Key, Notice, Waiting},
};

use crate::{
    WebState, member,
    page::{self, PageFault},
    tenant,
    visit::Visit,
};

/// What the page was told by the redirect that led here.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    done: String,
}

/// Shows the connections and keys of the signed-in member; signs in first.
///
/// Permissions: a member, about itself.
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(told): Query<Told>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let entry = tenant::served(&state, &visit, &slug).await?;
    let Some(session) = member::session(&state, &visit, &entry).await? else {
        return Ok(page::go(&member::sign_in(&entry)));
    };
    let mut page = build(&state, &visit, &entry, &session).await?;
    page.notice = Notice::from_code(&told.done);
    Ok(page::show(page.render()))
}

/// The page as it stands, without notices.
pub(super) async fn build(
    state: &WebState,
    visit: &Visit,
    entry: &TenantEntry,
    session: &PageSession,
) -> Result<ConnectionsPage, PageFault> {
    let member = member::own(visit, entry, session)?;
    let broken = |error: StoreError| PageFault::internal(&error, visit);
    let (connections, keys) = read(state, entry, &session.principal, member)
        .await
        .map_err(broken)?;
    let waiting = waiting(state, entry, &session.principal, member)
        .await
        .map_err(broken)?;
    let base = format!("/t/{}", entry.tenant.slug);
    Ok(ConnectionsPage {
        shell: visit.shell().with_visitor(member::visitor(entry, session)),
        organisation: entry.tenant.name.clone(),
        now: Moment(state.clock.now().millis()),
        csrf: session.csrf.clone(),
        connect: format!("{base}/connect"),
        waiting,
        connections,
        revoke_all: format!("{base}/connections/revoke"),
        keys,
        make_key: format!("{base}/keys"),
        may_write: !entry.rules.read_only,
        fresh: None,
        notice: None,
        key_fault: None,
    })
}

/// What waits for the member's agreement.
async fn waiting(
    state: &WebState,
    entry: &TenantEntry,
    principal: &Principal,
    member: MemberId,
) -> Result<Vec<Waiting>, StoreError> {
    let tx = state.store.scope(principal).read().await?;
    let mut all = Vec::new();
    for one in tx.confirmations().waiting(member).await? {
        all.push(Waiting {
            question: tx
                .confirmations()
                .question(one.id)
                .await?
                .unwrap_or_default(),
            client: one.client_name,
            expires: Moment(one.expires_at.millis()),
            answer: super::confirm::path(entry, one.id),
        });
    }
    Ok(all)
}

async fn read(
    state: &WebState,
    entry: &TenantEntry,
    principal: &Principal,
    member: MemberId,
) -> Result<(Vec<Connection>, Vec<Key>), StoreError> {
    let slug = &entry.tenant.slug;
    let (mut grants, keys) = {
        let tx = state.store.scope(principal).read().await?;
        (
            tx.grants().list_of(member).await?,
            tx.api_keys().list_of(member).await?,
        )
    };
    grants.sort_by_key(|grant| std::cmp::Reverse(grant.used_at));
    let connections = grants.iter().map(|grant| Connection {
        client: grant.client_name.clone(),
        verified_host: grant.vouched_by.clone(),
        write: grant.access.covers(model::Access::Write),
        created: Moment(grant.created_at.millis()),
        used: Some(Moment(grant.used_at.millis())),
        revoke: format!("/t/{slug}/connections/{}/revoke", grant.id),
    });
    let now = state.clock.now();
    let keys = keys
        .iter()
        .filter(|key| key.expires_at > now)
        .map(|key| Key {
            name: key.name.clone(),
            hint: key.hint.clone(),
            write: key.access.covers(model::Access::Write),
            created: Moment(key.created_at.millis()),
            used: key.used_at.map(|at| Moment(at.millis())),
            expires: Moment(key.expires_at.millis()),
            revoke: format!("/t/{slug}/keys/{}/revoke", key.id),
        });
    Ok((connections.collect(), keys.collect()))
}
