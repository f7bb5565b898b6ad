//! Where Feishu sends the browser: the member is known from here on.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use edge::cookies;
use http::header;
use model::{
    Access, ClientRef, EntryKind, LedgerEntry, Member, MemberStatus, Principal, Purpose, RoleSet,
    TenantId, TenantStatus,
    policy::{self, Action as _, ConnectClient},
};
use store::{Authorization, PageSignIn, Stage, StoreError, TenantEntry};
use vault::{Secret, TokenHash, TokenKind};
use views::error::Trouble;

use super::consent::{back, check_browser};
use crate::{
    clients::vouched_by,
    member,
    page::{self, PageFault},
    protocol::{fault::OAuthError, form::Params, redirect},
    reply::BackToClient,
    state::{Asking, OAuthState},
    upstream,
};

/// What came back: an authorization of a client, or a sign-in for pages. Each kind has a table
/// of its own, so one can never be taken for the other.
enum Pending {
    Client(Box<Authorization>),
    Page(PageSignIn),
}

impl Pending {
    const fn tenant(&self) -> TenantId {
        match self {
            Self::Client(row) => row.tenant,
            Self::Page(row) => row.tenant,
        }
    }

    const fn browser(&self) -> &TokenHash {
        match self {
            Self::Client(row) => &row.browser,
            Self::Page(row) => &row.browser,
        }
    }

    /// Roles of which the person must have one: a client uses the tools, the pages are for
    /// everybody who has any role.
    const fn needed(&self) -> RoleSet {
        match self {
            Self::Client(_) => ConnectClient::ROLES,
            Self::Page(_) => RoleSet::ALL,
        }
    }

    fn back(&self, asking: &Asking) -> Option<BackToClient> {
        match self {
            Self::Client(row) => Some(back(asking, row)),
            Self::Page(_) => None,
        }
    }
}

/// Handles Feishu's redirect.
pub(crate) async fn callback(State(state): State<OAuthState>, asking: Asking) -> Response {
    match handle(&state, &asking).await {
        Ok(response) => response,
        Err(fault) => fault.into_response(),
    }
}

async fn handle(state: &OAuthState, asking: &Asking) -> Result<Response, PageFault> {
    let fault = |trouble| PageFault::new(trouble, asking);
    let internal = |error: StoreError| PageFault::internal(&error, asking);
    let params = Params::query(&asking.query).map_err(|_| fault(Trouble::BadRequest))?;
    let pending = find(state, &params)
        .await
        .map_err(internal)?
        .ok_or_else(|| fault(Trouble::SignInExpired))?;
    // Before anything is consumed: a browser that did not begin this flow may not even end it.
    check_browser(state, asking, pending.browser())?;
    let entry = state
        .store
        .directory()
        .by_id(pending.tenant())
        .await
        .map_err(internal)?
        .filter(|entry| entry.tenant.status == TenantStatus::Active)
        .ok_or_else(|| fault(Trouble::TenantSuspended))?;
    let verifier = take(state, &pending)
        .await
        .map_err(internal)?
        .ok_or_else(|| fault(Trouble::SignInExpired))?;
    if let Some(error) = params.get("error") {
        return refused(state, asking, &pending, error);
    }
    let code = params
        .get("code")
        .ok_or_else(|| fault(Trouble::BadRequest))?;
    let member = match sign_in(state, &entry, code, &verifier, pending.needed()).await {
        Ok(member) => member,
        Err(error) => {
            note_refusal(state, &entry, &error).await;
            return Err(explain(state, asking, &entry, &pending, &error));
        }
    };
    if let Pending::Client(row) = &pending
        && !may_connect(state, &entry, row, &member)
            .await
            .map_err(internal)?
    {
        let fault = fault(Trouble::ClientRefused).fact("client_name", row.client_name.clone());
        return Err(fault);
    }
    match &pending {
        Pending::Client(row) => give_code(state, asking, &entry, row, &member)
            .await
            .map_err(internal)?
            .ok_or_else(|| fault(Trouble::SignInExpired)),
        Pending::Page(row) => open_session(state, row, &member).await.map_err(internal),
    }
}

