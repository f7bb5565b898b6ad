//! The console: who comes in, to which tenant, and what they may do there.
//!
//! Every page asks [`enter`] and every form asks [`act`] for a [`Desk`] with the action that it
//! needs; there is no other way to a tenant's scope from here. A tenant without access for the
//! asker looks like one that does not exist.

pub(crate) mod account;
mod admission;
pub(crate) mod audit;
pub(crate) mod billing;
pub(crate) mod connections;
mod csv;
pub(crate) mod developer;
mod frame;
pub(crate) mod invite;
mod ledgers;
pub(crate) mod new_tenant;
pub(crate) mod operator;
pub(crate) mod overview;
mod passkey;
pub(crate) mod people;
pub(crate) mod policy;
pub(crate) mod roles;
pub(crate) mod rules;
pub(crate) mod second_factor;
pub(crate) mod set_password;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod sign_in_feishu;
pub(crate) mod sign_in_link;
pub(crate) mod sign_out;
pub(crate) mod sign_up;
pub(crate) mod step_up;
pub(crate) mod tenants;
pub(crate) mod usage;

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use edge::{AccountVisit, ConsoleSession, Entrance, routes};
use model::{
    CallId, EntryKind, Id, LedgerEntry, Outcome, Principal, Slug, TenantStatus, Timestamp,
    policy::{Action, Decision, Permit, ViewConsole, authorize, decide},
};
use serde_json::json;
use store::{StoreError, TenantEntry, TenantScope, TenantTx};
use views::{Visitor, error::Trouble};

use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Somebody who may do `A` in a tenant, at work.
pub(crate) struct Desk<A: Action> {
    /// The tenant and its rules.
    pub(crate) entry: Arc<TenantEntry>,
    /// By which session.
    pub(crate) session: ConsoleSession,
    /// Proof for writing repositories.
    pub(crate) permit: Permit<A>,
    /// Faults of the Feishu app at the latest look.
    pub(crate) app_faults: u32,
    /// When the tenant is erased, if it was given up.
    pub(crate) erased_at: Option<Timestamp>,
}

/// Why there is no desk: a page that says so, or a way to sign in or to prove oneself again.
pub(crate) enum Away {
    Fault(PageFault),
    Go(String),
}

impl From<PageFault> for Away {
    fn from(fault: PageFault) -> Self {
        Self::Fault(fault)
    }
}

impl IntoResponse for Away {
    fn into_response(self) -> Response {
        match self {
            Self::Fault(fault) => fault.into_response(),
            Self::Go(path) => page::go(&path),
        }
    }
}

impl<A: Action<Target = ()>> Desk<A> {
    /// Who acts.
    pub(crate) const fn principal(&self) -> &Principal {
        &self.session.principal
    }

    /// The tenant's data.
    pub(crate) fn scope(&self, state: &WebState) -> TenantScope {
        state.store.scope(self.principal())
    }

    /// The path of the tenant's console, with `rest` (such as `/audit`) after it.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/console/t/{}{rest}", self.entry.tenant.slug)
    }

    /// Whether the same person may also do `B`: for what a page offers.
    pub(crate) fn may<B: Action<Target = ()>>(&self) -> bool {
        let decision: Decision = decide::<B>(&self.entry.rules, self.principal(), &());
        decision.is_ok()
    }

    /// The ledger entry of an administrative act of this person.
    pub(crate) fn entry_of(
        &self,
        state: &WebState,
        action: &str,
        target: Option<String>,
        before: &serde_json::Value,
        after: &serde_json::Value,
    ) -> LedgerEntry {
        entry_of(state, self.principal(), action, target, before, after)
    }

    /// Writes down what this person changed, in the transaction of the change.
    pub(crate) async fn record(
        &self,
        state: &WebState,
        tx: &TenantTx,
        action: &str,
        target: Option<String>,
        before: &serde_json::Value,
        after: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let entry = self.entry_of(state, action, target, before, after);
        tx.record(&entry).await.map(drop)
    }
}

/// The ledger entry of an administrative act.
pub(crate) fn entry_of(
    state: &WebState,
    principal: &Principal,
    action: &str,
    target: Option<String>,
    before: &serde_json::Value,
    after: &serde_json::Value,
) -> LedgerEntry {
    let id: CallId = Id::mint(state.clock.as_ref(), state.entropy.as_ref());
    LedgerEntry {
        tenant: principal.tenant(),
        id,
        kind: EntryKind::Admin,
        at: state.clock.now(),
        member: principal.member(),
        account: principal.account(),
        client: None,
        client_name: principal.client().name.clone(),
        grant: None,
        channel: principal.channel(),
        action: action.to_owned(),
        effect: String::new(),
        target,
        policy_version: None,
        decision: None,
        outcome: Outcome::Ok,
        fault: None,
        feishu_log_id: None,
        upstream_calls: 0,
        duration_us: 0,
        detail: json!({ "before": before, "after": after }).to_string(),
    }
}

