//! The console of those who run the platform. It shows what tenants bought, how much they use and
//! how the platform is; never their content. Whatever is done to a tenant is in its own ledger.

mod account;
mod accounts;
mod system;
mod tenant;
mod tenants;

use axum::{
    Router,
    routing::{get, post},
};
use edge::{AccountVisit, PROOF_LASTS, routes};
use model::{LedgerEntry, Principal, Purpose, Slug, Tenant};
use serde_json::Value;
use store::StoreError;
use views::{
    error::Trouble,
    operator::{OperatorShell, OperatorTab},
};

pub(crate) use self::system::components;
use super::{Away, entry_of, sign_in, visitor_of, with_return};
use crate::{WebState, page::PageFault, visit::Visit};

/// The pages of this part.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route(routes::OPERATOR, get(tenants::show))
        .route(routes::OPERATOR_SYSTEM, get(system::show))
        .route(
            routes::OPERATOR_ACCOUNTS,
            get(accounts::show).post(accounts::invite),
        )
        .route(
            routes::OPERATOR_ACCOUNT,
            get(account::show).post(account::act),
        )
        .route(routes::OPERATOR_TENANT, get(tenant::show))
        .route(routes::OPERATOR_PLAN, post(tenant::plan))
        .route(routes::OPERATOR_STATUS, post(tenant::status))
}

/// Somebody who runs the platform, at work.
struct Operator {
    visit: AccountVisit,
}

impl Operator {
    fn shell(&self, visit: &Visit, tab: OperatorTab) -> OperatorShell {
        let visitor = visitor_of(&self.visit);
        OperatorShell::new(visit.shell().with_visitor(visitor), tab)
    }

    /// What stands in the tenant's ledger about an act: who did it, by name.
    fn entry(
        &self,
        state: &WebState,
        tenant: &Tenant,
        action: &str,
        before: &Value,
        after: &Value,
    ) -> LedgerEntry {
        let principal = principal(tenant);
        let mut entry = entry_of(state, &principal, action, None, before, after);
        entry.account = Some(self.visit.account.id);
        entry.client_name = format!("operator: {}", self.visit.account.name);
        entry
    }
}

/// The platform at work in a tenant, for an operator.
fn principal(tenant: &Tenant) -> Principal {
    Principal::platform(tenant.id, Purpose::Operator)
}

/// Comes in to look. Whoever does not run the platform finds nothing here.
async fn enter(state: &WebState, visit: &Visit) -> Result<Operator, Away> {
    let known = state.auth.account(&visit.headers).await;
    let known = known.map_err(|error| PageFault::internal(&error, visit))?;
    match known {
        None => Err(Away::Go(sign_in(visit))),
        Some(known) if !known.account.operator => {
            Err(PageFault::new(Trouble::NotFound, visit).into())
        }
        Some(known) if state.options.operator_second_factor && !known.second => {
            Err(Away::Go(with_return(routes::ACCOUNT_FACTOR, visit)))
        }
        Some(known) => Ok(Operator { visit: known }),
    }
}

/// Comes in to change something: with a form of our own, and freshly proven.
async fn act(state: &WebState, visit: &Visit, csrf: &str, back: &str) -> Result<Operator, Away> {
    let operator = enter(state, visit).await?;
    let known = &operator.visit;
    if !known.accepts(&state.urls, &visit.headers, Some(csrf)) {
        return Err(PageFault::new(Trouble::FormExpired, visit).into());
    }
    if state.clock.now().since(known.proven_at) > PROOF_LASTS {
        return Err(Away::Go(with_return(
            routes::CONSOLE_STEP_UP,
            &visit.returning_to(back),
        )));
    }
    Ok(operator)
}

/// A tenant by its short name.
async fn find(state: &WebState, visit: &Visit, slug: &str) -> Result<Tenant, PageFault> {
    let missing = || PageFault::new(Trouble::NotFound, visit);
    let slug: Slug = slug.parse().map_err(|_| missing())?;
    let found = async {
        let scope = state.store.platform("an operator looks at a tenant");
        scope.read().await?.tenants().by_slug(&slug).await
    };
    let found: Result<_, StoreError> = found.await;
    found
        .map_err(|error| PageFault::internal(&error, visit))?
        .ok_or_else(missing)
}
