//! Accepts an invitation to the console: with a new account, or with the one of the address.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use edge::{AccountVisit, routes};
use http::StatusCode;
use model::{AccountId, Channel, Principal, Purpose};
use serde::Deserialize;
use serde_json::json;
use store::{Invitation, LinkPurpose, NewAccount, StoreError, TenantEntry};
use vault::{TokenHash, TokenKind};
use views::{
    error::Trouble,
    invite::{InvitePage, InviteStep, name_fault},
};

use super::{
    account::readable_name,
    admission::admit,
    entry_of,
    set_password::{hash, judge_password},
};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts.
#[derive(Default, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// An invitation that holds.
struct Found {
    token: TokenHash,
    invitation: Invitation,
    entry: Option<std::sync::Arc<TenantEntry>>,
    /// The account of the address, if there is one.
    account: Option<AccountId>,
    /// Who is signed in.
    known: Option<AccountVisit>,
}

impl Found {
    /// What the person who looks can do next.
    fn step(&self, path: &str) -> InviteStep {
        match (&self.known, self.account) {
            (Some(known), _) if known.account.email == self.invitation.email => {
                InviteStep::Accept {
                    csrf: known.csrf.clone(),
                }
            }
            (Some(known), _) => InviteStep::Other {
                email: known.account.email.clone(),
                csrf: known.csrf.clone(),
            },
            (None, Some(_)) => InviteStep::SignIn(format!(
                "{}?{}",
                routes::CONSOLE_SIGN_IN,
                url::form_urlencoded::Serializer::new(String::new())
                    .append_pair("return_to", path)
                    .finish()
            )),
            (None, None) => InviteStep::Make {
                name: String::new(),
                fault: None,
            },
        }
    }

    fn page(&self, visit: &Visit, step: InviteStep) -> InvitePage {
        InvitePage {
            shell: visit.shell(),
            by: self.invitation.by.clone(),
            tenant: self.entry.as_ref().map(|entry| entry.tenant.name.clone()),
            email: self.invitation.email.clone(),
            roles: self
                .invitation
                .roles
                .iter()
                .map(model::Role::name)
                .collect(),
            step: Some(step),
        }
    }

    fn destination(&self) -> String {
        match &self.entry {
            Some(entry) => format!("/console/t/{}", entry.tenant.slug),
            None => routes::CONSOLE.to_owned(),
        }
    }
}

/// Says who invites and to what. Looking does not use the link up.
///
/// Permissions: whoever has the link.
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let found = find(&state, &visit, &token)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(match found {
        Some(found) => {
            let step = found.step(&path_of(&token));
            page::show(found.page(&visit, step).render())
        }
        None => gone(&visit),
    })
}

/// Accepts: makes the account if the address has none, and gives it the roles. The address is
/// that of the invitation, whatever the form says.
///
/// Permissions: whoever has the link, for its address; an account that is signed in needs its
/// form token.
pub(crate) async fn act(
    State(state): State<WebState>,
    Path(token): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let Some(found) = find(&state, &visit, &token).await.map_err(internal)? else {
        return Ok(gone(&visit));
    };
    match found.step(&path_of(&token)) {
        InviteStep::Accept { csrf } => {
            let known = found.known.as_ref().filter(|known| {
                known.csrf == csrf && known.accepts(&state.urls, &visit.headers, Some(&wish.csrf))
            });
            let Some(known) = known else {
                return Err(PageFault::new(Trouble::FormExpired, &visit));
            };
            let id = known.account.id;
            let accepted = accept(&state, &found, id).await.map_err(internal)?;
            Ok(if accepted {
                page::go(&found.destination())
            } else {
                gone(&visit)
            })
        }
        InviteStep::Make { .. } => make(&state, &visit, &found, wish).await,
        step => Ok(page::answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            found.page(&visit, step).render(),
        )),
    }
}

