//! A member's browser on the pages.

use http::HeaderMap;
use model::{
    Access, ClientRef, MemberStatus, Principal, PrincipalParts, Slug, TenantStatus, Timestamp,
};
use sha2::{Digest, Sha256};
use store::StoreError;
use subtle::ConstantTimeEq;
use vault::{TokenHash, TokenKind};

use crate::{Authenticator, ReaderLocale, Urls, bearer::parts_of, cookies, guard::is_same_origin};

/// Name of the cookie, before the prefix of [`crate::cookies::host_name`].
pub const PAGE_COOKIE: &str = "session";

/// A page session that was checked for this request.
#[derive(Debug, Clone)]
pub struct PageSession {
    /// The member who is signed in.
    pub principal: Principal,
    /// When the member proved at Feishu who it is.
    pub signed_in_at: Timestamp,
    /// Hash of the session's token, to end it.
    pub token: TokenHash,
    /// Value of the `csrf` field of this session's forms.
    pub csrf: String,
}

impl PageSession {
    /// The form token follows from the cookie, which no other site and no script can read.
    fn new(principal: Principal, signed_in_at: Timestamp, token: TokenHash, text: &str) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"form token of a page session\0");
        hasher.update(text.as_bytes());
        Self {
            principal,
            signed_in_at,
            token,
            csrf: hex::encode(hasher.finalize()),
        }
    }

    /// Whether a form came from one of our own pages of this session: the browser says so, and
    /// it carries the token.
    pub fn accepts(&self, urls: &Urls, headers: &HeaderMap, csrf: Option<&str>) -> bool {
        let same = csrf.is_some_and(|text| bool::from(text.as_bytes().ct_eq(self.csrf.as_bytes())));
        same && is_same_origin(urls, headers)
    }
}

impl Authenticator {
    /// The member who is signed in on the pages of a tenant in this browser.
    pub async fn page(
        &self,
        headers: &HeaderMap,
        slug: &Slug,
    ) -> Result<Option<PageSession>, StoreError> {
        let name = cookies::host_name(self.urls(), PAGE_COOKIE);
        let Some(text) = cookies::read(headers, &name) else {
            return Ok(None);
        };
        let Some(token) = TokenHash::of(TokenKind::PageSession, text) else {
            return Ok(None);
        };
        let Some(entry) = self.store().directory().by_slug(slug).await? else {
            return Ok(None);
        };
        if entry.tenant.status != TenantStatus::Active {
            return Ok(None);
        }
        let tx = self.reader(entry.tenant.id).await?;
        let now = self.now();
        let session = tx.pages().session(&token).await?;
        let Some(session) = session.filter(|row| row.revoked_at.is_none() && now < row.expires_at)
        else {
            return Ok(None);
        };
        let Some(member) = tx.members().get(session.member).await? else {
            return Ok(None);
        };
        if member.status != MemberStatus::Active {
            return Ok(None);
        }
        let locale = ReaderLocale::of(None, headers).unwrap_or(entry.tenant.locale);
        let principal = Principal::establish(PrincipalParts {
            access: Access::Write,
            client: ClientRef::unregistered("pages"),
            grant: None,
            expires_at: Some(session.expires_at),
            ..parts_of(&entry.tenant, &member, locale)
        });
        Ok(Some(PageSession::new(
            principal,
            session.created_at,
            token,
            text,
        )))
    }
}
