//! Puts the reader's draft in force.

use std::collections::HashSet;

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use model::{
    Role, RoleSet,
    policy::ManageTenant,
    role_mapping::{Gives, RoleMapping, RoleMappings, Whom},
};
use serde::Deserialize;
use serde_json::json;
use store::{StoreError, TenantTx};

use super::{
    Table, author, build, come_in,
    preview::{Enterprise, as_saved},
};
use crate::{
    WebState,
    console::{Away, Desk},
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    seen: u64,
}

/// What became of it.
enum Done {
    Saved,
    Nothing,
    Conflict,
    Fault(&'static str),
}

/// Saves, and gives everybody the roles that follow at once. Of two admins the second is told, and
/// overwrites nothing.
///
/// Permissions: [`ManageTenant`]. Ledger: `role_mapping.change`, and `member.roles` for each member
/// whose roles change.
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageTenant>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    match save(&state, &desk, wish.seen).await.map_err(internal)? {
        Done::Saved => {
            let (care, tenant) = (state.directory.clone(), desk.entry.tenant.id);
            // Begun is done: a browser that goes away must not leave half of the people behind.
            let settled = tokio::spawn(async move { care.settle_all(tenant).await });
            match settled.await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(internal(error).into()),
                Err(_) => tracing::error!("the people could not be given their roles"),
            }
            Ok(page::go(&desk.path("/roles?done=saved")))
        }
        Done::Nothing => Ok(page::go(&desk.path("/roles"))),
        Done::Conflict => Ok(page::go(&desk.path("/roles?done=conflict"))),
        Done::Fault(fault) => {
            let page = build(&state, &visit, &desk, Some(fault)).await;
            let page = page.map_err(internal)?;
            Ok(page::answer(
                StatusCode::UNPROCESSABLE_ENTITY,
                page.render(),
            ))
        }
    }
}

async fn save(state: &WebState, desk: &Desk<ManageTenant>, seen: u64) -> Result<Done, StoreError> {
    let tx = desk.scope(state).write().await?;
    let author = author(desk);
    let table = Table::read(&tx, author).await?;
    let Some(draft) = &table.draft else {
        return Ok(Done::Nothing);
    };
    let before = &table.kept.mappings;
    if draft.based_on != before.version || seen != before.version {
        return Ok(Done::Conflict);
    }
    let after = as_saved(draft);
    let enterprise = Enterprise::read(&tx).await?;
    if let Some(fault) = refused(&tx, desk, before, &after, &enterprise).await? {
        return Ok(Done::Fault(fault));
    }
    let mappings = tx.role_mappings();
    let name = desk.principal().name();
    let kept = mappings.replace(&desk.permit, seen, &after.rules, name);
    if kept.await?.is_none() {
        return Ok(Done::Conflict);
    }
    mappings.drop_draft(author).await?;
    let (was, is) = (json!(before.rules), json!(after.rules));
    desk.record(state, &tx, "role_mapping.change", None, &was, &is)
        .await?;
    tx.commit().await?;
    Ok(Done::Saved)
}

/// Why these rules must not come from this person, or from anybody.
async fn refused(
    tx: &TenantTx,
    desk: &Desk<ManageTenant>,
    before: &RoleMappings,
    after: &RoleMappings,
    enterprise: &Enterprise,
) -> Result<Option<&'static str>, StoreError> {
    // Who looks over the admins' shoulders is not for admins to say, who could mean themselves.
    if !desk.principal().roles().has(Role::Owner) {
        let gains = |one: &super::preview::Change<'_>| {
            one.settled.roles.has(Role::Auditor) && !one.before.has(Role::Auditor)
        };
        if auditors(&before.rules) != auditors(&after.rules)
            || enterprise.changes(after).iter().any(gains)
        {
            return Ok(Some("auditor"));
        }
    }
    let admins = RoleSet::of(&[Role::Admin, Role::Owner]);
    let accounts = tx.console_access().list().await?;
    let managed = accounts.iter().any(|account| account.roles.meets(admins));
    let managed = managed || enterprise.keeps_an_admin(after);
    Ok((!managed).then_some("lock"))
}

fn auditors(rules: &[RoleMapping]) -> HashSet<&Whom> {
    let all = rules.iter();
    let all = all.filter(|rule| rule.gives == Gives::Role(Role::Auditor));
    all.map(|rule| &rule.whom).collect()
}
