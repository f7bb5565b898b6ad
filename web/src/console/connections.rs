//! The connections of a tenant: every client and key that acts for its people.

pub(crate) mod end;
pub(crate) mod member;
pub(crate) mod members;
pub(crate) mod switches;

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use model::{ClientId, Member, MemberId, policy::ManageConnections};
use serde::Deserialize;
use store::{ConnectionFilter, Grant, Page, StoreError};
use views::{
    Moment,
    console::{
        Tab, Tone,
        connections::{ClientRow, ConnectionsPage, KeyRow, ended},
    },
};

use super::{Away, Desk, enter};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Rows of each list on one page.
const ROWS: u32 = 50;

/// What the list is narrowed to, as the address says it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Narrowed {
    #[serde(default)]
    pub(crate) member: String,
    #[serde(default)]
    pub(crate) client: String,
}

impl Narrowed {
    /// The filter; `None` for an id that cannot be one, which nothing matches.
    pub(crate) fn filter(&self) -> Option<ConnectionFilter> {
        let member: Option<MemberId> = read(&self.member).ok()?;
        let client: Option<ClientId> = read(&self.client).ok()?;
        Some(ConnectionFilter { member, client })
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        [("member", &self.member), ("client", &self.client)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.clone()))
            .collect()
    }
}

/// The id, if one is asked for; an error for a text that is no id.
fn read<T: std::str::FromStr>(text: &str) -> Result<Option<T>, T::Err> {
    let asked = Some(text).filter(|text| !text.is_empty());
    asked.map(str::parse).transpose()
}

/// What the address of the page says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    member: String,
    #[serde(default)]
    client: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    keys_after: String,
    ended: Option<u64>,
}

/// Shows the connections.
///
/// Permissions: [`ManageConnections`].
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageConnections>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk, &asked)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageConnections>,
    asked: &Asked,
) -> Result<ConnectionsPage, StoreError> {
    let narrowed = Narrowed {
        member: asked.member.clone(),
        client: asked.client.clone(),
    };
    let tx = desk.scope(state).read().await?;
    let (grants, keys) = match narrowed.filter() {
        Some(filter) => {
            let (grants, keys) = (place(&asked.after), place(&asked.keys_after));
            let all = tx.connections();
            (
                all.grants(&filter, &grants).await?,
                all.keys(&filter, &keys).await?,
            )
        }
        None => (nothing(), nothing()),
    };
    let mut ids: Vec<MemberId> = grants.items.iter().map(|grant| grant.member).collect();
    ids.extend(keys.items.iter().map(|key| key.member));
    ids.extend(narrowed.filter().and_then(|filter| filter.member));
    let people: HashMap<MemberId, Member> = tx
        .members()
        .by_ids(&ids)
        .await?
        .into_iter()
        .map(|member| (member.id, member))
        .collect();
    drop(tx);
    let person = |id: MemberId| people.get(&id).map_or_else(String::new, |m| m.name.clone());
    let person_path = |id: MemberId| desk.path(&format!("/connections/members/{id}"));
    let mut console = desk.shell(visit, Tab::Connections);
    if let Some(count) = asked.ended {
        let tone = if count == 0 { Tone::Info } else { Tone::Good };
        console = console.with_notice(tone, ended(visit.lang(), count));
    }
    let page = |name: &str, cursor: Option<String>| {
        cursor.map(|cursor| desk.path(&format!("/connections?{}", narrowed.query(name, &cursor))))
    };
    Ok(ConnectionsPage {
        console,
        only: only(&narrowed, &grants.items, &people),
        narrowed: narrowed.fields(),
        older: page("after", grants.next),
        older_keys: page("keys_after", keys.next),
        clients: grants
            .items
            .iter()
            .map(|grant| ClientRow {
                id: grant.id.to_string(),
                client: grant.client_name.clone(),
                client_path: desk.path(&format!("/connections?client={}", grant.client)),
                verified: grant.vouched_by.clone(),
                person: person(grant.member),
                person_path: person_path(grant.member),
                write: grant.access.covers(model::Access::Write),
                created: Moment(grant.created_at.millis()),
                used: Moment(grant.used_at.millis()),
            })
            .collect(),
        keys: keys
            .items
            .iter()
            .map(|key| KeyRow {
                id: key.id.to_string(),
                name: key.name.clone(),
                hint: key.hint.clone(),
                person: person(key.member),
                person_path: person_path(key.member),
                write: key.access.covers(model::Access::Write),
                used: key.used_at.map(|at| Moment(at.millis())),
                expires: Moment(key.expires_at.millis()),
            })
            .collect(),
        now: Moment(state.clock.now().millis()),
    })
}

impl Narrowed {
    /// The narrowing with one more pair, as a query.
    fn query(&self, name: &str, value: &str) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.fields())
            .append_pair(name, value)
            .finish()
    }
}

/// What the list is narrowed to, by name.
fn only(narrowed: &Narrowed, grants: &[Grant], people: &HashMap<MemberId, Member>) -> Vec<String> {
    let filter = narrowed.filter().unwrap_or_default();
    let person = filter.member.map(|id| {
        let known = people.get(&id).map(|member| member.name.clone());
        known.unwrap_or_else(|| narrowed.member.clone())
    });
    let client = filter.client.map(|id| {
        let known = grants.iter().find(|grant| grant.client == id);
        known.map_or_else(
            || narrowed.client.clone(),
            |grant| grant.client_name.clone(),
        )
    });
    person.into_iter().chain(client).collect()
}

fn place(cursor: &str) -> Page {
    let page = Page::first(ROWS);
    if cursor.parse::<uuid::Uuid>().is_ok() {
        page.after(cursor)
    } else {
        page
    }
}

fn nothing<T>() -> store::Paged<T> {
    store::Paged {
        items: Vec::new(),
        next: None,
    }
}
