//! Who is signed in on pages, and what it may do there.

use std::sync::Arc;

use edge::PageSession;
use model::{
    MemberId,
    policy::{ManageOwnConnections, authorize},
};
use store::TenantEntry;
use views::{Visitor, error::Trouble};

use crate::{page::PageFault, state::WebState, tenant, visit::Visit};

/// A member who acts on one of its own things.
pub(crate) struct Acting {
    pub(crate) entry: Arc<TenantEntry>,
    pub(crate) session: PageSession,
    pub(crate) member: MemberId,
}

/// The session that the browser holds in this organisation.
pub(crate) async fn session(
    state: &WebState,
    visit: &Visit,
    entry: &TenantEntry,
) -> Result<Option<PageSession>, PageFault> {
    state
        .auth
        .page(&visit.headers, &entry.tenant.slug)
        .await
        .map_err(|error| PageFault::internal(&error, visit))
}

/// The member of a form that changes something. Refuses a form that came from another site,
/// belongs to another session, or to none.
pub(crate) async fn acting(
    state: &WebState,
    visit: &Visit,
    slug: &str,
    csrf: &str,
) -> Result<Acting, PageFault> {
    let entry = tenant::served(state, visit, slug).await?;
    let session = session(state, visit, &entry)
        .await?
        .filter(|session| session.accepts(&state.urls, &visit.headers, Some(csrf)))
        .ok_or_else(|| {
            // Not a redirect to the sign-in: `form-action` would stop it on its way to Feishu.
            PageFault::new(Trouble::FormExpired, visit).way_out(
                visit
                    .locale
                    .pick("Back to your connections", "返回我的连接"),
                &connections(&entry),
            )
        })?;
    let member = own(visit, &entry, &session)?;
    Ok(Acting {
        entry,
        session,
        member,
    })
}

/// The member of a session, who may manage its own connections.
pub(crate) fn own(
    visit: &Visit,
    entry: &TenantEntry,
    session: &PageSession,
) -> Result<MemberId, PageFault> {
    let principal = &session.principal;
    let member = principal
        .member()
        .ok_or_else(|| PageFault::new(Trouble::Forbidden, visit))?;
    authorize::<ManageOwnConnections>(&entry.rules, principal, &member)
        .map_err(|denied| PageFault::internal(&denied, visit))?;
    Ok(member)
}

/// For the header of pages.
pub(crate) fn visitor(entry: &TenantEntry, session: &PageSession) -> Visitor {
    Visitor {
        name: session.principal.name().to_owned(),
        sign_out: format!("/t/{}/sign-out", entry.tenant.slug),
        csrf: session.csrf.clone(),
        own: Some(connections(entry)),
    }
}

/// Path of a member's own connections.
pub(crate) fn connections(entry: &TenantEntry) -> String {
    format!("/t/{}/connections", entry.tenant.slug)
}

/// Path that signs in and comes back to the member's connections.
pub(crate) fn sign_in(entry: &TenantEntry) -> String {
    let slug = &entry.tenant.slug;
    format!("/t/{slug}/sign-in?return_to=%2Ft%2F{slug}%2Fconnections")
}
