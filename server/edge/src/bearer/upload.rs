//! Upload links: from the secret in an address to a principal who may send one file to one place.

use axum::http::HeaderMap;
use model::{
    ClientRef, GrantId, Id, MemberStatus, Principal, PrincipalParts, Purpose, Slug, TenantStatus,
    Timestamp,
};
use store::{StoreError, TenantEntry, TenantTx};
use vault::{TokenHash, TokenKind};

use super::{Authenticator, parts_of};
use crate::ReaderLocale;

/// A link that was taken: nobody else can take it until it is settled.
#[derive(Debug, Clone)]
pub struct UploadPass {
    /// In whose name, through which door.
    pub principal: Principal,
    /// What the link was made for.
    pub link: store::UploadLink,
}

/// Why a link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadFault {
    /// No such link in this tenant.
    #[error("there is no such upload link")]
    Unknown,
    /// Its time is over.
    #[error("the upload link has expired")]
    Expired,
    /// It was used up.
    #[error("the upload link was used")]
    Used,
    /// Somebody is sending to it.
    #[error("the upload link is in use")]
    Busy,
    /// The member, the grant or the tenant behind it is no longer served.
    #[error("the credential behind the upload link has ended")]
    Ended,
    /// It could not be checked.
    #[error("the upload link could not be checked")]
    Unavailable,
}

/// What became of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadEnd {
    /// The bytes are in Feishu.
    Done,
    /// Nothing came of it, so the link may be tried again.
    Nothing,
}

impl Authenticator {
    /// Looks at a link without taking it.
    ///
    /// # Errors
    /// Why it would not open.
    pub async fn upload(
        &self,
        headers: &HeaderMap,
        slug: &Slug,
        secret: &str,
    ) -> Result<UploadPass, UploadFault> {
        let failed = |error: StoreError| {
            tracing::error!(error = %error, "an upload link could not be checked");
            UploadFault::Unavailable
        };
        let entry = self.store.directory().by_slug(slug).await.map_err(failed)?;
        let entry = entry.ok_or(UploadFault::Unknown)?;
        let hash = TokenHash::of(TokenKind::Upload, secret).ok_or(UploadFault::Unknown)?;
        let lookup = self.store.lookup(&hash).await.map_err(failed)?;
        let link = lookup.upload_link().await.map_err(failed)?;
        let link = link.filter(|link| link.tenant == entry.tenant.id);
        let link = link.ok_or(UploadFault::Unknown)?;
        let now = self.clock.now();
        if link.used_at.is_some() {
            return Err(UploadFault::Used);
        }
        if now >= link.made.expires_at {
            return Err(UploadFault::Expired);
        }
        if entry.tenant.status != TenantStatus::Active {
            return Err(UploadFault::Ended);
        }
        let parts = self.behind(&entry, &link, now).await.map_err(failed)?;
        let parts = parts.ok_or(UploadFault::Ended)?;
        let locale = ReaderLocale::of(None, headers).unwrap_or(link.made.locale);
        Ok(UploadPass {
            principal: Principal::establish(parts).through(link.made.channel, locale),
            link,
        })
    }

    /// Takes a link for one upload.
    ///
    /// # Errors
    /// [`UploadFault::Busy`] when another upload has it.
    pub async fn take_upload(&self, pass: &UploadPass) -> Result<(), UploadFault> {
        let taken = async {
            let tx = self.upload_writer(pass).await?;
            let taken = tx.upload_links().take(pass.link.id).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(taken)
        };
        match taken.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(UploadFault::Busy),
            Err(error) => {
                tracing::error!(error = %error, "an upload link could not be taken");
                Err(UploadFault::Unavailable)
            }
        }
    }

    /// Uses a taken link up, or gives it back. When that fails, the link stays taken until its end.
    pub async fn settle_upload(&self, pass: &UploadPass, end: UploadEnd) {
        let settled = async {
            let tx = self.upload_writer(pass).await?;
            match end {
                UploadEnd::Done => tx.upload_links().use_up(pass.link.id).await?,
                UploadEnd::Nothing => tx.upload_links().give_back(pass.link.id).await?,
            }
            tx.commit().await
        };
        if let Err(error) = settled.await {
            tracing::error!(error = %error, "an upload link could not be settled");
        }
    }

    async fn upload_writer(&self, pass: &UploadPass) -> Result<TenantTx, StoreError> {
        let principal = Principal::platform(pass.link.tenant, Purpose::TokenRequest);
        self.store.scope(&principal).write().await
    }

    /// The member and the grant behind a link, if both still hold. They are read anew: a link
    /// lives longer than what is remembered of a token.
    async fn behind(
        &self,
        entry: &TenantEntry,
        link: &store::UploadLink,
        now: Timestamp,
    ) -> Result<Option<PrincipalParts>, StoreError> {
        let tx = self.reader(link.tenant).await?;
        let Some(member) = tx.members().get(link.made.member).await? else {
            return Ok(None);
        };
        if member.status != MemberStatus::Active {
            return Ok(None);
        }
        let held = match tx.grants().get(link.made.grant).await? {
            Some(grant) if grant.is_active(now) && grant.member == member.id => {
                let client = ClientRef {
                    id: Some(grant.client),
                    name: grant.client_name,
                    verified: grant.vouched_by.is_some(),
                };
                Some((grant.access, client))
            }
            Some(_) => None,
            None => key_behind(&tx, link.made.grant, now)
                .await?
                .filter(|key| key.member == member.id)
                .map(|key| (key.access, ClientRef::unregistered(key.name))),
        };
        Ok(held.map(|(access, client)| PrincipalParts {
            access,
            client,
            grant: Some(link.made.grant),
            expires_at: Some(link.made.expires_at),
            ..parts_of(&entry.tenant, &member, entry.tenant.locale)
        }))
    }
}

/// The API key that stands for a grant of the same number.
async fn key_behind(
    tx: &TenantTx,
    grant: GrantId,
    now: Timestamp,
) -> Result<Option<store::ApiKey>, StoreError> {
    let key = tx.api_keys().get(Id::from_uuid(grant.uuid())).await?;
    Ok(key.filter(|key| key.revoked_at.is_none() && now < key.expires_at))
}
