//! The passkeys of one's own account.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use edge::{AccountVisit, routes};
use http::header;
use model::PasskeyId;
use serde::Deserialize;
use store::{NewPasskey, Passkey, PasskeyPurpose, PasskeyRemoval, StoreError};
use vault::{PasskeyOwner, PasskeySite};
use views::{
    Moment,
    account::{AccountChange, PasskeyPanel, PasskeyRow, passkey_name},
    error::Trouble,
    passkey::{PasskeyFault, PasskeyForm, PasskeyUse},
};

use super::{acting, back, build, fresh, readable_name};
use crate::{
    WebState,
    console::{
        Away,
        ledgers::tell_own,
        passkey::{self, Refused},
    },
    page::{self, PageFault},
    visit::Visit,
};

/// Most passkeys of one account.
const MOST: usize = 20;

/// What the forms post.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    credential: String,
    name: String,
    remove: String,
}

/// The part of the account's page.
pub(super) fn panel(
    state: &WebState,
    visit: &Visit,
    known: &AccountVisit,
    own: Vec<Passkey>,
) -> PasskeyPanel {
    let rows = own.into_iter().map(|passkey| PasskeyRow {
        id: passkey.id.to_string(),
        name: passkey.name,
        added: Moment(passkey.created_at.millis()),
        used: passkey.used_at.map(|at| Moment(at.millis())),
    });
    PasskeyPanel {
        lang: visit.lang(),
        csrf: known.csrf.clone(),
        rows: rows.collect(),
        form: state.urls.site().map(|_| PasskeyForm {
            lang: visit.lang(),
            purpose: PasskeyUse::Make,
            action: routes::ACCOUNT_PASSKEYS,
            csrf: Some(known.csrf.clone()),
            other_way: false,
            return_to: None,
        }),
        fault: None,
        now: Moment(state.clock.now().millis()),
    }
}

/// Asks the browser to make a passkey.
///
/// Permissions: an account, about itself, freshly proven.
pub(super) async fn ask(
    State(state): State<WebState>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &wish.csrf).await?;
    fresh(&state, &visit, &known).await?;
    let site = site(&state, &visit)?;
    let account = &known.account;
    let asked = async {
        let own = {
            let scope = state.store.platform("which passkeys an account has");
            let tx = scope.read().await?;
            tx.passkeys().list_of(account.id).await?
        };
        let owner = PasskeyOwner {
            account: account.id,
            email: &account.email,
            name: &account.name,
        };
        let question = site.ask_to_make(owner, &passkey::keys(own), state.entropy.as_ref())?;
        let purpose = PasskeyPurpose::Add;
        passkey::ask(&state, &visit, purpose, Some(account.id), question).await
    };
    match asked.await {
        Ok(response) => Ok(response),
        Err(refused) => refuse(&state, &visit, &known, refused).await,
    }
}

/// Adds the passkey that the browser made.
///
/// Permissions: an account, about itself, freshly proven. Ledger of each of its tenants:
/// `account.passkey_add`.
pub(super) async fn add(
    State(state): State<WebState>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &wish.csrf).await?;
    fresh(&state, &visit, &known).await?;
    let site = site(&state, &visit)?;
    match keep(&state, &visit, &known, &site, &wish).await {
        Ok(()) => Ok(back(AccountChange::PasskeyAdded)),
        Err(refused) => refuse(&state, &visit, &known, refused).await,
    }
}

