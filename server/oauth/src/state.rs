//! What the endpoints share.

use std::{collections::HashMap, ops::Deref, sync::Arc, time::Duration};

use axum::extract::FromRequestParts;
use calls::directory::DirectoryCare;
use edge::{Authenticator, Connections, ReaderLocale, Urls, guard::RequestId};
use feishu::{GuardedClient, Hosts, Transport};
use http::{HeaderMap, request::Parts};
use model::{Brand, Clock, Entropy, Locale, ScopeSet, TenantId, Timestamp};
use parking_lot::Mutex;
use store::Store;
use vault::{Token, TokenKind};

/// Lifetimes that are promised in the documentation.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// Our code.
    pub code: Duration,
    /// An access token.
    pub access: Duration,
    /// A refresh token that is not used.
    pub refresh_idle: Duration,
    /// A grant, whatever is refreshed.
    pub grant: Duration,
    /// A pending authorization, from the consent page to Feishu's answer.
    pub pending: Duration,
    /// A page session.
    pub page_session: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            code: Duration::from_mins(1),
            access: Duration::from_hours(1),
            refresh_idle: Duration::from_hours(30 * 24),
            grant: Duration::from_hours(180 * 24),
            pending: Duration::from_mins(10),
            page_session: Duration::from_hours(12),
        }
    }
}

/// Choices of the operator.
#[derive(Debug, Clone, Default)]
pub struct OAuthOptions {
    /// On loopback with a sandbox: client documents may come from loopback, and the
    /// organisation chooser may list the organisations.
    pub development: bool,
    /// Feishu `open_id`s that become admins of their tenant when they first sign in.
    pub admins: Vec<String>,
    /// Lifetimes.
    pub lifetimes: Lifetimes,
}

/// The parts that the program wires together.
pub struct OAuthParts {
    /// The store.
    pub store: Store,
    /// Bearer tokens and page sessions.
    pub auth: Authenticator,
    /// Ends grants.
    pub connections: Connections,
    /// The keeper of what is known about people.
    pub directory: DirectoryCare,
    /// The pool towards Feishu.
    pub transport: Transport,
    /// For addresses that strangers choose.
    pub guarded: GuardedClient,
    /// Feishu's hosts of a brand.
    pub hosts: Arc<dyn Fn(Brand) -> Hosts + Send + Sync>,
    /// Public addresses.
    pub urls: Urls,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Choices.
    pub options: OAuthOptions,
}

/// Scopes of an app as last read, per tenant.
pub(crate) type ScopeCache = Mutex<HashMap<TenantId, (Timestamp, Arc<ScopeSet>)>>;

/// The parts and what is remembered between requests.
pub(crate) struct Shared {
    parts: OAuthParts,
    pub(crate) app_scopes: ScopeCache,
}

/// State of the routers; cheap to clone.
#[derive(Clone)]
pub struct OAuthState(Arc<Shared>);

impl OAuthState {
    /// State over `parts`.
    pub fn new(parts: OAuthParts) -> Self {
        Self(Arc::new(Shared {
            parts,
            app_scopes: Mutex::default(),
        }))
    }

    pub(crate) fn cache(&self) -> &ScopeCache {
        &self.0.app_scopes
    }

    pub(crate) fn mint(&self, kind: TokenKind) -> Token {
        Token::mint(kind, self.entropy.as_ref())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl Deref for OAuthState {
    type Target = OAuthParts;

    fn deref(&self) -> &OAuthParts {
        &self.0.parts
    }
}

/// What every handler wants to know about its request.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    pub(crate) locale: Locale,
    pub(crate) request_id: String,
    pub(crate) headers: HeaderMap,
    pub(crate) path_and_query: String,
    pub(crate) query: String,
}

impl<S: Sync> FromRequestParts<S> for Asking {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default().to_owned();
        Ok(Self {
            locale: ReaderLocale::of(Some(&query), &parts.headers).unwrap_or_default(),
            request_id: parts
                .extensions
                .get::<RequestId>()
                .map(|id| id.0.clone())
                .unwrap_or_default(),
            headers: parts.headers.clone(),
            path_and_query: parts
                .uri
                .path_and_query()
                .map(|text| text.as_str().to_owned())
                .unwrap_or_default(),
            query,
        })
    }
}
