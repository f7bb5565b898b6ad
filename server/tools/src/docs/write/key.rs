//! Idempotency keys: the same key and the same arguments are the same call, whenever and wherever
//! it is made again.

use crate::{ToolCx, render::clean_line};

/// Characters of a key that a caller chose.
const MAX_KEY: usize = 200;

/// The key of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// As the caller passes it.
    pub(crate) text: String,
    /// The caller passed it.
    pub(crate) given: bool,
}

impl Key {
    /// The key that the caller passed, if there is one.
    pub(crate) fn given(text: Option<&str>) -> Option<Self> {
        let text = clean_line(text.unwrap_or_default(), MAX_KEY);
        (!text.is_empty()).then_some(Self { text, given: true })
    }

    /// A key that tells what it is about (a revision, a document), so that whoever gets it later
    /// needs to remember nothing.
    pub(crate) fn mint(cx: &ToolCx, about: &str) -> Self {
        let mut bytes = [0_u8; 9];
        cx.entropy.fill(&mut bytes);
        let mut text = format!("{about}-");
        for byte in bytes {
            text.push_str(&format!("{byte:02x}"));
        }
        Self { text, given: false }
    }

    /// What a minted key is about.
    pub(crate) fn about(&self) -> Option<&str> {
        let (about, random) = self.text.rsplit_once('-')?;
        let minted = random.len() == 18 && random.bytes().all(|b| b.is_ascii_hexdigit());
        minted.then_some(about)
    }

    /// The revision that a minted key is about.
    pub(crate) fn revision(&self) -> Option<i64> {
        self.about()?.strip_prefix('r')?.parse().ok()
    }

    /// The key together with what the call is to do: the same key with other arguments is another
    /// call.
    pub(crate) fn with(&self, arguments: &[&str]) -> String {
        let mut parts = vec![self.text.as_str()];
        parts.extend_from_slice(arguments);
        feishu::api::docx::client_token(&parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minted_key_tells_its_revision_and_others_tell_nothing() {
        let key = |text| Key::given(Some(text)).unwrap();
        assert_eq!(key("r17-0123456789abcdef01").revision(), Some(17));
        assert_eq!(key("doxcnX-0123456789abcdef01").about(), Some("doxcnX"));
        for other in ["r17", "release-r17-final", "r17-xyz", "my key"] {
            assert_eq!(key(other).revision(), None, "{other}");
        }
        assert!(Key::given(Some("  ")).is_none());
        assert_ne!(key("a").with(&["1"]), key("a").with(&["2"]));
    }
}
