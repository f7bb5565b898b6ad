//! The token endpoint.

mod exchange;
mod refresh;

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use model::{
    Access, ClientRef, GrantId, Locale, MemberId, MemberStatus, TenantId, TenantStatus, Timestamp,
    policy,
};
use serde_json::json;
use store::{Contention, NewPair, StoreError, TenantTx};
use uuid::Uuid;
use vault::TokenKind;

use super::client_auth::authenticate;
use crate::{
    protocol::{
        fault::{OAuthError, OAuthFault},
        form::{FormError, Params},
    },
    state::{Asking, OAuthState},
};

/// Handles a token request.
pub(crate) async fn token(
    State(state): State<OAuthState>,
    asking: Asking,
    body: Bytes,
) -> Response {
    // Rotation must end once it began, so it runs in a task of its own: a client that hangs up
    // between the commit and the answer has the grace to ask again.
    let task = tokio::spawn(async move {
        let locale = asking.locale;
        handle(&state, &asking, &body)
            .await
            .unwrap_or_else(|fault| match fault {
                TokenFault::Told(fault) => fault.into_response(),
                TokenFault::Store(error) => OAuthFault::internal(&error, locale).into_response(),
            })
    });
    task.await.unwrap_or_else(|_| {
        OAuthFault::new(
            OAuthError::ServerError,
            Locale::En,
            "The request failed on our side.",
            "请求在服务端失败。",
        )
        .into_response()
    })
}

/// Why there are no tokens.
enum TokenFault {
    Told(OAuthFault),
    Store(StoreError),
}

impl From<StoreError> for TokenFault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<OAuthFault> for TokenFault {
    fn from(fault: OAuthFault) -> Self {
        Self::Told(fault)
    }
}

/// Why a transaction gave nothing. Nothing of it is kept.
enum Stopped {
    /// The request is refused.
    Refused(TokenFault),
    /// What was presented was used before in a way that ends the grant.
    Reused,
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<TokenFault> for Stopped {
    fn from(fault: TokenFault) -> Self {
        Self::Refused(fault)
    }
}

impl Contention for Stopped {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Refused(TokenFault::Store(error)) if error.is_contended())
    }
}

async fn handle(state: &OAuthState, asking: &Asking, body: &[u8]) -> Result<Response, TokenFault> {
    let params = read_form(asking, body)?;
    let client = authenticate(state, asking, &params).await?;
    let grant_type = params.get("grant_type");
    if let Some(name) = grant_type
        && crate::protocol::metadata::GRANT_TYPES.contains(&name)
        && !client
            .metadata
            .grant_types
            .iter()
            .any(|known| known == name)
    {
        return Err(OAuthFault::new(
            OAuthError::UnauthorizedClient,
            asking.locale,
            "The client did not register for this grant type.",
            "客户端未注册该授权类型。",
        )
        .into());
    }
    match grant_type {
        Some("authorization_code") => exchange::exchange(state, asking, &params, &client).await,
        Some("refresh_token") => refresh::refresh(state, asking, &params, &client).await,
        Some(_) => Err(OAuthFault::new(
            OAuthError::UnsupportedGrantType,
            asking.locale,
            "This grant type is not supported.",
            "不支持该授权类型。",
        )
        .into()),
        None => Err(OAuthFault::new(
            OAuthError::InvalidRequest,
            asking.locale,
            "grant_type is missing.",
            "缺少 grant_type。",
        )
        .into()),
    }
}

/// Reads the form of a token, revocation or introspection request.
pub(crate) fn read_form(asking: &Asking, body: &[u8]) -> Result<Params, OAuthFault> {
    Params::body(&asking.headers, body).map_err(|error| {
        let (en, zh) = match error {
            FormError::ContentType => (
                "The body must be application/x-www-form-urlencoded.",
                "请求体必须为 application/x-www-form-urlencoded。",
            ),
            FormError::Repeated => (
                "A parameter was sent more than once.",
                "某个参数被重复发送。",
            ),
            FormError::Malformed => ("The parameters cannot be read.", "无法解析参数。"),
        };
        OAuthFault::new(OAuthError::InvalidRequest, asking.locale, en, zh)
    })
}