async fn make(
    state: &WebState,
    visit: &Visit,
    found: &Found,
    wish: Wish,
) -> Result<Response, PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, visit);
    let name = readable_name(&wish.name).unwrap_or_default();
    if let Some(fault) = refuse(visit, found, &name, &wish) {
        let step = InviteStep::Make {
            name: wish.name,
            fault: Some(fault.to_owned()),
        };
        return Ok(page::answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            found.page(visit, step).render(),
        ));
    }
    let password = hash(state, wish.password)
        .await
        .map_err(|error| PageFault::internal(&error, visit))?;
    let scope = state.store.platform("make the account of an invitation");
    let add = async {
        let tx = scope.write().await?;
        let account = tx
            .accounts()
            .add(NewAccount {
                email: &found.invitation.email,
                name: &name,
                password: Some(password.as_str()),
                operator: false,
                locale: visit.locale,
            })
            .await?;
        tx.commit().await?;
        Ok(account)
    };
    let account = match add.await {
        Ok(account) => account,
        // Two tabs: the other one made it.
        Err(StoreError::Conflict { .. }) => {
            let step = InviteStep::SignIn(routes::CONSOLE_SIGN_IN.to_owned());
            return Ok(page::answer(
                StatusCode::CONFLICT,
                found.page(visit, step).render(),
            ));
        }
        Err(error) => return Err(internal(error)),
    };
    let accepted = accept(state, found, account.id).await;
    if !accepted.map_err(internal)? {
        return Ok(gone(visit));
    }
    admit(state, visit, account.id, &found.destination())
        .await
        .map_err(internal)
}

/// Why the form is not taken.
fn refuse(visit: &Visit, found: &Found, name: &str, wish: &Wish) -> Option<&'static str> {
    if name.is_empty() {
        return Some(name_fault(visit.lang()));
    }
    if let Err(fault) = judge_password(&wish.password, &found.invitation.email) {
        return Some(fault.words(visit.lang()));
    }
    (wish.password != wish.again)
        .then(|| views::sign_in::PasswordFault::Differs.words(visit.lang()))
}

/// Uses the invitation up; `false` when somebody else did.
async fn accept(state: &WebState, found: &Found, account: AccountId) -> Result<bool, StoreError> {
    let Some(entry) = &found.entry else {
        let tx = state.store.platform("accept an invitation").write().await?;
        let links = tx.account_links();
        let taken = links.take(LinkPurpose::Invite, &found.token).await?;
        tx.commit().await?;
        return Ok(taken.is_some());
    };
    let tenant = entry.tenant.id;
    let scope = state
        .store
        .scope(&Principal::platform(tenant, Purpose::SignIn));
    let tx = scope.write().await?;
    let email = &found.invitation.email;
    let accepted = tx.invites().accept(&found.token, account, email).await?;
    let Some(accepted) = accepted else {
        return Ok(false);
    };
    // Nobody is signed in yet: the invitation is what allows it, the account is who did it.
    let who = Principal::platform(tenant, Purpose::Link);
    let mut entry = entry_of(
        state,
        &who,
        "people.accept",
        Some(email.clone()),
        &json!(accepted.before),
        &json!(accepted.after),
    );
    entry.account = Some(account);
    entry.channel = Channel::Console;
    tx.record(&entry).await?;
    tx.commit().await?;
    Ok(true)
}

async fn find(state: &WebState, visit: &Visit, token: &str) -> Result<Option<Found>, StoreError> {
    let Some(token) = TokenHash::of(TokenKind::Link, token) else {
        return Ok(None);
    };
    let link = {
        let tx = state.store.platform("say who invites").read().await?;
        tx.account_links().peek(LinkPurpose::Invite, &token).await?
    };
    let Some((tenant, invitation)) = link.and_then(|link| link.invitation()) else {
        return Ok(None);
    };
    let entry = match tenant {
        Some(id) => match state.store.directory().by_id(id).await? {
            Some(entry) => Some(entry),
            None => return Ok(None),
        },
        None => None,
    };
    let account = {
        let tx = state.store.platform("who is invited").read().await?;
        tx.accounts().by_email(&invitation.email).await?
    };
    Ok(Some(Found {
        token,
        entry,
        account: account.map(|account| account.id),
        known: state.auth.account(&visit.headers).await?,
        invitation,
    }))
}

fn path_of(token: &str) -> String {
    routes::CONSOLE_INVITE.replace("{token}", token)
}

fn gone(visit: &Visit) -> Response {
    page::answer(StatusCode::GONE, InvitePage::gone(visit.shell()).render())
}
