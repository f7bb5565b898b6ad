//! Which Feishu scopes make others needless.
//!
//! Feishu takes at most fifty scopes in one sign-in, and people read that list before they agree.
//! Where a selection needs a broad scope anyway, the narrow ones that it covers are not asked for.

use crate::ScopeSet;

/// A broad scope, and the narrow ones that it covers: Feishu accepts the broad one at each endpoint
/// of its published interface that accepts the narrow one.
pub const COVERS: [(&str, &[&str]); 4] = [
    (
        "docx:document",
        &[
            "docx:document:readonly",
            "docx:document:create",
            "docx:document:write_only",
        ],
    ),
    (
        "sheets:spreadsheet",
        &["sheets:spreadsheet:readonly", "sheets:spreadsheet:create"],
    ),
    (
        "bitable:app",
        &[
            "bitable:app:readonly",
            "base:app:read",
            "base:app:create",
            "base:table:read",
        ],
    ),
    (
        "bitable:app:readonly",
        &["base:app:read", "base:table:read"],
    ),
];

/// Whether what is held gives what a scope gives: by itself or by a broader one.
pub fn gives(held: impl Fn(&str) -> bool, scope: &str) -> bool {
    held(scope) || broader(scope).any(held)
}

/// A set without the scopes that a broader one of it covers.
pub fn condensed(mut scopes: ScopeSet) -> ScopeSet {
    let held = scopes.clone();
    scopes.retain(|scope| !broader(scope).any(|broad| held.contains(broad)));
    scopes
}

/// The scopes that cover this one.
pub fn broader(scope: &str) -> impl Iterator<Item = &'static str> {
    COVERS
        .iter()
        .filter(move |(_, narrow)| narrow.contains(&scope))
        .map(|(broad, _)| *broad)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Capability;

    /// The most that Feishu takes in one sign-in.
    const MOST: usize = 50;

    fn set(names: &[&str]) -> ScopeSet {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_broad_scope_makes_its_narrow_ones_needless() {
        let all = set(&["docx:document", "docx:document:readonly", "wiki:node:read"]);
        assert_eq!(condensed(all), set(&["docx:document", "wiki:node:read"]));
        let narrow = set(&["docx:document:readonly", "wiki:node:read"]);
        assert_eq!(condensed(narrow.clone()), narrow);
    }

    #[test]
    fn what_is_left_out_is_still_given() {
        for capability in Capability::ALL {
            let all = Capability::every_scope_of(&Capability::ALL);
            let asked = Capability::scopes_of(&Capability::ALL);
            assert!(asked.len() < all.len());
            for scope in capability.user_scopes() {
                assert!(gives(|one| asked.contains(one), scope), "{scope}");
            }
        }
        assert!(!gives(
            |one| one == "docx:document:readonly",
            "docx:document"
        ));
    }

    #[test]
    fn all_packs_together_fit_into_one_sign_in() {
        let asked = Capability::scopes_of(&Capability::ALL);
        assert!(asked.len() <= MOST, "{} scopes", asked.len());
    }
}
