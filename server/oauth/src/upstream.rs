//! Our leg towards Feishu: where the browser is sent, and what comes back.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use feishu::{
    AppCredentials, Meter, Session,
    tokens::{self, TokenFault, UserTokens},
};
use model::{Capability, Principal, Purpose, ScopeSet, Tenant, TenantId};
use oauth2::{
    AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    basic::BasicClient,
};
use store::StoreError;
use vault::Secret;
use views::error::Trouble;

use crate::state::OAuthState;

/// Most scopes of one authorize request (Feishu refuses more).
const MAX_SCOPES: usize = 50;
/// How long the scopes of an app are remembered. Short: for one that was taken away since, Feishu
/// keeps the member on a page of its own, so we do not hear of it.
const SCOPES_FOR: Duration = Duration::from_mins(1);
/// How long a login may be held up by the question which scopes the app has.
const SCOPES_WITHIN: Duration = Duration::from_secs(4);

/// A verifier for our own leg (RFC 7636): 32 random bytes.
pub(crate) fn verifier(state: &OAuthState) -> Secret {
    let mut random = [0_u8; 32];
    state.entropy.fill(&mut random);
    Secret::new(URL_SAFE_NO_PAD.encode(random))
}

/// The address that the browser is sent to.
pub(crate) async fn authorize_url(
    state: &OAuthState,
    tenant: &Tenant,
    feishu_state: &str,
    verifier: &Secret,
) -> Result<String, UpstreamFault> {
    let scopes = scopes(state, tenant).await;
    let hosts = (state.hosts)(tenant.brand);
    let page = hosts.authorize_page().ok_or(UpstreamFault::Address)?;
    let redirect = RedirectUrl::new(state.urls.callback()).map_err(|_| UpstreamFault::Address)?;
    let client = BasicClient::new(ClientId::new(tenant.app_id.clone()))
        .set_auth_uri(AuthUrl::from_url(page))
        .set_redirect_uri(redirect);
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(
        verifier.expose().to_owned(),
    ));
    let (url, _) = client
        .authorize_url(|| CsrfToken::new(feishu_state.to_owned()))
        .add_scopes(scopes.into_iter().map(Scope::new))
        .set_pkce_challenge(challenge)
        .url();
    Ok(url.into())
}

/// What is asked for: the scopes of the tenant's capabilities that the app really has. Feishu
/// refuses a whole sign-in for one scope that the app lacks, so what is missing is left out;
/// tools that need it say so later. Where the app's scopes cannot be read, the capabilities'
/// scopes are asked for as they are. A scope that a broader one of the list covers is not asked for.
pub(crate) async fn scopes(state: &OAuthState, tenant: &Tenant) -> Vec<String> {
    let wanted = Capability::every_scope_of(&tenant.capabilities);
    let granted = match tokio::time::timeout(SCOPES_WITHIN, app_scopes(state, tenant)).await {
        Ok(Ok(granted)) => Some(granted),
        Ok(Err(error)) => {
            tracing::warn!(tenant = %tenant.id, error = %error, "the app's scopes are not known");
            None
        }
        Err(_) => None,
    };
    let mut asked = intersect(&wanted, granted.as_deref());
    // Only where the app is known to have them: they must not cost a sign-in.
    let spare = Capability::SPARE_SCOPES
        .iter()
        .map(|scope| (*scope).to_owned());
    let spare = spare.filter(|scope| granted.as_ref().is_some_and(|has| has.contains(scope)));
    let room = MAX_SCOPES.saturating_sub(asked.len());
    asked.extend(spare.take(room));
    asked
}

fn intersect(wanted: &ScopeSet, granted: Option<&ScopeSet>) -> Vec<String> {
    let there = wanted
        .iter()
        .filter(|scope| granted.is_none_or(|granted| granted.contains(*scope)))
        .cloned()
        .collect();
    model::scopes::condensed(there)
        .into_iter()
        .take(MAX_SCOPES)
        .collect()
}

async fn app_scopes(state: &OAuthState, tenant: &Tenant) -> Result<Arc<ScopeSet>, UpstreamFault> {
    let now = state.now();
    if let Some((read_at, scopes)) = state.cache().lock().get(&tenant.id)
        && now.since(*read_at) < SCOPES_FOR
    {
        return Ok(Arc::clone(scopes));
    }
    let secret = app_secret(state, tenant.id).await?;
    let hosts = (state.hosts)(tenant.brand);
    let credentials = AppCredentials {
        app_id: tenant.app_id.clone(),
        secret: secret.expose().to_owned().into(),
    };
    let token = tokens::tenant_token(&state.transport, &hosts, &credentials)
        .await
        .map_err(UpstreamFault::Token)?;
    let session = Session::new(
        state.transport.clone(),
        Arc::new(hosts),
        &token.token,
        Arc::new(Meter::default()),
    );
    let scopes: ScopeSet = feishu::user_scopes(&session)
        .await
        .map_err(UpstreamFault::Feishu)?;
    let scopes = Arc::new(scopes);
    let mut cache = state.cache().lock();
    cache.retain(|_, (read_at, _)| now.since(*read_at) < SCOPES_FOR);
    cache.insert(tenant.id, (now, Arc::clone(&scopes)));
    Ok(scopes)
}

