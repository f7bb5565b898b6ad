//! What happens to an account is in the ledger of every organisation that it has access to.

use model::{AccountId, Channel, EntryKind, LedgerEntry, Principal, Purpose, Tenant};
use serde_json::{Value, json};
use store::StoreError;

use super::entry_of;
use crate::{WebState, visit::Visit};

/// Writes an entry about `account` into each of those ledgers.
pub(crate) async fn tell(
    state: &WebState,
    account: AccountId,
    entry: impl Fn(&Tenant) -> LedgerEntry,
) -> Result<(), StoreError> {
    let tenants = {
        let scope = state.store.platform("where an account has access");
        let tx = scope.read().await?;
        tx.accounts().tenants_of(account).await?
    };
    for id in tenants {
        let Some(found) = state.store.directory().by_id(id).await? else {
            continue;
        };
        let who = Principal::platform(id, Purpose::SignIn);
        let tx = state.store.scope(&who).write().await?;
        tx.record(&entry(&found.tenant)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Writes down that an account signed in, and how.
pub(crate) async fn tell_sign_in(
    state: &WebState,
    visit: &Visit,
    account: AccountId,
    second: bool,
) -> Result<(), StoreError> {
    let after = json!({ "address": visit.address, "second_factor": second });
    tell(state, account, |tenant| LedgerEntry {
        kind: EntryKind::SignIn,
        ..own(state, tenant, account, "console.sign_in", &after)
    })
    .await
}

/// Writes down what an account changed about itself.
pub(crate) async fn tell_own(
    state: &WebState,
    account: AccountId,
    action: &str,
) -> Result<(), StoreError> {
    let nothing = Value::Null;
    tell(state, account, |tenant| {
        own(state, tenant, account, action, &nothing)
    })
    .await
}

fn own(
    state: &WebState,
    tenant: &Tenant,
    account: AccountId,
    action: &str,
    after: &Value,
) -> LedgerEntry {
    let who = Principal::platform(tenant.id, Purpose::SignIn);
    LedgerEntry {
        account: Some(account),
        channel: Channel::Console,
        client_name: "console".to_owned(),
        ..entry_of(state, &who, action, None, &Value::Null, after)
    }
}
