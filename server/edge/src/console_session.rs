//! Who is signed in to the console.
//!
//! Two kinds of people come in: accounts of the console, whose session holds on the whole origin,
//! and members of a tenant who signed in on its pages through Feishu and have a role there. Both
//! become a [`Principal`] of the tenant that the path names.

use std::time::Duration;

use http::HeaderMap;
use model::{
    Access, AccountId, Channel, ClientRef, Locale, Principal, PrincipalParts, Purpose, SessionId,
    Subject, Timestamp,
};
use sha2::{Digest, Sha256};
use store::{Account, AccountSession, StoreError, TenantEntry};
use subtle::ConstantTimeEq;
use vault::{TokenHash, TokenKind};

use crate::{Authenticator, PageSession, ReaderLocale, Urls, cookies, guard::is_same_origin};

/// Name of the cookie of an account, before the prefix of [`cookies::host_name`].
pub const ACCOUNT_COOKIE: &str = "account";

/// How long a proof of who is there lasts for acts that ask for a fresh one.
pub const PROOF_LASTS: Duration = Duration::from_mins(10);

/// How often the use of a session is noted.
const USE_NOTED: Duration = Duration::from_mins(5);

/// An account's browser, checked for this request.
#[derive(Debug, Clone)]
pub struct AccountVisit {
    /// The account.
    pub account: Account,
    /// Its session.
    pub session: SessionId,
    /// Latest proof of who is there.
    pub proven_at: Timestamp,
    /// Whether a second factor was proven in this session.
    pub second: bool,
    /// End of the session.
    pub expires_at: Timestamp,
    /// Value of the `csrf` field of this session's forms.
    pub csrf: String,
}

impl AccountVisit {
    /// Whether a form came from one of our own pages of this session.
    pub fn accepts(&self, urls: &Urls, headers: &HeaderMap, csrf: Option<&str>) -> bool {
        accepts(&self.csrf, urls, headers, csrf)
    }
}

/// How somebody came into the console.
#[derive(Debug, Clone)]
pub enum Entrance {
    /// By an account.
    Account(AccountVisit),
    /// By a member's page session.
    Member(PageSession),
}

/// Somebody in the console of one tenant.
#[derive(Debug, Clone)]
pub struct ConsoleSession {
    /// Who acts, with the roles that it has here.
    pub principal: Principal,
    /// By which session.
    pub entrance: Entrance,
    /// Latest proof of who is there.
    pub proven_at: Timestamp,
}

impl ConsoleSession {
    /// Value of the `csrf` field of this session's forms.
    pub fn csrf(&self) -> &str {
        match &self.entrance {
            Entrance::Account(visit) => &visit.csrf,
            Entrance::Member(session) => &session.csrf,
        }
    }

    /// Whether a form came from one of our own pages of this session.
    pub fn accepts(&self, urls: &Urls, headers: &HeaderMap, csrf: Option<&str>) -> bool {
        accepts(self.csrf(), urls, headers, csrf)
    }

    /// Whether who is there proved it a short while ago.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.since(self.proven_at) <= PROOF_LASTS
    }
}

fn accepts(own: &str, urls: &Urls, headers: &HeaderMap, csrf: Option<&str>) -> bool {
    let same = csrf.is_some_and(|text| bool::from(text.as_bytes().ct_eq(own.as_bytes())));
    same && is_same_origin(urls, headers)
}

/// The form token follows from the cookie, which no other site and no script can read.
fn form_token(text: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"form token of an account session\0");
    hasher.update(text.as_bytes());
    hex::encode(hasher.finalize())
}

impl Authenticator {
    /// The account that is signed in in this browser.
    ///
    /// # Errors
    /// Fails when the database cannot be asked.
    pub async fn account(&self, headers: &HeaderMap) -> Result<Option<AccountVisit>, StoreError> {
        let name = cookies::host_name(self.urls(), ACCOUNT_COOKIE);
        let Some(text) = cookies::read(headers, &name) else {
            return Ok(None);
        };
        let Some(token) = TokenHash::of(TokenKind::AccountSession, text) else {
            return Ok(None);
        };
        let scope = self.store().platform("who is signed in to the console");
        let (session, account) = {
            let tx = scope.read().await?;
            let Some(session) = tx.account_sessions().by_token(&token).await? else {
                return Ok(None);
            };
            let account = tx.accounts().get(session.account).await?;
            (session, account)
        };
        let now = self.now();
        let living = session.revoked_at.is_none() && now < session.expires_at;
        let Some(account) = account.filter(|account| living && account.active) else {
            return Ok(None);
        };
        self.note_session(&session, now).await;
        Ok(Some(AccountVisit {
            account,
            session: session.id,
            proven_at: session.proven_at,
            second: session.second,
            expires_at: session.expires_at,
            csrf: form_token(text),
        }))
    }

    /// Who is in the console of a tenant: the account of this browser if it has access there, or
    /// else the member who signed in on the tenant's pages. The roles may be none.
    ///
    /// # Errors
    /// As [`Authenticator::account`].
    pub async fn console(
        &self,
        headers: &HeaderMap,
        entry: &TenantEntry,
    ) -> Result<Option<ConsoleSession>, StoreError> {
        if let Some(visit) = self.account(headers).await? {
            let tenant = entry.tenant.id;
            let scope = self
                .store()
                .scope(&Principal::platform(tenant, Purpose::SignIn));
            let roles = {
                let tx = scope.read().await?;
                tx.console_access().roles_of(visit.account.id).await?
            };
            if !roles.is_empty() {
                let locale = ReaderLocale::of(None, headers).unwrap_or(visit.account.locale);
                return Ok(Some(ConsoleSession {
                    principal: principal(&visit, entry, roles, locale),
                    proven_at: visit.proven_at,
                    entrance: Entrance::Account(visit),
                }));
            }
        }
        let session = self.page(headers, &entry.tenant.slug).await?;
        Ok(session.map(|session| ConsoleSession {
            principal: session.principal.clone(),
            proven_at: session.signed_in_at,
            entrance: Entrance::Member(session),
        }))
    }

    /// A note that fails is made at the next request.
    async fn note_session(&self, session: &AccountSession, now: Timestamp) {
        if now.since(session.seen_at) < USE_NOTED {
            return;
        }
        let noted = async {
            let scope = self
                .store()
                .platform("note that a console session is in use");
            let tx = scope.write().await?;
            tx.account_sessions().touch(session.id).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::debug!(error = %error, "the use of a session could not be noted");
        }
    }
}

fn principal(
    visit: &AccountVisit,
    entry: &TenantEntry,
    roles: model::RoleSet,
    locale: Locale,
) -> Principal {
    let id: AccountId = visit.account.id;
    Principal::establish(PrincipalParts {
        tenant: entry.tenant.id,
        subject: Subject::Account {
            id,
            name: visit.account.name.clone(),
        },
        roles,
        access: Access::Write,
        client: ClientRef::unregistered("console"),
        grant: None,
        channel: Channel::Console,
        locale,
        expires_at: Some(visit.expires_at),
    })
}
