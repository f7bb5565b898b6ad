//! Lists in pages.

use crate::StoreError;

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    after: Option<String>,
    limit: u32,
}

impl Page {
    /// Most rows in one page.
    pub const MAX: u32 = 200;

    /// The first `limit` rows (1 to [`Page::MAX`]).
    pub fn first(limit: u32) -> Self {
        Self {
            after: None,
            limit: limit.clamp(1, Self::MAX),
        }
    }

    /// The rows after a [`Paged::next`] cursor.
    #[must_use]
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.after = Some(cursor.into());
        self
    }

    /// Rows wanted.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// The row key that the cursor names.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a text that is no cursor of this list.
    pub(crate) fn start<K: std::str::FromStr>(&self) -> Result<Option<K>, StoreError> {
        self.after
            .as_deref()
            .map(|text| {
                text.parse()
                    .map_err(|_| StoreError::Corrupt { what: "cursor" })
            })
            .transpose()
    }

    /// Rows to ask the database for: one more, to know whether a next page exists.
    pub(crate) fn ask(&self) -> u64 {
        u64::from(self.limit) + 1
    }

    /// Cuts the extra row off and names the place of the last one.
    pub(crate) fn cut<T, K: ToString>(&self, mut items: Vec<T>, key: impl Fn(&T) -> K) -> Paged<T> {
        let limit = self.limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items
            .last()
            .filter(|_| more)
            .map(|item| key(item).to_string());
        Paged { items, next }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_last_page_has_no_next_one() {
        let page = Page::first(2);
        assert_eq!(page.cut(vec![1, 2], |n| *n).next, None);
        let cut = page.cut(vec![1, 2, 3], |n| *n);
        assert_eq!((cut.items, cut.next.as_deref()), (vec![1, 2], Some("2")));
    }

    #[test]
    fn a_limit_of_nothing_or_of_everything_is_bounded() {
        assert_eq!(Page::first(0).limit(), 1);
        assert_eq!(Page::first(u32::MAX).limit(), Page::MAX);
    }
}