/// Whether the rules let the member use this client.
async fn may_connect(
    state: &OAuthState,
    entry: &TenantEntry,
    row: &Authorization,
    member: &Member,
) -> Result<bool, StoreError> {
    let scope = state.store.platform("whether a client may be connected");
    let known = scope.read().await?.clients().by_ids(&[row.client]).await?;
    let vouched_by = known
        .first()
        .and_then(|client| vouched_by(client, &row.redirect_uri));
    let client = ClientRef {
        id: Some(row.client),
        name: row.client_name.clone(),
        verified: vouched_by.is_some(),
    };
    Ok(policy::may_connect(&entry.rules, member.roles, &client).is_ok())
}

async fn find(state: &OAuthState, params: &Params) -> Result<Option<Pending>, StoreError> {
    let hash = params
        .get("state")
        .and_then(|text| TokenHash::of(TokenKind::FeishuState, text));
    let Some(hash) = hash else {
        return Ok(None);
    };
    let now = state.now();
    let tx = state.store.lookup(&hash).await?;
    if let Some(row) = tx.authorization_by_state().await? {
        let live = row.stage == Stage::Approved && now < row.expires_at;
        return Ok(live.then(|| Pending::Client(Box::new(row))));
    }
    let row = tx.page_sign_in_by_state().await?;
    Ok(row
        .filter(|row| row.used_at.is_none() && now < row.expires_at)
        .map(Pending::Page))
}

/// Consumes the state; whoever is second gets nothing.
async fn take(state: &OAuthState, pending: &Pending) -> Result<Option<Secret>, StoreError> {
    let scope = state
        .store
        .scope(&Principal::platform(pending.tenant(), Purpose::SignIn));
    let taken = scope.retrying(pending, |tx, pending| {
        Box::pin(async move {
            match pending {
                Pending::Client(row) => tx.authorizations().take_returned(row.id).await,
                Pending::Page(row) => tx.pages().take_returned(row.id).await,
            }
        })
    });
    taken.await
}

/// Feishu answered with an error: the member pressed cancel, or the app is not set up.
fn refused(
    state: &OAuthState,
    asking: &Asking,
    pending: &Pending,
    error: &str,
) -> Result<Response, PageFault> {
    let trouble = match error.parse::<i64>() {
        Ok(code) => upstream::diagnosis(code),
        Err(_) if error == "invalid_scope" => Trouble::FeishuScope,
        Err(_) => Trouble::FeishuDenied,
    };
    if trouble == Trouble::FeishuScope {
        upstream::forget_scopes(state, pending.tenant());
    }
    match pending.back(asking) {
        Some(back) if trouble == Trouble::FeishuDenied => Ok(back.error(
            state,
            OAuthError::AccessDenied,
            "the member did not sign in at Feishu",
        )),
        _ => Err(PageFault::new(trouble, asking)),
    }
}

