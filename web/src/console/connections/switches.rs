//! The switches that stop writing, tools and clients.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    response::Response,
};
use model::{
    ClientId,
    policy::{ManageConnections, Rules},
};
use serde::Deserialize;
use serde_json::json;
use store::{ConnectionFilter, Page, StoreError};
use views::console::{
    Tab,
    stops::{Applied, StopsPage, Switch},
};

use crate::{
    WebState,
    console::{Away, Desk, act as come_in, enter},
    page::{self, PageFault},
    visit::Visit,
};

/// What the redirect that led here says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Told {
    #[serde(default)]
    done: String,
}

/// What the form posts: lists, so it is read by hand. What is not ticked is not sent.
#[derive(Debug, Default)]
struct Wish {
    csrf: String,
    version: u64,
    writing: bool,
    confirm_on_page: bool,
    tools: Vec<String>,
    clients: Vec<ClientId>,
    shown: Vec<ClientId>,
}

impl Wish {
    fn read(body: &[u8]) -> Self {
        let mut wish = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            match &*name {
                "csrf" => wish.csrf = value.into_owned(),
                "version" => wish.version = value.parse().unwrap_or_default(),
                "writing" => wish.writing = value == "yes",
                "confirm_on_page" => wish.confirm_on_page = value == "yes",
                "tool" => wish.tools.push(value.into_owned()),
                "client" => wish.clients.extend(value.parse::<ClientId>()),
                "shown" => wish.shown.extend(value.parse::<ClientId>()),
                _ => {}
            }
        }
        wish
    }

    /// The rules with the switches as they were set. Tools are those of the catalogue; a client
    /// that the page did not show stays as it was.
    fn apply(&self, rules: &Rules) -> Rules {
        let disabled_tools = tools::catalogue()
            .iter()
            .map(|tool| tool.name().to_owned())
            .filter(|name| !self.tools.contains(name))
            .collect();
        let mut stopped: Vec<ClientId> = rules
            .stopped_clients
            .iter()
            .copied()
            .filter(|client| !self.shown.contains(client))
            .collect();
        stopped.extend(
            self.shown
                .iter()
                .filter(|client| !self.clients.contains(client)),
        );
        stopped.sort_unstable();
        stopped.dedup();
        Rules {
            read_only: !self.writing,
            confirm_on_page: self.confirm_on_page,
            disabled_tools,
            stopped_clients: stopped,
            ..rules.clone()
        }
    }
}

/// Shows the switches.
///
/// Permissions: [`ManageConnections`].
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(told): Query<Told>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageConnections>(&state, &visit, &slug).await?;
    let mut page = build(&state, &visit, &desk)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let applied = match told.done.as_str() {
        "saved" => Some(Applied::Saved),
        "same" => Some(Applied::Same),
        "conflict" => Some(Applied::Conflict),
        _ => None,
    };
    if let Some(applied) = applied {
        let (tone, words) = applied.notice(visit.lang());
        page.console = page.console.with_notice(tone, words);
    }
    Ok(page::show(page.render()))
}

/// Sets the switches. Two admins at once: the second sees what the first did, and nothing of it
/// is overwritten.
///
/// Permissions: [`ManageConnections`].
pub(crate) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    body: Bytes,
) -> Result<Response, Away> {
    let wish = Wish::read(&body);
    let desk = come_in::<ManageConnections>(&state, &visit, &slug, &wish.csrf).await?;
    let applied = set(&state, &desk, &wish)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let done = match applied {
        Applied::Saved => "saved",
        Applied::Same => "same",
        Applied::Conflict => "conflict",
    };
    Ok(page::go(
        &desk.path(&format!("/connections/switches?done={done}")),
    ))
}

async fn set(
    state: &WebState,
    desk: &Desk<ManageConnections>,
    wish: &Wish,
) -> Result<Applied, StoreError> {
    let tx = desk.scope(state).write().await?;
    let before = tx.rules().hold().await?;
    if before.version != wish.version {
        return Ok(Applied::Conflict);
    }
    let after = wish.apply(&before);
    if after == before {
        return Ok(Applied::Same);
    }
    let facts = |rules: &Rules| {
        json!({
            "read_only": rules.read_only,
            "confirm_on_page": rules.confirm_on_page,
            "disabled_tools": rules.disabled_tools,
            "stopped_clients": rules.stopped_clients,
        })
    };
    let (was, is) = (facts(&before), facts(&after));
    let by = desk.principal().name();
    let Some(version) = tx.rules().replace(&desk.permit, after, by).await? else {
        return Ok(Applied::Conflict);
    };
    let mut entry = desk.entry_of(state, "switches.set", None, &was, &is);
    entry.policy_version = Some(version);
    tx.record(&entry).await?;
    tx.commit().await?;
    state.connections.tenant_changed(desk.entry.tenant.id).await;
    Ok(Applied::Saved)
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageConnections>,
) -> Result<StopsPage, StoreError> {
    let tx = desk.scope(state).read().await?;
    let rules = tx.rules().read().await?;
    let filter = ConnectionFilter::default();
    let grants = tx
        .connections()
        .grants(&filter, &Page::first(Page::MAX))
        .await?;
    drop(tx);
    let mut names: BTreeMap<ClientId, String> = grants
        .items
        .into_iter()
        .map(|grant| (grant.client, grant.client_name))
        .collect();
    let unknown = rules
        .stopped_clients
        .iter()
        .filter(|id| !names.contains_key(id));
    let unknown: Vec<_> = unknown.copied().collect();
    if !unknown.is_empty() {
        let scope = state
            .store
            .platform("name the clients that a tenant stopped");
        for client in scope.read().await?.clients().by_ids(&unknown).await? {
            names.insert(client.id, client.name);
        }
    }
    let tools = tools::catalogue().iter().map(|tool| Switch {
        id: tool.name().to_owned(),
        name: tool.name().to_owned(),
        hint: tool.spec().title.pick(visit.locale).to_owned(),
        on: !rules.disabled_tools.iter().any(|off| off == tool.name()),
    });
    let clients = names.into_iter().map(|(id, name)| Switch {
        id: id.to_string(),
        name,
        hint: String::new(),
        on: !rules.stopped_clients.contains(&id),
    });
    Ok(StopsPage {
        console: desk.shell(visit, Tab::Connections),
        version: rules.version,
        writing: !rules.read_only,
        confirm_on_page: rules.confirm_on_page,
        tools: tools.collect(),
        clients: clients.collect(),
    })
}
