//! The token endpoints: user tokens (v2, or v3 by configuration) and the app's own.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Exchange, FeishuError, Hosts, Transport};

/// An app's credentials.
#[derive(Clone)]
pub struct AppCredentials {
    /// `cli_…`.
    pub app_id: String,
    /// The secret.
    pub secret: Zeroizing<String>,
}

impl std::fmt::Debug for AppCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppCredentials")
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

/// What a person granted.
#[derive(Clone)]
pub struct UserTokens {
    /// For calls.
    pub access_token: Zeroizing<String>,
    /// Seconds.
    pub expires_in: u64,
    /// Single use; absent unless `offline_access` was granted.
    pub refresh_token: Option<Zeroizing<String>>,
    /// Seconds.
    pub refresh_expires_in: Option<u64>,
    /// Everything granted so far, separated by spaces.
    pub scope: String,
}

impl std::fmt::Debug for UserTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserTokens")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// The app's own token.
#[derive(Clone)]
pub struct AppToken {
    /// `t-…`.
    pub token: Zeroizing<String>,
    /// Seconds.
    pub expires_in: u64,
}

/// What a refused token request means for the stored grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenFaultClass {
    /// The refresh token is dead by Feishu's clear word (20026, 20037, 20064, 20073).
    GrantDead,
    /// The code is wrong, old or used: begin the login again.
    CodeDead,
    /// The app's credentials, status or settings; an admin must act.
    AppConfig,
    /// The person may not use the app, or is gone.
    Person,
    /// The scope list must shrink.
    Scope,
    /// Nothing is known about the effect: keep everything, try later.
    Unclear,
    /// Our request is wrong.
    Bug,
}

/// A token request without tokens.
#[derive(Debug, thiserror::Error)]
#[error("the token request failed with code {code}")]
pub struct TokenFault {
    /// Feishu's code; 0 when there was none.
    pub code: i64,
    /// `error`.
    pub error: String,
    /// `error_description`, for people.
    pub description: String,
    /// What it means.
    pub class: TokenFaultClass,
    /// Log id.
    pub log_id: Option<String>,
}

impl TokenFault {
    fn unclear(log_id: Option<String>, description: &str) -> Self {
        Self {
            code: 0,
            error: String::new(),
            description: description.to_owned(),
            class: TokenFaultClass::Unclear,
            log_id,
        }
    }
}

impl From<FeishuError> for TokenFault {
    fn from(error: FeishuError) -> Self {
        Self::unclear(error.log_id().map(str::to_owned), &error.to_string())
    }
}

/// Decides by the code first, by `error` where there is none (v3 errors may lack it).
/// `refreshing` says which kind of grant an `invalid_grant` is about.
fn class_of(code: i64, error: &str, http: u16, refreshing: bool) -> TokenFaultClass {
    match code {
        20026 | 20037 | 20064 | 20073 => TokenFaultClass::GrantDead,
        20003 | 20004 | 20049 | 20065 | 20024 => TokenFaultClass::CodeDead,
        20002 | 20009 | 20048 | 20069 | 20074 | 10003 | 10014 | 10015 => TokenFaultClass::AppConfig,
        20008 | 20010 | 20066 | 20021 | 20022 | 20023 => TokenFaultClass::Person,
        20027 | 20043 | 20067 | 20068 => TokenFaultClass::Scope,
        20001 | 20036 | 20063 | 20070 | 20071 => TokenFaultClass::Bug,
        0 => match error {
            "invalid_client" | "unauthorized_client" => TokenFaultClass::AppConfig,
            "invalid_scope" => TokenFaultClass::Scope,
            "invalid_grant" if http == 400 && refreshing => TokenFaultClass::GrantDead,
            "invalid_grant" if http == 400 => TokenFaultClass::CodeDead,
            "invalid_request" | "unsupported_grant_type" if http == 400 => TokenFaultClass::Bug,
            _ => TokenFaultClass::Unclear,
        },
        _ => TokenFaultClass::Unclear,
    }
}

#[derive(Serialize)]
struct TokenRequest<'a> {
    grant_type: &'a str,
    client_id: &'a str,
    client_secret: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_verifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    access_token: String,
    #[serde(default)]
    expires_in: u64,
    refresh_token: Option<String>,
    refresh_token_expires_in: Option<u64>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    error: serde_json::Value,
    #[serde(default)]
    error_description: String,
    #[serde(default)]
    msg: String,
}

/// Exchanges an authorization code (single use, 5 minutes).
pub async fn exchange_code(
    transport: &Transport,
    hosts: &Hosts,
    app: &AppCredentials,
    code: &str,
    redirect_uri: &str,
    verifier: &str,
) -> Result<UserTokens, TokenFault> {
    let request = TokenRequest {
        grant_type: "authorization_code",
        client_id: &app.app_id,
        client_secret: &app.secret,
        code: Some(code),
        redirect_uri: Some(redirect_uri),
        code_verifier: Some(verifier),
        refresh_token: None,
    };
    user_tokens(transport, hosts, &request).await
}

