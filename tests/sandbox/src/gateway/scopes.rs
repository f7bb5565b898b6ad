//! Which scopes cover which.

use std::collections::BTreeSet;

/// Broad legacy scopes and the prefixes of the fine-grained scopes they cover.
const BROAD: &[(&str, &[&str])] = &[
    (
        "docx:document",
        &[
            "docx:document:",
            "docx:document.block:",
            "docs:document.media:",
        ],
    ),
    ("docx:document:readonly", &["docs:document.content:read"]),
    (
        "docs:doc",
        &[
            "docs:document:",
            "docs:document.comment:",
            "docs:document.media:",
        ],
    ),
    (
        "drive:drive",
        &[
            "drive:file:",
            "drive:drive.",
            "drive:drive:",
            "space:",
            "docs:",
        ],
    ),
    (
        "drive:drive:readonly",
        &[
            "drive:drive.metadata:readonly",
            "drive:file:download",
            "space:document:retrieve",
        ],
    ),
    ("bitable:app", &["base:", "bitable:app:"]),
    (
        "sheets:spreadsheet",
        &["sheets:spreadsheet:", "sheets:spreadsheet."],
    ),
    ("wiki:wiki", &["wiki:"]),
    (
        "wiki:wiki:readonly",
        &[
            "wiki:space:read",
            "wiki:space:retrieve",
            "wiki:node:read",
            "wiki:node:retrieve",
            "wiki:member:retrieve",
        ],
    ),
    ("contact:contact", &["contact:"]),
];

/// Whether the held scopes satisfy `wanted`.
pub(crate) fn holds<'a>(held: impl IntoIterator<Item = &'a String>, wanted: &str) -> bool {
    held.into_iter()
        .any(|scope| scope == wanted || covers(scope, wanted))
}

/// As [`holds`], quick when the scope itself is in the set.
pub(crate) fn holds_in(held: &BTreeSet<String>, wanted: &str) -> bool {
    held.contains(wanted) || held.iter().any(|scope| covers(scope, wanted))
}

fn covers(broad: &str, wanted: &str) -> bool {
    BROAD
        .iter()
        .filter(|(name, _)| *name == broad)
        .any(|(_, prefixes)| prefixes.iter().any(|prefix| wanted.starts_with(prefix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broad_scopes_cover_fine_ones_and_not_the_reverse() {
        assert!(holds(
            &["drive:drive".to_owned()],
            "space:document:retrieve"
        ));
        assert!(holds(&["wiki:wiki".to_owned()], "wiki:node:read"));
        assert!(!holds(&["wiki:node:read".to_owned()], "wiki:wiki"));
        assert!(!holds(
            &["wiki:wiki:readonly".to_owned()],
            "wiki:node:create"
        ));
    }
}