async fn keep(
    state: &WebState,
    visit: &Visit,
    known: &AccountVisit,
    site: &PasskeySite,
    wish: &Wish,
) -> Result<(), Refused> {
    let account = known.account.id;
    let kept = passkey::take(state, visit, PasskeyPurpose::Add, Some(account)).await?;
    let key = site.made(&kept, &wish.credential)?;
    let agent = visit.headers.get(header::USER_AGENT);
    let agent = agent.and_then(|value| value.to_str().ok());
    let name = readable_name(&wish.name)
        .unwrap_or_else(|| passkey_name(agent.unwrap_or_default(), visit.lang()));
    let scope = state.store.platform("an account adds a passkey");
    let tx = scope.write().await?;
    let passkeys = tx.passkeys();
    if passkeys.list_of(account).await?.len() >= MOST {
        return Err(Refused::Fault(PasskeyFault::Many(MOST)));
    }
    let new = NewPasskey {
        account,
        key: &key,
        name: &name,
    };
    match passkeys.add(new).await {
        Ok(_) => {
            let sessions = tx.account_sessions();
            sessions.prove(known.session, true).await?;
            tx.commit().await?;
            Ok(tell_own(state, account, "account.passkey_add").await?)
        }
        Err(StoreError::Conflict { .. }) => Err(Refused::Fault(PasskeyFault::Taken)),
        Err(error) => Err(error.into()),
    }
}

/// Renames a passkey; or removes it, and ends every other session: whoever found the device may
/// be in one.
///
/// Permissions: an account, about itself, freshly proven. Ledger of each of its tenants:
/// `account.passkey_remove`.
pub(super) async fn change(
    State(state): State<WebState>,
    Path(passkey): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &wish.csrf).await?;
    fresh(&state, &visit, &known).await?;
    let Ok(id) = passkey.parse::<PasskeyId>() else {
        return Ok(back(AccountChange::PasskeyGone));
    };
    let changed = if wish.remove == "yes" {
        remove(&state, &known, id).await
    } else {
        rename(&state, &known, id, &wish.name).await
    };
    match changed {
        Ok(change) => Ok(back(change)),
        Err(refused) => refuse(&state, &visit, &known, refused).await,
    }
}

async fn rename(
    state: &WebState,
    known: &AccountVisit,
    id: PasskeyId,
    name: &str,
) -> Result<AccountChange, Refused> {
    let name = readable_name(name).ok_or(Refused::Fault(PasskeyFault::Name))?;
    let scope = state.store.platform("an account renames a passkey");
    let tx = scope.write().await?;
    let done = tx.passkeys().rename(known.account.id, id, &name).await?;
    tx.commit().await?;
    Ok(if done {
        AccountChange::PasskeyRenamed
    } else {
        AccountChange::PasskeyGone
    })
}

async fn remove(
    state: &WebState,
    known: &AccountVisit,
    id: PasskeyId,
) -> Result<AccountChange, Refused> {
    let account = known.account.id;
    let scope = state.store.platform("an account removes a passkey");
    let tx = scope.write().await?;
    match tx.passkeys().remove(account, id).await? {
        PasskeyRemoval::LastWay => return Err(Refused::Fault(PasskeyFault::Last)),
        PasskeyRemoval::Missing => return Ok(AccountChange::PasskeyGone),
        PasskeyRemoval::Removed => {}
    }
    let sessions = tx.account_sessions();
    sessions.close_others(account, Some(known.session)).await?;
    tx.commit().await?;
    tell_own(state, account, "account.passkey_remove").await?;
    Ok(AccountChange::PasskeyRemoved)
}

fn site(state: &WebState, visit: &Visit) -> Result<PasskeySite, PageFault> {
    passkey::site(state).ok_or_else(|| PageFault::new(Trouble::NotFound, visit))
}

async fn refuse(
    state: &WebState,
    visit: &Visit,
    known: &AccountVisit,
    refused: Refused,
) -> Result<Response, Away> {
    let fault = match refused {
        Refused::Store(error) => return Err(PageFault::internal(&error, visit).into()),
        Refused::Fault(fault) => fault,
    };
    let mut page = build(state, visit, known)
        .await
        .map_err(|error| PageFault::internal(&error, visit))?;
    page.passkeys.fault = Some(fault);
    Ok(page::answer(passkey::status(fault), page.render()))
}
