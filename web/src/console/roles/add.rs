//! Choosing whom a new rule fits and what it gives.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use model::{
    Role,
    policy::ManageTenant,
    role_mapping::{Gives, Whom},
};
use serde::Deserialize;
use store::{StoreError, TenantTx};
use views::console::{
    Tab,
    roles::{AddPage, Hit, fault_words},
};

use super::{enter, named::Named};
use crate::{
    WebState,
    console::{Away, Desk},
    page::{self, PageFault},
    visit::Visit,
};

/// Hits that are shown.
const HITS: u64 = 30;

/// What the address of the page, or the form, says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) kind: String,
    pub(super) q: String,
    #[serde(skip)]
    pub(super) id: String,
    #[serde(skip)]
    pub(super) below: bool,
    #[serde(skip)]
    pub(super) gives: Option<Gives>,
}

impl Asked {
    fn kind(&self) -> &'static str {
        match self.kind.as_str() {
            "department" => "department",
            "person" => "person",
            "everyone" => "everyone",
            _ => "group",
        }
    }
}

/// Shows the form.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(mut asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    asked.below = true;
    let page = build(&state, &visit, &desk, &asked, "")
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

/// The form, with the stable name of a fault.
pub(super) async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageTenant>,
    asked: &Asked,
    fault: &str,
) -> Result<AddPage, StoreError> {
    let kind = asked.kind();
    let query: String = asked.q.trim().chars().take(128).collect();
    let tx = desk.scope(state).read().await?;
    let named = Named::read(&tx, &[], &desk.entry.rules).await?;
    let hits = hits(&tx, kind, &query, &named).await?;
    drop(tx);
    let is_id = Whom::read(kind, &query, true).is_ok() && looks_like_id(kind, &query);
    let pasted = is_id && kind != "everyone" && !hits.iter().any(|hit| hit.id == query);
    let gives = asked.gives.unwrap_or(Gives::Role(Role::EndUser));
    Ok(AddPage {
        console: desk.shell(visit, Tab::Roles),
        kind,
        query,
        hits,
        pasted,
        chosen: asked.id.clone(),
        below: asked.below,
        roles: named.choices(visit.lang(), Some(gives)),
        fault: if fault.is_empty() {
            ""
        } else {
            fault_words(visit.lang(), fault)
        },
    })
}

/// Whether a text is an id rather than a part of a name.
fn looks_like_id(kind: &str, text: &str) -> bool {
    match kind {
        "person" => true,
        "department" => text.starts_with("od-"),
        _ => text.len() >= 6 && text.bytes().any(|byte| byte.is_ascii_digit()),
    }
}

async fn hits(
    tx: &TenantTx,
    kind: &str,
    query: &str,
    named: &Named,
) -> Result<Vec<Hit>, StoreError> {
    let all = tx.enterprise();
    Ok(match kind {
        "group" => {
            let found = all.find_groups(query, HITS).await?.into_iter();
            let hit = |one: store::FeishuGroup| Hit {
                hint: one.id.clone(),
                id: one.id,
                name: one.name,
            };
            found.map(hit).collect()
        }
        "department" => {
            let found = all.find_departments(query, HITS).await?.into_iter();
            let hit = |one: store::FeishuDepartment| Hit {
                hint: match one.parent.as_str() {
                    "" | "0" => String::new(),
                    parent => named.department(parent),
                },
                id: one.id,
                name: one.name,
            };
            found.map(hit).collect()
        }
        "person" if !query.is_empty() => {
            let found = all.find_people(query, HITS).await?.into_iter();
            let hit = |one: store::KnownPerson| {
                let own = one.facts.departments.iter().flatten();
                let own: Vec<String> = own
                    .filter_map(|chain| chain.first())
                    .map(|id| named.department(id))
                    .collect();
                Hit {
                    hint: own.join(" · "),
                    id: one.facts.open_id,
                    name: one.name,
                }
            };
            found.map(hit).collect()
        }
        _ => Vec::new(),
    })
}
