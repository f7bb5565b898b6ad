//! Makes the person who signed in at Feishu the tenant's first administrator there.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use model::{Role, policy::ManageTenant};
use serde_json::json;
use store::StoreError;

use super::{Bare, candidate};
use crate::{
    WebState,
    console::{Away, act},
    page::{self, PageFault},
    visit::Visit,
};

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