/// The one answer to every code or refresh token that does not work: it does not say why.
fn invalid_grant(locale: Locale) -> TokenFault {
    OAuthFault::new(
        OAuthError::InvalidGrant,
        locale,
        "The code or refresh token is not valid for this client any more.",
        "授权码或刷新令牌对该客户端已失效。",
    )
    .into()
}

/// Checks the `resource` of a token request (RFC 8707): a door of the granted tenant. A client
/// that was given the address of one door may use the tenant's other doors.
fn check_resource(
    state: &OAuthState,
    asking: &Asking,
    params: &Params,
    granted: &str,
) -> Result<(), TokenFault> {
    let Some(asked) = params.get("resource") else {
        return Ok(());
    };
    let asked = state.urls.resource_of(asked).map(|resource| resource.slug);
    let granted = state
        .urls
        .resource_of(granted)
        .map(|resource| resource.slug);
    if asked.is_some() && asked == granted {
        return Ok(());
    }
    Err(OAuthFault::new(
        OAuthError::InvalidTarget,
        asking.locale,
        "resource is not the one that access was granted for.",
        "resource 与授权时的资源不一致。",
    )
    .into())
}

/// How long a member may use a client.
struct Admission {
    /// Days after which the member allows it again, where the rules say so.
    days: Option<u16>,
}

impl Admission {
    /// When access that was given at `since` ends.
    fn ends(&self, since: Timestamp, usual: Timestamp) -> Timestamp {
        let days = self
            .days
            .map(|days| Duration::from_hours(24 * u64::from(days)));
        days.map_or(usual, |days| usual.min(since + days))
    }
}

/// Whether the member may still come in, and with this client: asked at every step, not only at
/// the first.
async fn may_come_in(
    state: &OAuthState,
    tx: &TenantTx,
    tenant: TenantId,
    member: MemberId,
    client: &ClientRef,
) -> Result<Option<Admission>, StoreError> {
    let entry = state.store.directory().by_id(tenant).await?;
    let entry = entry.filter(|entry| entry.tenant.status == TenantStatus::Active);
    let member = tx.members().get(member).await?;
    let member = member.filter(|member| member.status == MemberStatus::Active);
    let (Some(entry), Some(member)) = (entry, member) else {
        return Ok(None);
    };
    let allowed = policy::may_connect(&entry.rules, member.roles, client).is_ok();
    Ok(allowed.then(|| Admission {
        days: policy::consent_days(&entry.rules, member.roles),
    }))
}

/// A fresh pair for a grant, stored in `tx`; the answer is built before the commit and sent
/// after it.
async fn issue(
    state: &OAuthState,
    tx: &TenantTx,
    grant: GrantId,
    parent: Option<Uuid>,
    access: Access,
    with_refresh: bool,
    grant_ends: Timestamp,
) -> Result<Response, StoreError> {
    let times = state.options.lifetimes;
    let now = state.now();
    let access_token = state.mint(TokenKind::Access);
    let refresh_token = with_refresh.then(|| state.mint(TokenKind::Refresh));
    let refresh_hash = refresh_token.as_ref().map(vault::Token::hash);
    let access_ends = (now + times.access).min(grant_ends);
    tx.grants()
        .issue(
            grant,
            NewPair {
                parent,
                access,
                access_hash: &access_token.hash(),
                access_expires_at: access_ends,
                refresh_hash: refresh_hash.as_ref(),
                refresh_expires_at: (now + times.refresh_idle).min(grant_ends),
            },
        )
        .await?;
    let mut answer = json!({
        "access_token": access_token.expose(),
        "token_type": "Bearer",
        "expires_in": access_ends.since(now).as_secs(),
        "scope": access.scope(),
    });
    if let Some(token) = refresh_token {
        answer["refresh_token"] = token.expose().into();
    }
    let mut response = Json(answer).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    Ok(response)
}