/// Exchanges a refresh token. It is dead afterwards, whatever we make of the answer: the caller
/// owns the protocol around this call, and nothing is retried here.
pub async fn refresh(
    transport: &Transport,
    hosts: &Hosts,
    app: &AppCredentials,
    refresh_token: &str,
) -> Result<UserTokens, TokenFault> {
    let request = TokenRequest {
        grant_type: "refresh_token",
        client_id: &app.app_id,
        client_secret: &app.secret,
        code: None,
        redirect_uri: None,
        code_verifier: None,
        refresh_token: Some(refresh_token),
    };
    user_tokens(transport, hosts, &request).await
}

async fn user_tokens(
    transport: &Transport,
    hosts: &Hosts,
    request: &TokenRequest<'_>,
) -> Result<UserTokens, TokenFault> {
    let path = &transport.options.token_path;
    let host = if path.starts_with("/oauth/") {
        &hosts.accounts
    } else {
        &hosts.open
    };
    let url = format!("{}{path}", host.as_str().trim_end_matches('/'));
    let exchange = transport
        .raw(transport.client().post(url).json(request))
        .await?;
    let Exchange {
        status,
        log_id,
        body,
        ..
    } = exchange;
    let Ok(answer) = serde_json::from_slice::<TokenAnswer>(&body) else {
        return Err(TokenFault::unclear(log_id, "the answer is not readable"));
    };
    if answer.code == 0 && status.is_success() && !answer.access_token.is_empty() {
        return Ok(UserTokens {
            access_token: Zeroizing::new(answer.access_token),
            expires_in: answer.expires_in,
            refresh_token: answer.refresh_token.map(Zeroizing::new),
            refresh_expires_in: answer.refresh_token_expires_in,
            scope: answer.scope,
        });
    }
    let error = answer.error.as_str().unwrap_or_default().to_owned();
    let said = [answer.error_description, answer.msg]
        .into_iter()
        .find(|text| !text.is_empty());
    let refreshing = request.refresh_token.is_some();
    Err(TokenFault {
        class: class_of(answer.code, &error, status.as_u16(), refreshing),
        code: answer.code,
        error,
        description: said.unwrap_or_default(),
        log_id,
    })
}

#[derive(Deserialize)]
struct AppAnswer {
    code: i64,
    #[serde(default)]
    msg: String,
    #[serde(default)]
    tenant_access_token: String,
    #[serde(default)]
    expire: u64,
}

/// The app's own token (`auth/v3/tenant_access_token/internal`). Bad credentials come with HTTP
/// 200 and a code.
pub async fn tenant_token(
    transport: &Transport,
    hosts: &Hosts,
    app: &AppCredentials,
) -> Result<AppToken, TokenFault> {
    tenant_token_dated(transport, hosts, app).await.token
}

/// The app's own token, and what time Feishu says it is.
pub(crate) struct Dated {
    pub(crate) token: Result<AppToken, TokenFault>,
    /// Seconds since 1970, from the answer's `Date`.
    pub(crate) feishu_time: Option<i64>,
}

/// As [`tenant_token`], with Feishu's clock.
pub(crate) async fn tenant_token_dated(
    transport: &Transport,
    hosts: &Hosts,
    app: &AppCredentials,
) -> Dated {
    let url = format!(
        "{}/open-apis/auth/v3/tenant_access_token/internal",
        hosts.open.as_str().trim_end_matches('/')
    );
    let body = serde_json::json!({ "app_id": app.app_id, "app_secret": app.secret.as_str() });
    let asked = transport.raw(transport.client().post(url).json(&body));
    match asked.await {
        Ok(exchange) => Dated {
            feishu_time: exchange.date.as_ref().and_then(seconds),
            token: app_token(exchange),
        },
        Err(error) => Dated {
            feishu_time: None,
            token: Err(error.into()),
        },
    }
}

fn seconds(date: &reqwest::header::HeaderValue) -> Option<i64> {
    let moment = httpdate::parse_http_date(date.to_str().ok()?).ok()?;
    let since = moment.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

fn app_token(exchange: Exchange) -> Result<AppToken, TokenFault> {
    let Ok(answer) = serde_json::from_slice::<AppAnswer>(&exchange.body) else {
        return Err(TokenFault::unclear(
            exchange.log_id,
            "the answer is not readable",
        ));
    };
    if answer.code == 0 && !answer.tenant_access_token.is_empty() {
        let token = Zeroizing::new(answer.tenant_access_token);
        return Ok(AppToken {
            token,
            expires_in: answer.expire,
        });
    }
    Err(TokenFault {
        class: class_of(answer.code, "", exchange.status.as_u16(), false),
        code: answer.code,
        error: String::new(),
        description: answer.msg,
        log_id: exchange.log_id,
    })
}
