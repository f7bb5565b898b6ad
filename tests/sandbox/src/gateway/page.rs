//! Opaque page tokens, bound to the query they came from.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::gateway::ApiError;

/// One window on a list.
#[expect(
    clippy::struct_field_names,
    reason = "`page_token` is what answers call it"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// First index.
    pub(crate) start: usize,
    /// One past the last index.
    pub(crate) end: usize,
    /// Whether more follows.
    pub(crate) has_more: bool,
    /// Token of the next page; empty at the end.
    pub(crate) page_token: String,
}

impl Page {
    /// The window of `size` items that `token` names inside a list of `total`.
    /// `binding` is whatever the token must not be used across (path, filters);
    /// a token of another list fails with `bad_token` (a code of the family).
    pub(crate) fn of(
        total: usize,
        size: usize,
        token: Option<&str>,
        binding: &str,
        bad_token: i64,
    ) -> Result<Page, ApiError> {
        let start = match token {
            None | Some("") => 0,
            Some(token) => open(token, binding)
                .ok_or_else(|| ApiError::with(bad_token, "invalid page_token"))?,
        };
        let start = start.min(total);
        let end = start.saturating_add(size).min(total);
        let has_more = end < total;
        let page_token = if has_more {
            seal(end, binding)
        } else {
            String::new()
        };
        Ok(Page {
            start,
            end,
            has_more,
            page_token,
        })
    }
}

fn seal(offset: usize, binding: &str) -> String {
    let digest = Sha256::digest(format!("{offset}|{binding}"));
    URL_SAFE_NO_PAD.encode(format!("{offset}.{}", hex::encode(&digest[..6])))
}

fn open(token: &str, binding: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let offset: usize = text.split('.').next()?.parse().ok()?;
    (seal(offset, binding) == token).then_some(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_another_query_is_refused() -> Result<(), ApiError> {
        let first = Page::of(5, 2, None, "folder=a", 1_770_022)?;
        assert_eq!((first.start, first.end, first.has_more), (0, 2, true));
        let second = Page::of(5, 2, Some(&first.page_token), "folder=a", 1_770_022)?;
        assert_eq!((second.start, second.end), (2, 4));
        let foreign = Page::of(5, 2, Some(&first.page_token), "folder=b", 1_770_022);
        assert_eq!(foreign.map_err(|error| error.code), Err(1_770_022));
        Ok(())
    }
}
