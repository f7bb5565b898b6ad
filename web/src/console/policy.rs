//! What roles may do. Every change goes into the admin's own draft; publishing puts it in force.

mod draft;
mod facts;
mod history;
mod replay;
mod role;
mod why;

use axum::{
    Form, Router,
    body::Bytes,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use edge::routes;
use http::StatusCode;
use model::{
    Capability, CustomRole, Role,
    policy::{ManageTenant, RoleName, RoleRules, Rules},
};
use serde::Deserialize;
use store::{StoreError, TenantTx};
use uuid::Uuid;
use views::console::{
    Tab,
    policy::{PackRow, PolicyDone, PolicyPage, RoleFault, RoleRow},
};

use self::facts::Facts;
use super::{Away, Desk, act as come_in, enter};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Characters of a role's name.
const NAME_MAX: usize = 40;
/// Built-in roles that open the tools, as the page lists them.
const BUILT_IN: [Role; 4] = [Role::EndUser, Role::Developer, Role::Admin, Role::Owner];

/// The pages of the policy.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route(routes::CONSOLE_POLICY, get(show).post(set_packs))
        .route(routes::CONSOLE_POLICY_ROLES, post(add_role))
        .route(routes::CONSOLE_POLICY_ROLE, get(role::show).post(role::act))
        .route(
            routes::CONSOLE_POLICY_DRAFT,
            get(draft::show).post(draft::act),
        )
        .route(
            routes::CONSOLE_POLICY_HISTORY,
            get(history::show).post(history::restore),
        )
        .route(routes::CONSOLE_POLICY_WHY, get(why::show))
}

/// What a redirect says.
#[derive(Debug, Default, Deserialize)]
struct Told {
    #[serde(default)]
    done: String,
}

/// What an admin works on: its draft, or what is in force.
struct Work {
    /// What is in force.
    live: Rules,
    /// What the admin prepares; equal to `live` without a draft.
    mine: Rules,
    /// Version that the draft was begun from.
    based_on: u64,
}

impl Work {
    async fn of(desk: &Desk<ManageTenant>, tx: &TenantTx) -> Result<Self, StoreError> {
        let live = tx.rules().read().await?;
        let draft = tx.rules().draft(author(desk)).await?;
        Ok(match draft {
            // Switches are no part of a draft: they hold at once, whatever somebody prepares.
            Some(draft) => Self {
                mine: Rules {
                    capabilities: draft.rules.capabilities,
                    external_sharing: draft.rules.external_sharing,
                    roles: draft.rules.roles,
                    ..live.clone()
                },
                based_on: draft.based_on,
                live,
            },
            None => Self {
                mine: live.clone(),
                based_on: live.version,
                live,
            },
        })
    }

    async fn keep(&self, desk: &Desk<ManageTenant>, tx: &TenantTx) -> Result<(), StoreError> {
        let rules = tx.rules();
        rules
            .keep_draft(&desk.permit, author(desk), self.based_on, &self.mine)
            .await
    }
}

/// Whose draft it is.
fn author(desk: &Desk<ManageTenant>) -> Uuid {
    let principal = desk.principal();
    let account = principal.account().map(model::Id::uuid);
    let member = principal.member().map(model::Id::uuid);
    account.or(member).unwrap_or_default()
}

/// Shows what roles may do.
///
/// Permissions: [`ManageTenant`].
async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(told): Query<Told>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    let mut page = build(&state, &visit, &desk)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    if let Some(done) = PolicyDone::of(&told.done) {
        let (tone, words) = done.notice(visit.lang());
        page.console = page.console.with_notice(tone, words);
    }
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageTenant>,
) -> Result<PolicyPage, StoreError> {
    let tx = desk.scope(state).read().await?;
    let work = Work::of(desk, &tx).await?;
    let facts = Facts::load(&tx, visit.lang()).await?;
    let custom = work.mine.roles.iter().map(|own| own.role);
    let custom = custom.filter(|role| matches!(role, Role::Custom(_)));
    let roles = BUILT_IN.into_iter().chain(custom);
    let changed = facts.changes(&work.live, &work.mine).len();
    Ok(PolicyPage {
        console: desk.shell(visit, Tab::Policy),
        draft: (changed > 0).then_some(changed),
        packs: Capability::ALL
            .into_iter()
            .map(|pack| PackRow {
                id: pack.name(),
                on: work.mine.capabilities.contains(&pack),
                scopes: pack.user_scopes().to_vec(),
            })
            .collect(),
        external_sharing: work.mine.external_sharing,
        roles: roles
            .map(|role| RoleRow {
                path: desk.path(&format!("/policy/roles/{}", role.name())),
                name: facts.role(&work.mine, role),
                summary: facts.summary(work.mine.of(role)),
            })
            .collect(),
        fresh: Default::default(),
        fault: None,
    })
}

