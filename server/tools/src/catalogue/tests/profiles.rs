//! What each profile costs the context of a model.

use model::Locale;

use super::{LOCALES, listed, tokens};
use crate::{Selection, catalogue};

/// Tokens of `tools/list` for a profile.
fn cost(words: &str, locale: Locale, read_only: bool) -> usize {
    let chosen = Selection::read(words).unwrap();
    catalogue()
        .iter()
        .filter(|tool| chosen.holds(tool.name()) && (!read_only || tool.spec().can_read()))
        .map(|tool| tokens(&listed(tool, locale, read_only)))
        .sum()
}

#[test]
fn each_profile_keeps_to_its_budget_in_both_languages() {
    for locale in LOCALES {
        for (words, read_only, most) in [
            ("daily", false, 9_000),
            ("daily", true, 4_000),
            ("mini", false, 2_500),
        ] {
            let all = cost(words, locale, read_only);
            println!("{words} {locale:?} read_only={read_only}: {all} tokens");
            assert!(
                all <= most,
                "{words} {locale:?} read_only={read_only}: {all}"
            );
        }
        let daily = cost("daily", locale, false);
        for smaller in ["docs", "files", "tables", "mini"] {
            assert!(cost(smaller, locale, false) <= daily, "{smaller}");
        }
    }
}