/// Why a sign-in did not end well.
enum SignInError {
    Upstream(upstream::UpstreamFault),
    Store(StoreError),
    OtherEnterprise,
    Blocked,
    NoRole,
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

async fn sign_in(
    state: &OAuthState,
    entry: &Arc<TenantEntry>,
    code: &str,
    verifier: &Secret,
    needed: RoleSet,
) -> Result<Member, SignInError> {
    let returned = upstream::exchange(state, &entry.tenant, code, verifier)
        .await
        .map_err(SignInError::Upstream)?;
    let state = state.clone();
    let tenant = entry.tenant.clone();
    // The tokens are worth more than the request: a browser that hangs up must not lose them.
    let stored = tokio::spawn(async move { member::admit(&state, &tenant, &returned).await });
    let admitted = stored.await.map_err(|_| {
        SignInError::Store(StoreError::Corrupt {
            what: "sign-in task",
        })
    })??;
    match admitted {
        member::Admitted::Member(member) if member.status != MemberStatus::Active => {
            Err(SignInError::Blocked)
        }
        member::Admitted::Member(member) if !member.roles.meets(needed) => Err(SignInError::NoRole),
        member::Admitted::Member(member) => Ok(member),
        member::Admitted::OtherEnterprise => Err(SignInError::OtherEnterprise),
    }
}

/// Feishu's refusal tells about the app what it cannot be asked; a note that fails costs a hint in
/// the console.
async fn note_refusal(state: &OAuthState, entry: &TenantEntry, error: &SignInError) {
    let SignInError::Upstream(fault) = error else {
        return;
    };
    let Some(code) = fault.feishu_code() else {
        return;
    };
    let noted = async {
        let principal = Principal::platform(entry.tenant.id, Purpose::SignIn);
        let tx = state.store.scope(&principal).write().await?;
        tx.onboarding().refused(code).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        tracing::debug!(%error, "a refused sign-in could not be noted");
    }
}

/// The page about a failed sign-in, with a link that tells the client.
fn explain(
    state: &OAuthState,
    asking: &Asking,
    entry: &TenantEntry,
    pending: &Pending,
    error: &SignInError,
) -> PageFault {
    let (trouble, told) = match error {
        SignInError::Store(error) => return PageFault::internal(error, asking),
        SignInError::OtherEnterprise => (Trouble::WrongOrganisation, OAuthError::AccessDenied),
        SignInError::Blocked => (Trouble::MemberBlocked, OAuthError::AccessDenied),
        SignInError::NoRole => (Trouble::NoRole, OAuthError::AccessDenied),
        SignInError::Upstream(fault) => {
            tracing::warn!(tenant = %entry.tenant.id, error = ?fault, "sign-in at Feishu failed");
            (fault.trouble(), OAuthError::ServerError)
        }
    };
    let mut page = PageFault::new(trouble, asking);
    if let SignInError::Upstream(fault) = error
        && let Some(code) = fault.feishu_code()
    {
        page = page.fact("Feishu", code.to_string());
    }
    if trouble == Trouble::FeishuRedirect {
        page = page.fact("redirect_uri", state.urls.callback());
    }
    if trouble == Trouble::FeishuScope {
        upstream::forget_scopes(state, entry.tenant.id);
    }
    if let Some(back) = pending.back(asking) {
        let label = asking.locale.pick("Back to the client", "返回客户端");
        page = page.way_out(
            label,
            &back.error_url(state, told, "the sign-in at Feishu failed"),
        );
    }
    page
}

/// Records the consent and gives our code to the client.
async fn give_code(
    state: &OAuthState,
    asking: &Asking,
    entry: &TenantEntry,
    row: &Authorization,
    member: &Member,
) -> Result<Option<Response>, StoreError> {
    let given = row.given.unwrap_or(Access::Read);
    let detail = serde_json::json!({
        "access": given.scope(),
        "returns_to": returns_to(&row.redirect_uri),
        "resource": row.resource,
    });
    state
        .store
        .ledger()
        .record(LedgerEntry {
            client: Some(row.client),
            client_name: row.client_name.clone(),
            detail: detail.to_string(),
            member: Some(member.id),
            account: None,
            ..state
                .connections
                .entry(member.tenant, EntryKind::Consent, "client.consent")
        })
        .await?;
    let code = state.mint(TokenKind::Code);
    let scope = state
        .store
        .scope(&Principal::platform(entry.tenant.id, Purpose::SignIn));
    let (id, member, ends) = (
        row.id,
        member.id,
        state.now() + state.options.lifetimes.code,
    );
    let hash = code.hash();
    let given = scope.retrying(&hash, move |tx, hash| {
        Box::pin(async move { tx.authorizations().give_code(id, member, hash, ends).await })
    });
    let given = given.await?;
    Ok(given.then(|| back(asking, row).code(state, code.expose())))
}

/// Host or scheme of a redirect URI, for people.
pub(crate) fn returns_to(redirect_uri: &str) -> String {
    match redirect::check(redirect_uri) {
        Ok(
            redirect::Destination::Site(place)
            | redirect::Destination::Loopback(place)
            | redirect::Destination::Application(place),
        ) => place,
        Err(_) => String::new(),
    }
}

/// Opens a page session: always a fresh token, so none can be planted beforehand.
async fn open_session(
    state: &OAuthState,
    row: &PageSignIn,
    member: &Member,
) -> Result<Response, StoreError> {
    let token = state.mint(TokenKind::PageSession);
    let age = state.options.lifetimes.page_session;
    let scope = state
        .store
        .scope(&Principal::platform(row.tenant, Purpose::SignIn));
    let (member, ends) = (member.id, state.now() + age);
    let hash = token.hash();
    let opened = scope.retrying(&hash, move |tx, hash| {
        Box::pin(async move { tx.pages().open(member, hash, ends).await })
    });
    opened.await?;
    let mut response = page::go(&row.return_to);
    if let Some(cookie) = cookies::set(&state.urls, edge::PAGE_COOKIE, token.expose(), age) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