/// Chooses the packs and whether sharing reaches outside, in the draft.
///
/// Permissions: [`ManageTenant`].
async fn set_packs(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    body: Bytes,
) -> Result<Response, Away> {
    let fields = Fields::read(&body);
    let desk = come_in::<ManageTenant>(&state, &visit, &slug, fields.one("csrf")).await?;
    let chosen = Capability::ALL
        .into_iter()
        .filter(|pack| fields.all("pack").any(|name| name == pack.name()));
    let chosen: Vec<Capability> = chosen.collect();
    let outside = fields.one("external_sharing") == "on";
    let edit = |mine: &mut Rules| {
        mine.capabilities = chosen;
        mine.external_sharing = outside;
    };
    change(&state, &desk, edit)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::go(&desk.path("/policy?done=saved")))
}

/// Changes the draft.
async fn change(
    state: &WebState,
    desk: &Desk<ManageTenant>,
    edit: impl FnOnce(&mut Rules) + Send,
) -> Result<(), StoreError> {
    let tx = desk.scope(state).write().await?;
    let mut work = Work::of(desk, &tx).await?;
    edit(&mut work.mine);
    work.keep(desk, &tx).await?;
    tx.commit().await
}

/// The form of a new role.
#[derive(Debug, Default, Deserialize)]
struct Fresh {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    en: String,
    #[serde(default)]
    zh: String,
}

/// Adds a role to the draft.
///
/// Permissions: [`ManageTenant`].
async fn add_role(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(fresh): Form<Fresh>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageTenant>(&state, &visit, &slug, &fresh.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let slot = {
        let tx = desk.scope(&state).read().await.map_err(internal)?;
        let work = Work::of(&desk, &tx).await.map_err(internal)?;
        free_slot(&work)
    };
    let added = match (name_of(&fresh.en, &fresh.zh), slot) {
        (None, _) => Err(RoleFault::Name),
        (_, None) => Err(RoleFault::Full),
        (Some(name), Some(role)) => Ok((name, role)),
    };
    match added {
        Ok((name, role)) => {
            let own = RoleRules {
                name: Some(name),
                ..RoleRules::open(role)
            };
            change(&state, &desk, |mine| mine.roles.push(own))
                .await
                .map_err(internal)?;
            let place = format!("/policy/roles/{}?done=saved", role.name());
            Ok(page::go(&desk.path(&place)))
        }
        Err(fault) => {
            let mut page = build(&state, &visit, &desk).await.map_err(internal)?;
            page.fault = Some(fault);
            page.fresh = (fresh.en, fresh.zh);
            Ok(page::answer(
                StatusCode::UNPROCESSABLE_ENTITY,
                page.render(),
            ))
        }
    }
}

/// A place that neither what is in force nor the draft uses: a role that is still given somewhere
/// must not become another one.
fn free_slot(work: &Work) -> Option<Role> {
    (0..CustomRole::MAX)
        .filter_map(CustomRole::at)
        .map(Role::Custom)
        .find(|role| work.live.of(*role).is_none() && work.mine.of(*role).is_none())
}

fn name_of(en: &str, zh: &str) -> Option<RoleName> {
    let clean = |name: &str| {
        let name = views::clean(name.trim());
        ((1..=NAME_MAX).contains(&name.chars().count())).then_some(name)
    };
    Some(RoleName {
        en: clean(en)?,
        zh: clean(zh)?,
    })
}

/// A posted form with lists, read by hand.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn read(body: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(body);
        Self(pairs.into_owned().collect())
    }

    fn one(&self, name: &str) -> &str {
        let known = self.0.iter().find(|(known, _)| known == name);
        known.map_or("", |(_, value)| value.as_str())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }
}
