//! Bearer tokens and page sessions: from a header to a principal.

mod cache;
mod fault;
mod upload;

use std::sync::Arc;

use axum::http::HeaderMap;
use bus::Bus;
use http::header;
use model::{
    Channel, ClientRef, Clock, GrantId, Id, Locale, Member, MemberStatus, Principal,
    PrincipalParts, Purpose, Slug, Subject, Tenant, TenantId, TenantStatus, Timestamp,
};
use store::{Store, StoreError, TenantEntry, TenantTx};
use vault::{TokenHash, TokenKind};

use crate::{Door, ReaderLocale, ResourceRef, Urls};
use cache::{Cache, Checked};
pub use fault::{BearerFault, BearerReason};
pub use upload::{UploadEnd, UploadFault, UploadPass};

/// Turns a bearer token or a page cookie into a [`Principal`]. Positive checks of bearer tokens
/// are remembered for at most five seconds, by tenant and token hash, and dropped at once when
/// the bus announces a revocation. Cheap to clone.
#[derive(Clone)]
pub struct Authenticator {
    store: Store,
    clock: Arc<dyn Clock>,
    urls: Urls,
    cache: Arc<Cache>,
}

impl Authenticator {
    /// Over one store; listens to `bus` for as long as the value lives. Needs a running tokio.
    pub fn new(store: Store, bus: &Bus, clock: Arc<dyn Clock>, urls: Urls) -> Self {
        let cache = Arc::new(Cache::new());
        cache::listen(Arc::downgrade(&cache), bus.subscribe());
        Self {
            store,
            clock,
            urls,
            cache,
        }
    }

    /// Authenticates the request of a client at a door of a tenant.
    pub async fn bearer(
        &self,
        headers: &HeaderMap,
        slug: &Slug,
        channel: Channel,
    ) -> Result<Principal, BearerFault> {
        let resource = ResourceRef::new(slug.clone(), Door::from(channel));
        self.bearer_at(headers, &resource).await
    }

    /// The same for a door that may be named by its short path, so that the challenge names the
    /// address that the client was given.
    pub async fn bearer_at(
        &self,
        headers: &HeaderMap,
        resource: &ResourceRef,
    ) -> Result<Principal, BearerFault> {
        let locale = ReaderLocale::of(None, headers);
        let refuse = |reason| {
            BearerFault::new(reason, &self.urls, resource).in_locale(locale.unwrap_or_default())
        };
        let failed = |error: StoreError| {
            tracing::error!(error = %error, "a bearer token could not be checked");
            refuse(BearerReason::Unavailable)
        };
        let entry = self
            .store
            .directory()
            .by_slug(&resource.slug)
            .await
            .map_err(failed)?
            .ok_or_else(|| refuse(BearerReason::UnknownTenant))?;
        let (kind, hash) = token_of(headers).map_err(refuse)?;
        if entry.tenant.status != TenantStatus::Active {
            return Err(refuse(BearerReason::Blocked));
        }
        let checked = self
            .check(entry.tenant.id, kind, &hash)
            .await
            .map_err(failed)?;
        let checked = match checked {
            Outcome::Known(checked) => checked,
            Outcome::Unknown => return Err(refuse(BearerReason::Invalid)),
            Outcome::Blocked => return Err(refuse(BearerReason::Blocked)),
        };
        let locale = locale.unwrap_or(entry.tenant.locale);
        Ok(Principal::establish(checked.parts.clone()).through(resource.door.channel(), locale))
    }

    /// Whether the credential behind an open stream still holds; asked on each keep-alive tick.
    /// When it cannot be checked, it does not: a stream can be opened again.
    pub async fn still_valid(&self, principal: &Principal) -> bool {
        let now = self.clock.now();
        if principal.expires_at().is_some_and(|ends| now >= ends) {
            return false;
        }
        match self.recheck(principal, now).await {
            Ok(valid) => valid,
            Err(error) => {
                tracing::warn!(error = %error, "an open stream could not be checked");
                false
            }
        }
    }