/// Forgets the scopes of an app, after Feishu refused one of them.
pub(crate) fn forget_scopes(state: &OAuthState, tenant: TenantId) {
    state.cache().lock().remove(&tenant);
}

async fn app_secret(state: &OAuthState, tenant: TenantId) -> Result<Secret, UpstreamFault> {
    let scope = state
        .store
        .scope(&Principal::platform(tenant, Purpose::SignIn));
    let tx = scope.read().await?;
    Ok(tx.app().secret().await?)
}

/// Who came back from Feishu, and the tokens.
pub(crate) struct Returned {
    pub(crate) tokens: UserTokens,
    pub(crate) user: feishu::UserInfo,
}

/// Exchanges Feishu's code and asks who it is.
pub(crate) async fn exchange(
    state: &OAuthState,
    tenant: &Tenant,
    code: &str,
    verifier: &Secret,
) -> Result<Returned, UpstreamFault> {
    let secret = app_secret(state, tenant.id).await?;
    let hosts = (state.hosts)(tenant.brand);
    let credentials = AppCredentials {
        app_id: tenant.app_id.clone(),
        secret: secret.expose().to_owned().into(),
    };
    let tokens = tokens::exchange_code(
        &state.transport,
        &hosts,
        &credentials,
        code,
        &state.urls.callback(),
        verifier.expose(),
    )
    .await
    .map_err(UpstreamFault::Token)?;
    let session = Session::new(
        state.transport.clone(),
        Arc::new(hosts),
        &tokens.access_token,
        Arc::new(Meter::default()),
    );
    let user = feishu::user_info(&session)
        .await
        .map_err(UpstreamFault::Feishu)?;
    Ok(Returned { tokens, user })
}

/// Why the leg towards Feishu failed.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamFault {
    /// Feishu refused a token request.
    #[error("feishu refused a token request")]
    Token(#[source] TokenFault),
    /// Feishu refused or failed another call.
    #[error("feishu refused a call")]
    Feishu(#[source] feishu::FeishuError),
    /// The store failed.
    #[error("the app's secret could not be read")]
    Store(#[from] StoreError),
    /// A configured address cannot be used.
    #[error("a configured address cannot be used")]
    Address,
}

impl UpstreamFault {
    /// Feishu's code, if it said one.
    pub fn feishu_code(&self) -> Option<i64> {
        match self {
            Self::Token(fault) => Some(fault.code).filter(|code| *code != 0),
            Self::Feishu(feishu::FeishuError::Api { code, .. }) => Some(*code),
            _ => None,
        }
    }

    /// What a person is told.
    pub fn trouble(&self) -> Trouble {
        match self.feishu_code() {
            Some(code) => diagnosis(code),
            None if matches!(self, Self::Store(_) | Self::Address) => Trouble::Internal,
            None => Trouble::FeishuUnavailable,
        }
    }
}

/// What is wrong, by Feishu's code.
pub fn diagnosis(code: i64) -> Trouble {
    match code {
        20002 | 20048 | 10003 | 10014 => Trouble::FeishuCredentials,
        20008 | 20009 | 20010 | 20066 | 20069 | 20021..=20023 | 99_991_662 => {
            Trouble::FeishuUnpublished
        }
        20027 | 20043 | 20068 => Trouble::FeishuScope,
        20029 | 20071 => Trouble::FeishuRedirect,
        20004 => Trouble::FeishuClock,
        20003 | 20049 | 20065 => Trouble::SignInExpired,
        _ => Trouble::FeishuUnavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_missing_scope_never_blocks_a_login() {
        let wanted: ScopeSet = ["a", "b", "offline_access"].map(str::to_owned).into();
        let granted: ScopeSet = ["b", "c", "offline_access"].map(str::to_owned).into();
        assert_eq!(intersect(&wanted, Some(&granted)), ["b", "offline_access"]);
        assert_eq!(intersect(&wanted, None), ["a", "b", "offline_access"]);
    }

    #[test]
    fn known_codes_have_their_own_diagnosis() {
        for (code, trouble) in [
            (20029, Trouble::FeishuRedirect),
            (20071, Trouble::FeishuRedirect),
            (20027, Trouble::FeishuScope),
            (20068, Trouble::FeishuScope),
            (20004, Trouble::FeishuClock),
            (20009, Trouble::FeishuUnpublished),
            (20010, Trouble::FeishuUnpublished),
            (20069, Trouble::FeishuUnpublished),
            (20002, Trouble::FeishuCredentials),
            (20065, Trouble::SignInExpired),
            (20050, Trouble::FeishuUnavailable),
        ] {
            assert_eq!(diagnosis(code), trouble, "{code}");
        }
    }
}