/// An account in the header of its pages.
pub(crate) fn visitor_of(known: &AccountVisit) -> Visitor {
    Visitor {
        name: known.account.name.clone(),
        sign_out: routes::CONSOLE_SIGN_OUT.to_owned(),
        csrf: known.csrf.clone(),
        own: Some(routes::CONSOLE_ACCOUNT.to_owned()),
    }
}

/// Comes in to look at a page: `A` must be allowed, and freshly proven where it asks for that.
pub(crate) async fn enter<A: Action<Target = ()>>(
    state: &WebState,
    visit: &Visit,
    slug: &str,
) -> Result<Desk<A>, Away> {
    let missing = || PageFault::new(Trouble::NotFound, visit);
    let slug: Slug = slug.parse().map_err(|_| missing())?;
    let internal = |error: StoreError| PageFault::internal(&error, visit);
    let entry = state
        .store
        .directory()
        .by_slug(&slug)
        .await
        .map_err(internal)?;
    let Some(entry) = entry else {
        // Whoever is not signed in learns nothing about which tenants there are.
        let known = state.auth.account(&visit.headers).await.map_err(internal)?;
        return Err(match known {
            Some(_) => missing().into(),
            None => Away::Go(sign_in(visit)),
        });
    };
    let session = state
        .auth
        .console(&visit.headers, &entry)
        .await
        .map_err(internal)?;
    let Some(session) = session else {
        let known = state.auth.account(&visit.headers).await.map_err(internal)?;
        return Err(match known {
            Some(_) => missing().into(),
            None => Away::Go(sign_in(visit)),
        });
    };
    if decide::<ViewConsole>(&entry.rules, &session.principal, &()).is_err() {
        return Err(missing().into());
    }
    if entry.tenant.status == TenantStatus::Suspended {
        let fault = PageFault::new(Trouble::TenantSuspended, visit);
        let reason = suspended_for(state, session.principal)
            .await
            .map_err(internal)?;
        return Err(match reason {
            Some(reason) => fault
                .fact(visit.locale.pick("Reason", "原因"), &reason)
                .into(),
            None => fault.into(),
        });
    }
    if entry.rules.second_factor && lacks_second(&session) {
        return Err(Away::Go(with_return(routes::ACCOUNT_FACTOR, visit)));
    }
    let permit = authorize::<A>(&entry.rules, &session.principal, &())
        .map_err(|denied| PageFault::internal(&denied, visit))?;
    if A::STEP_UP && !session.is_fresh(state.clock.now()) {
        return Err(Away::Go(step_up(visit, &entry, &session)));
    }
    let (app_faults, erased_at) = standing(state, session.principal.clone())
        .await
        .map_err(internal)?;
    Ok(Desk {
        entry,
        session,
        permit,
        app_faults,
        erased_at,
    })
}

/// Whether an account is there that proved no second factor. Members proved who they are at Feishu.
fn lacks_second(session: &ConsoleSession) -> bool {
    match &session.entrance {
        Entrance::Account(known) => !known.second,
        Entrance::Member(_) => false,
    }
}

/// What the operator wrote for the tenant's own people.
async fn suspended_for(
    state: &WebState,
    principal: Principal,
) -> Result<Option<String>, StoreError> {
    let tx = state.store.scope(&principal).read().await?;
    let found = tx.suspension().get().await?;
    Ok(found.map(|one| one.reason))
}

/// For the banners of every page: faults of the tenant's Feishu app, and when the tenant ends.
async fn standing(
    state: &WebState,
    principal: Principal,
) -> Result<(u32, Option<Timestamp>), StoreError> {
    let tx = state.store.scope(&principal).read().await?;
    let check = tx.onboarding().check().await?;
    let erasure = tx.erasure().get().await?;
    Ok((
        check.map_or(0, |check| check.red),
        erasure.map(|erasure| erasure.due_at),
    ))
}

/// Comes in to change something: as [`enter`], and the form must be one of our own.
pub(crate) async fn act<A: Action<Target = ()>>(
    state: &WebState,
    visit: &Visit,
    slug: &str,
    csrf: &str,
) -> Result<Desk<A>, Away> {
    let desk = enter::<A>(state, visit, slug).await?;
    if desk
        .session
        .accepts(&state.urls, &visit.headers, Some(csrf))
    {
        Ok(desk)
    } else {
        let fault = PageFault::new(Trouble::FormExpired, visit).way_out(
            visit.locale.pick("Back to the console", "返回管理后台"),
            &desk.path(""),
        );
        Err(fault.into())
    }
}

/// Where to sign in and come back from; a form is not come back to.
fn sign_in(visit: &Visit) -> String {
    with_return(routes::CONSOLE_SIGN_IN, visit)
}

fn step_up(visit: &Visit, entry: &TenantEntry, session: &ConsoleSession) -> String {
    match session.entrance {
        Entrance::Account(_) => with_return(routes::CONSOLE_STEP_UP, visit),
        Entrance::Member(_) => {
            let path = format!("/t/{}/sign-in", entry.tenant.slug);
            with_return(&path, visit)
        }
    }
}

fn with_return(path: &str, visit: &Visit) -> String {
    if visit.is_get() {
        let pairs = [("return_to", visit.here())];
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        format!("{path}?{query}")
    } else {
        path.to_owned()
    }
}
