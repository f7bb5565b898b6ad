//! A member's browser on the pages.

use http::HeaderMap;
use model::Principal;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use vault::TokenHash;

use crate::{Urls, guard::is_same_origin};

/// Name of the cookie, before the prefix of [`crate::cookies::host_name`].
pub const PAGE_COOKIE: &str = "session";

/// A page session that was checked for this request.
#[derive(Debug, Clone)]
pub struct PageSession {
    /// The member who is signed in.
    pub principal: Principal,
    /// Hash of the session's token, to end it.
    pub token: TokenHash,
    /// Value of the `csrf` field of this session's forms.
    pub csrf: String,
}

impl PageSession {
    /// The form token follows from the cookie, which no other site and no script can read.
    pub(crate) fn new(principal: Principal, token: TokenHash, text: &str) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"form token of a page session\0");
        hasher.update(text.as_bytes());
        Self {
            principal,
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
