//! Which people get which roles: the rules, a draft of other ones, what these would do.

mod add;
mod draft;
mod named;
mod people;
mod preview;
mod save;
mod sync;

use std::collections::HashSet;

use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use calls::directory::{SyncReport, SyncTrouble};
use edge::{Entrance, routes};
use model::{
    policy::ManageTenant,
    role_mapping::{Gives, RoleMapping, Whom},
};
use serde::Deserialize;
use store::{KeptMappings, RoleDraft, StoreError, TenantTx};
use uuid::Uuid;
use views::{
    Moment,
    console::{
        Tab,
        roles::{RolesPage, RuleRow, SyncView, fault_words, told},
    },
};

use self::{named::Named, preview::Enterprise};
use super::{Away, Desk, act as come_in, enter};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// The pages of this part.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route(routes::CONSOLE_ROLES, get(show))
        .route(routes::CONSOLE_ROLES_ADD, get(add::show))
        .route(routes::CONSOLE_ROLES_PEOPLE, get(people::show))
        .route(routes::CONSOLE_ROLES_DRAFT, post(draft::act))
        .route(routes::CONSOLE_ROLES_SAVE, post(save::act))
        .route(routes::CONSOLE_ROLES_SYNC, post(sync::act))
}

/// What the redirect that led here says.
#[derive(Debug, Default, Deserialize)]
struct Told {
    #[serde(default)]
    done: String,
}

/// Shows the rules, and what the reader's changes would do.
///
/// Permissions: [`ManageTenant`].
async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Told>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    let mut page = build(&state, &visit, &desk, None)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    if let Some((tone, words)) = told(visit.lang(), &asked.done) {
        page.console = page.console.with_notice(tone, words);
    }
    Ok(page::show(page.render()))
}

/// The page, with the stable name of a fault, if one kept the rules from being saved.
async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageTenant>,
    fault: Option<&str>,
) -> Result<RolesPage, StoreError> {
    let tx = desk.scope(state).read().await?;
    let table = Table::read(&tx, author(desk)).await?;
    let enterprise = Enterprise::read(&tx).await?;
    let rules = table.shown();
    let named = Named::read(&tx, rules, &desk.entry.rules).await?;
    let sync = sync_view(state, &tx).await?;
    drop(tx);
    let in_force: HashSet<(&Whom, Gives)> = table
        .kept
        .mappings
        .rules
        .iter()
        .map(|rule| (&rule.whom, rule.gives))
        .collect();
    let row = |rule: &RoleMapping| RuleRow {
        whom: named.whom(rule),
        gives: named.gives(visit.lang(), rule.gives),
        refuses: rule.gives == Gives::NoAccess,
        reach: enterprise.reach(rule),
        fresh: !in_force.contains(&(&rule.whom, rule.gives)),
    };
    let preview = table
        .draft
        .as_ref()
        .map(|draft| preview::view(visit, desk, &table.kept, draft, &enterprise, &named));
    let changed = table
        .kept
        .changed_at
        .map(|at| (table.kept.by_name.clone(), Moment(at.millis())));
    Ok(RolesPage {
        console: desk.shell(visit, Tab::Roles),
        rules: rules.iter().map(row).collect(),
        version: table.version(),
        changed,
        preview,
        open: rules.iter().any(|rule| rule.whom == Whom::Everyone),
        sync,
        fault: fault.map_or("", |code| fault_words(visit.lang(), code)),
        now: Moment(state.clock.now().millis()),
    })
}

/// The rules in force, and the reader's own draft.
struct Table {
    kept: KeptMappings,
    draft: Option<RoleDraft>,
}

impl Table {
    async fn read(tx: &TenantTx, author: Uuid) -> Result<Self, StoreError> {
        let kept = tx.role_mappings().read().await?;
        let draft = tx.role_mappings().draft(author).await?;
        // A draft that changes nothing is none.
        let draft = draft.filter(|draft| {
            draft.rules != kept.mappings.rules || draft.based_on != kept.mappings.version
        });
        Ok(Self { kept, draft })
    }

    /// The rules that the page lists.
    fn shown(&self) -> &[RoleMapping] {
        let kept = &self.kept.mappings.rules;
        self.draft.as_ref().map_or(kept, |draft| &draft.rules)
    }

    /// The version that they were made from.
    fn version(&self) -> u64 {
        let kept = self.kept.mappings.version;
        self.draft.as_ref().map_or(kept, |draft| draft.based_on)
    }
}

/// Whose draft it is.
fn author(desk: &Desk<ManageTenant>) -> Uuid {
    match &desk.session.entrance {
        Entrance::Account(visit) => visit.account.id.uuid(),
        Entrance::Member(session) => {
            let member = session.principal.member();
            member.map_or_else(Uuid::nil, model::Id::uuid)
        }
    }
}

async fn sync_view(state: &WebState, tx: &TenantTx) -> Result<Option<SyncView>, StoreError> {
    let Some(kept) = tx.enterprise().sync().await? else {
        return Ok(None);
    };
    let report = SyncReport::read(&kept.report);
    let all = tx.enterprise();
    let counts = [
        all.count().await?,
        all.departments().await?.len() as u64,
        all.groups().await?.len() as u64,
    ];
    Ok(Some(SyncView {
        trouble: report.trouble.map_or("", trouble),
        running: kept.is_running(state.clock.now()),
        good_at: kept.good_at.map(|at| Moment(at.millis())),
        counts,
        missing: report.missing.into_iter().collect(),
        code: report.code,
        blind: report.blind,
        more: report.more,
    }))
}

const fn trouble(trouble: SyncTrouble) -> &'static str {
    match trouble {
        SyncTrouble::App => "app",
        SyncTrouble::Scopes => "scopes",
        SyncTrouble::Limited => "limited",
        SyncTrouble::Unreachable => "unreachable",
        SyncTrouble::Refused => "refused",
        SyncTrouble::Internal => "internal",
    }
}
