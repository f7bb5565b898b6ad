//! Makes the person who signed in at Feishu the tenant's first administrator there.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use model::{
    Member, Role,
    policy::ManageTenant,
    role_mapping::{Gives, RoleMapping, RoleMappings, Whom},
};
use serde_json::json;
use store::{StoreError, TenantTx};

use super::{Bare, candidate};
use crate::{
    WebState,
    console::{Away, Desk, act},
    page::{self, PageFault},
    visit::Visit,
};

/// Where rules say who has which role, one of them says it of this person too: else the next
/// reading of the rules would take the role away.
async fn keep_by_rule(
    desk: &Desk<ManageTenant>,
    tx: &TenantTx,
    known: &Member,
) -> Result<(), StoreError> {
    let mappings = tx.role_mappings();
    let kept = mappings.read().await?.mappings;
    if kept.version == 0 {
        return Ok(());
    }
    let whom = Whom::Person {
        id: known.open_id.clone(),
    };
    let rule = RoleMapping::new(whom, Gives::Role(Role::Admin), &known.name);
    let rules: Vec<RoleMapping> = std::iter::once(rule).chain(kept.rules).collect();
    if RoleMappings::check(&rules).is_ok() {
        let name = desk.principal().name();
        mappings
            .replace(&desk.permit, kept.version, &rules, name)
            .await?;
    }
    Ok(())
}

/// Gives the role. Proven by both sessions of this browser: the account's, which may manage the
/// tenant, and the member's, which came back from Feishu.
///
/// Permissions: [`ManageTenant`].
pub(crate) async fn act_on(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, Away> {
    let desk = act::<ManageTenant>(&state, &visit, &slug, &form.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let Some((member, _)) = candidate(&state, &visit, &desk).await.map_err(internal)? else {
        return Ok(page::go(&desk.path("/setup?step=sign-in")));
    };
    let given = async {
        let tx = desk.scope(&state).write().await?;
        if tx.members().first_admin().await?.is_some() {
            return Ok(());
        }
        let Some(known) = tx.members().get(member).await? else {
            return Ok(());
        };
        let roles = known.roles.with(Role::Admin);
        tx.members().set_roles(&desk.permit, member, roles).await?;
        keep_by_rule(&desk, &tx, &known).await?;
        let (before, after) = (json!(known.roles.names()), json!(roles.names()));
        let target = Some(member.to_string());
        desk.record(&state, &tx, "member.first_admin", target, &before, &after)
            .await?;
        tx.commit().await
    };
    given.await.map_err(internal)?;
    // Its availability can be asked about from now on; a failure shows as an old date.
    if let Err(error) = state.apps.check_now(&desk.entry).await {
        tracing::debug!(%error, "no look after the first administrator");
    }
    Ok(page::go(&desk.path("/setup?step=done&done=admin")))
}