    async fn recheck(&self, principal: &Principal, now: Timestamp) -> Result<bool, StoreError> {
        let tenant = principal.tenant();
        let served = self
            .store
            .directory()
            .by_id(tenant)
            .await?
            .is_some_and(|entry| entry.tenant.status == TenantStatus::Active);
        let (Some(member), Some(grant)) = (principal.member(), principal.grant()) else {
            return Ok(false);
        };
        let tx = self.reader(tenant).await?;
        let member = tx.members().get(member).await?;
        let active = member.is_some_and(|member| member.status == MemberStatus::Active);
        let holds = match tx.grants().get(grant).await? {
            Some(row) => row.is_active(now),
            // An API key stands for a grant of its own, with the same number.
            None => tx
                .api_keys()
                .get(Id::from_uuid(grant.uuid()))
                .await?
                .is_some_and(|key| key.revoked_at.is_none() && now < key.expires_at),
        };
        Ok(served && active && holds)
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) const fn urls(&self) -> &Urls {
        &self.urls
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn check(
        &self,
        tenant: TenantId,
        kind: TokenKind,
        hash: &TokenHash,
    ) -> Result<Outcome, StoreError> {
        let now = self.clock.now();
        if let Some(checked) = self.cache.get(tenant, hash, now) {
            return Ok(Outcome::Known(checked));
        }
        let seen = self.cache.generation();
        let tx = self.reader(tenant).await?;
        let found = match kind {
            TokenKind::ApiKey => self.api_key(&tx, hash, now).await?,
            _ => self.access_token(&tx, hash, now).await?,
        };
        drop(tx);
        let Some(found) = found else {
            return Ok(Outcome::Unknown);
        };
        if found.member.status != MemberStatus::Active {
            return Ok(Outcome::Blocked);
        }
        let Some(entry) = self.store.directory().by_id(tenant).await? else {
            return Ok(Outcome::Unknown);
        };
        self.note_use(tenant, &found, now).await;
        let checked = Arc::new(found.into_checked(&entry, now));
        self.cache.put(tenant, *hash, Arc::clone(&checked), seen);
        Ok(Outcome::Known(checked))
    }

    async fn access_token(
        &self,
        tx: &TenantTx,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Found>, StoreError> {
        let token = tx.grants().access_token(hash).await?;
        let Some(token) = token.filter(|row| row.revoked_at.is_none() && now < row.expires_at)
        else {
            return Ok(None);
        };
        let grant = tx.grants().get(token.grant).await?;
        let Some(grant) = grant.filter(|grant| grant.is_active(now)) else {
            return Ok(None);
        };
        let Some(member) = tx.members().get(grant.member).await? else {
            return Ok(None);
        };
        Ok(Some(Found {
            member,
            access: token.access.min(grant.access),
            client: ClientRef {
                id: Some(grant.client),
                name: grant.client_name,
                verified: grant.vouched_by.is_some(),
            },
            grant: grant.id,
            expires_at: token.expires_at,
            first_use: token.used_at.is_none().then_some(FirstUse::Token(token.id)),
        }))
    }

    async fn api_key(
        &self,
        tx: &TenantTx,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Found>, StoreError> {
        let key = tx.api_keys().by_hash(hash).await?;
        let Some(key) = key.filter(|row| row.revoked_at.is_none() && now < row.expires_at) else {
            return Ok(None);
        };
        let Some(member) = tx.members().get(key.member).await? else {
            return Ok(None);
        };
        let stale = key
            .used_at
            .is_none_or(|at| now.since(at).as_secs() > KEY_USE_NOTED);
        Ok(Some(Found {
            member,
            access: key.access,
            client: ClientRef::unregistered(key.name),
            grant: Id::from_uuid(key.id.uuid()),
            expires_at: key.expires_at,
            first_use: stale.then_some(FirstUse::Key(key.id)),
        }))
    }

    /// Notes the first use of a token: the replay rule asks for it. A note that fails is made at
    /// the next check, a few seconds later.
    async fn note_use(&self, tenant: TenantId, found: &Found, _now: Timestamp) {
        let Some(first) = found.first_use else {
            return;
        };
        let store = self.store.clone();
        let noted = tokio::spawn(async move {
            let scope = store.scope(&Principal::platform(tenant, Purpose::TokenRequest));
            let tx = scope.write().await?;
            match first {
                FirstUse::Token(id) => tx.grants().mark_access_used(id).await?,
                FirstUse::Key(id) => tx.api_keys().mark_used(id).await?,
            }
            tx.commit().await
        });
        if let Ok(Err(error)) = noted.await {
            tracing::debug!(error = %error, "the use of a token could not be noted");
        }
    }

    pub(crate) async fn reader(&self, tenant: TenantId) -> Result<TenantTx, StoreError> {
        self.store
            .scope(&Principal::platform(tenant, Purpose::TokenRequest))
            .read()
            .await
    }
}

/// How often the use of an API key is noted, in seconds.
const KEY_USE_NOTED: u64 = 600;

enum Outcome {
    Known(Arc<Checked>),
    Unknown,
    Blocked,
}

#[derive(Debug, Clone, Copy)]
enum FirstUse {
    Token(model::AccessTokenId),
    Key(model::ApiKeyId),
}

struct Found {
    member: Member,
    access: model::Access,
    client: ClientRef,
    grant: GrantId,
    expires_at: Timestamp,
    first_use: Option<FirstUse>,
}

impl Found {
    fn into_checked(self, entry: &TenantEntry, now: Timestamp) -> Checked {
        Checked {
            at: now,
            grant: self.grant,
            member: self.member.id,
            parts: PrincipalParts {
                access: self.access,
                client: self.client,
                grant: Some(self.grant),
                expires_at: Some(self.expires_at),
                ..parts_of(&entry.tenant, &self.member, entry.tenant.locale)
            },
        }
    }
}

pub(crate) fn parts_of(tenant: &Tenant, member: &Member, locale: Locale) -> PrincipalParts {
    PrincipalParts {
        tenant: tenant.id,
        subject: Subject::Member {
            id: member.id,
            open_id: member.open_id.clone(),
            name: member.name.clone(),
        },
        roles: member.roles,
        access: model::Access::Read,
        client: ClientRef::unregistered(""),
        grant: None,
        channel: Channel::Console,
        locale,
        expires_at: None,
    }
}

/// The one token of a request. Only the header counts: a token in the query is in somebody's
/// log already.
fn token_of(headers: &HeaderMap) -> Result<(TokenKind, TokenHash), BearerReason> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next().ok_or(BearerReason::Missing)?;
    if lines.next().is_some() {
        return Err(BearerReason::Invalid);
    }
    let text = line.to_str().map_err(|_| BearerReason::Invalid)?;
    let (scheme, token) = text.split_once(' ').ok_or(BearerReason::Invalid)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(BearerReason::Missing);
    }
    let token = token.trim();
    [TokenKind::Access, TokenKind::ApiKey]
        .into_iter()
        .find_map(|kind| Some((kind, TokenHash::of(kind, token)?)))
        .ok_or(BearerReason::Invalid)
}
