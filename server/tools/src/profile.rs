//! Profiles: the part of the catalogue that a client chooses by the address that it is given.
//!
//! Some clients cut long lists of tools, and every listed tool costs context. A profile only
//! leaves tools out, it never grants anything; the gate asks it for the list and for each call.

use crate::find;

/// The names of the profiles, in the order in which people are offered them. `daily` is the whole
/// catalogue.
pub const PROFILES: [&str; 5] = ["daily", "docs", "files", "tables", "mini"];

/// Each tool, and the profiles besides `daily` that it is part of.
const MEMBERS: [(&str, &[&str]); 24] = [
    ("whoami", &["docs", "files", "tables", "mini"]),
    ("search", &["docs", "files", "tables", "mini"]),
    ("inspect", &["docs", "files", "tables", "mini"]),
    ("doc_read", &["docs", "mini"]),
    ("doc_create", &["docs", "mini"]),
    ("doc_edit", &["docs", "mini"]),
    ("doc_blocks", &["docs"]),
    ("doc_table", &["docs"]),
    ("doc_history", &["docs"]),
    ("media_get", &["docs", "files"]),
    ("media_put", &["docs", "files"]),
    ("board", &["docs"]),
    ("base_read", &["tables"]),
    ("base_write", &["tables"]),
    ("base_manage", &["tables"]),
    ("sheet_read", &["tables"]),
    ("sheet_write", &["tables"]),
    ("sheet_manage", &["tables"]),
    ("files", &["files"]),
    ("share", &["files"]),
    ("comments", &["docs", "mini"]),
    ("sheet_calc", &["tables"]),
    ("chart_create", &["docs", "tables"]),
    ("help", &["docs", "files", "tables", "mini"]),
];

/// Arguments of tools with reading and writing operations that serve the writing ones alone. The
/// read-only list leaves them out: they would only cost context there.
const WRITING_ARGS: [(&str, &[&str]); 5] = [
    ("doc_history", &["dry_run", "idempotency_key"]),
    ("board", &["code", "syntax", "dry_run", "idempotency_key"]),
    ("comments", &["text", "at", "dry_run"]),
    ("files", &["to", "name", "as", "dry_run", "idempotency_key"]),
    (
        "share",
        &["who", "role", "audience", "below", "notify", "dry_run"],
    ),
];

/// Whether an argument is of no use to the reading operations of a tool.
pub(crate) fn writes_only(tool: &str, argument: &str) -> bool {
    WRITING_ARGS
        .iter()
        .any(|(name, arguments)| *name == tool && arguments.contains(&argument))
}

/// A set of tools. Cheap to copy; the default is every tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Selection(u64);

/// A word that is neither a profile nor a tool.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no profile or tool of this name")]
pub struct UnknownChoice(pub String);

impl Selection {
    /// Every tool, also one that is in no profile.
    pub const ALL: Self = Self(u64::MAX);

    /// Reads names of profiles and of tools, with commas between them; the selection has all that
    /// one of them has. An empty text chooses every tool.
    ///
    /// # Errors
    /// The first word that is neither.
    pub fn read(text: &str) -> Result<Self, UnknownChoice> {
        let words: Vec<&str> = text
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() {
            return Ok(Self::ALL);
        }
        let mut chosen = 0;
        for word in words {
            chosen |= bits(word).ok_or_else(|| UnknownChoice(word.chars().take(40).collect()))?;
        }
        Ok(Self(chosen))
    }

    /// Whether a tool is part of it.
    pub fn holds(self, tool: &str) -> bool {
        self == Self::ALL || row(tool).is_some_and(|bit| self.0 & bit != 0)
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self::ALL
    }
}

/// What one word chooses.
fn bits(word: &str) -> Option<u64> {
    if word == "daily" {
        return Some(u64::MAX);
    }
    if PROFILES.contains(&word) {
        let members = MEMBERS.iter().filter(|(_, of)| of.contains(&word));
        return Some(members.filter_map(|(tool, _)| row(tool)).sum());
    }
    find(word).and_then(|tool| row(tool.name()))
}

/// The bit of a tool.
fn row(tool: &str) -> Option<u64> {
    let at = MEMBERS.iter().position(|(name, _)| *name == tool)?;
    Some(1 << at)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue;

    fn names(text: &str) -> Vec<&'static str> {
        let chosen = Selection::read(text).unwrap();
        catalogue()
            .iter()
            .map(crate::ToolDef::name)
            .filter(|name| chosen.holds(name))
            .collect()
    }

    #[test]
    fn what_only_writes_is_an_argument_of_its_tool_and_never_a_needed_one() {
        for (tool, arguments) in WRITING_ARGS {
            let tool = find(tool).unwrap();
            assert!(!tool.spec().reading_ops.is_empty());
            let whole = tool.input_schema(model::Locale::En);
            let reading = tool.read_only_schema(model::Locale::En);
            for argument in arguments {
                assert!(whole["properties"].get(argument).is_some(), "{argument}");
                assert!(reading["properties"].get(argument).is_none(), "{argument}");
            }
            for needed in reading["required"].as_array().into_iter().flatten() {
                assert!(
                    reading["properties"]
                        .get(needed.as_str().unwrap())
                        .is_some()
                );
            }
        }
    }

    #[test]
    fn every_tool_belongs_to_a_profile_and_every_profile_is_known() {
        let rows: BTreeSet<&str> = MEMBERS.iter().map(|(tool, _)| *tool).collect();
        assert_eq!(rows.len(), MEMBERS.len(), "a tool twice");
        for tool in catalogue() {
            assert!(rows.contains(tool.name()), "{} is in no row", tool.name());
        }
        for (tool, profiles) in MEMBERS {
            assert!(!profiles.is_empty(), "{tool} is in no profile");
            for profile in profiles {
                assert!(PROFILES.contains(profile), "{tool}: {profile}");
            }
        }
    }

    #[test]
    fn words_add_up_and_the_order_is_that_of_the_catalogue() {
        assert_eq!(names(""), names("daily"));
        assert_eq!(names("daily").len(), catalogue().len());
        assert_eq!(names("doc_read, search"), ["search", "doc_read"]);
        assert_eq!(names("mini,daily"), names("daily"));
        let both: BTreeSet<_> = names("docs").into_iter().chain(names("files")).collect();
        let joined: BTreeSet<_> = names("docs,files").into_iter().collect();
        assert_eq!(joined, both);
        assert!(names("files").iter().all(|name| !name.starts_with("doc_")));
        assert!(names("mini").len() <= 8);
    }

    #[test]
    fn a_word_that_means_nothing_is_told() {
        for text in ["bitable", "docs,bitable", "DOCS", "doc_read search"] {
            assert!(Selection::read(text).is_err(), "{text}");
        }
        assert_eq!(
            Selection::read("docs,bitable").unwrap_err(),
            UnknownChoice("bitable".to_owned())
        );
    }

    #[test]
    fn a_tool_without_a_row_is_only_in_the_whole_catalogue() {
        assert!(Selection::ALL.holds("something_new"));
        assert!(!Selection::read("docs").unwrap().holds("something_new"));
    }
}
