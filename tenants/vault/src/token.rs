//! Bearer values and the only form of them that is stored.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::Entropy;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::Secret;

/// What a token is for. Each kind has a printed prefix and hashes of its own, so a value of one
/// kind is never accepted as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// OAuth access token.
    Access,
    /// OAuth refresh token.
    Refresh,
    /// OAuth authorization code.
    Code,
    /// API key of a member.
    ApiKey,
    /// Secret of a confidential client.
    ClientSecret,
    /// `state` of a sign-in at Feishu.
    FeishuState,
    /// Binding of a browser to its pending authorization.
    Browser,
    /// Session of a member on pages.
    PageSession,
    /// Token of a form.
    Csrf,
    /// Session of an account in the console.
    AccountSession,
    /// A link that lets one person do one thing once.
    Link,
    /// A link that takes the bytes of one file, once.
    Upload,
    /// Address of a rule.
    Hook,
    /// Key of the signatures on requests to a rule.
    HookKey,
}

const BODY: usize = 43;
const CHECK: usize = 6;

impl TokenKind {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::Access,
        Self::Refresh,
        Self::Code,
        Self::ApiKey,
        Self::ClientSecret,
        Self::FeishuState,
        Self::Browser,
        Self::PageSession,
        Self::Csrf,
        Self::AccountSession,
        Self::Link,
        Self::Upload,
        Self::Hook,
        Self::HookKey,
    ];

    /// The printed prefix, for scanners and people.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Access => "fmat_",
            Self::Refresh => "fmrt_",
            Self::Code => "fmac_",
            Self::ApiKey => "fmak_",
            Self::ClientSecret => "fmcs_",
            Self::FeishuState => "fmst_",
            Self::Browser => "fmbr_",
            Self::PageSession => "fmps_",
            Self::Csrf => "fmcx_",
            Self::AccountSession => "fmas_",
            Self::Link => "fmln_",
            Self::Upload => "fmup_",
            Self::Hook => "fmhk_",
            Self::HookKey => "fmhs_",
        }
    }

    /// The kind whose prefix `text` begins with.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| text.starts_with(kind.prefix()))
    }
}

/// A fresh token: `prefix · 256 random bits in base64url · 6 check characters`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    kind: TokenKind,
    text: Secret,
}

impl Token {
    /// Makes one.
    pub fn mint(kind: TokenKind, entropy: &dyn Entropy) -> Self {
        let mut random = Zeroizing::new([0_u8; 32]);
        entropy.fill(random.as_mut_slice());
        let body = Zeroizing::new(URL_SAFE_NO_PAD.encode(random.as_slice()));
        let text = format!("{}{}{}", kind.prefix(), *body, check(kind, &body));
        Self {
            kind,
            text: Secret::new(text),
        }
    }

    /// The text to hand out, once.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// What to store.
    pub fn hash(&self) -> TokenHash {
        TokenHash::digest(self.kind.prefix(), self.text.expose())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}…)", self.kind.prefix())
    }
}

/// The SHA-256 of a token, separated by kind. 256 random bits need no slow hash.
#[derive(Clone, Copy, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a presented text; `None` when its prefix, length or check characters are
    /// wrong, so that a mistyped or foreign token costs no query.
    pub fn of(kind: TokenKind, text: &str) -> Option<Self> {
        let rest = text.strip_prefix(kind.prefix())?;
        if rest.len() != BODY + CHECK || !rest.is_ascii() {
            return None;
        }
        let (body, digits) = rest.split_at(BODY);
        let fits = bool::from(check(kind, body).as_bytes().ct_eq(digits.as_bytes()));
        fits.then(|| Self::digest(kind.prefix(), text))
    }

    pub(crate) fn digest(kind: &str, text: &str) -> Self {
        let mut hasher = Sha256::new();
        for part in ["feishu-mcp token v1", kind, text] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// The stored form.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads the stored form; `None` for another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        bool::from(self.0.ct_eq(&other.0))
    }
}

impl std::hash::Hash for TokenHash {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenHash({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

fn check(kind: TokenKind, body: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update("feishu-mcp check");
    hasher.update(kind.prefix());
    hasher.update(body);
    let mut text = URL_SAFE_NO_PAD.encode(hasher.finalize());
    text.truncate(CHECK);
    text
}

#[cfg(test)]
mod tests {
    use model::{OsEntropy, SeededEntropy};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_known_by_its_hash_and_its_kind_alone() {
        for kind in TokenKind::ALL {
            let token = Token::mint(kind, &OsEntropy);
            assert_eq!(token.expose().len(), 5 + BODY + CHECK);
            assert_eq!(TokenKind::of(token.expose()), Some(kind));
            for other in TokenKind::ALL {
                let found = TokenHash::of(other, token.expose());
                assert_eq!(found, (other == kind).then(|| token.hash()));
            }
        }
    }

    #[test]
    fn the_same_bits_in_another_kind_hash_differently() {
        let code = Token::mint(TokenKind::Code, &SeededEntropy::new(1));
        let access = Token::mint(TokenKind::Access, &SeededEntropy::new(1));
        assert_eq!(code.expose()[5..48], access.expose()[5..48]);
        assert_ne!(code.hash(), access.hash());
        let relabelled = code.expose().replacen("fmac_", "fmat_", 1);
        assert_eq!(TokenHash::of(TokenKind::Access, &relabelled), None);
    }

    #[test]
    fn tokens_and_hashes_are_not_printed() {
        let token = Token::mint(TokenKind::ApiKey, &OsEntropy);
        let shown = format!("{token:?} {:?}", token.hash());
        assert!(shown.starts_with("Token(fmak_…) TokenHash("), "{shown}");
        assert!(shown.len() < 45, "{shown}");
    }

    proptest! {
        #[test]
        fn a_mistyped_token_is_refused_without_a_query(at in 0_usize..49, to in "[A-Za-z0-9_-]") {
            let token = Token::mint(TokenKind::Access, &SeededEntropy::new(3));
            let mut text = token.expose().to_owned();
            let at = 5 + at;
            prop_assume!(text[at..=at] != to);
            text.replace_range(at..=at, &to);
            prop_assert_eq!(TokenHash::of(TokenKind::Access, &text), None);
        }

        #[test]
        fn any_text_is_handled_without_panic(text in ".{0,80}") {
            prop_assert_eq!(TokenHash::of(TokenKind::Access, &format!("fmat_{text}")), None);
        }
    }
}
