//! A member's own connections and keys.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use edge::PageSession;
use model::{MemberId, Principal};
use serde::Deserialize;
use store::{Client, ClientKind, Grant, StoreError, TenantEntry};
use views::{
    Moment,
    connections::{Connection, ConnectionsPage, Key, Notice},
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
    let (connections, keys) = read(state, entry, &session.principal, member)
        .await
        .map_err(|error| PageFault::internal(&error, visit))?;
    let base = format!("/t/{}", entry.tenant.slug);
    Ok(ConnectionsPage {
        shell: visit.shell().with_visitor(member::visitor(entry, session)),
        organisation: entry.tenant.name.clone(),
        now: Moment(state.clock.now().millis()),
        csrf: session.csrf.clone(),
        connect: format!("{base}/connect"),
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
    let clients = clients(state, &grants).await?;
    let connections = grants.iter().map(|grant| Connection {
        client: grant.client_name.clone(),
        verified_host: clients
            .iter()
            .find(|client| client.id == grant.client)
            .and_then(|client| vouching_host(client, grant)),
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

async fn clients(state: &WebState, grants: &[Grant]) -> Result<Vec<Client>, StoreError> {
    if grants.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = grants.iter().map(|grant| grant.client).collect();
    let scope = state
        .store
        .platform("say on the connections page which host vouches for a client");
    scope.read().await?.clients().by_ids(&ids).await
}

/// The host that vouches for a client's name: where its metadata was fetched from. Not for a
/// client whose answers go to a program on the member's computer: anybody can start one there
/// and use the same id.
pub(crate) fn vouching_host(client: &Client, grant: &Grant) -> Option<String> {
    if client.kind != ClientKind::Published || is_on_this_computer(&grant.returns_to) {
        return None;
    }
    let url: url::Url = client.public_id.parse().ok()?;
    url.host_str().map(str::to_owned)
}

/// Whether an answer went to a loopback address, with or without a port.
fn is_on_this_computer(place: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| {
        place
            .strip_prefix(host)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}
