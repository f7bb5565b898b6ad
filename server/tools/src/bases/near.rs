//! Names that a caller may have meant.

use std::collections::BTreeSet;

use crate::{ErrorKind, ToolCx, ToolError, render::clean_line};

/// Most names that an error offers.
const OFFERED: usize = 8;

/// How alike two names are, 0 to 1: shared pairs of letters, or one within the other.
fn likeness(a: &str, b: &str) -> f64 {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    if a.contains(&b) || b.contains(&a) {
        return 0.9;
    }
    let pairs = |text: &str| -> BTreeSet<(char, char)> {
        let padded: Vec<char> = std::iter::once(' ').chain(text.chars()).collect();
        let pairs = padded.windows(2).filter_map(|pair| match pair {
            [one, two] => Some((*one, *two)),
            _ => None,
        });
        pairs.collect()
    };
    let (a, b) = (pairs(&a), pairs(&b));
    let shared = a.intersection(&b).count();
    let all = a.len() + b.len();
    ratio(2 * shared, all)
}

fn ratio(part: usize, all: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if all == 0 {
        0.0
    } else {
        number(part) / number(all)
    }
}

/// The names most like the asked one, best first; the first few where none is like it.
pub(crate) fn near<'n>(asked: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mut weighed: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (likeness(asked, name), name))
        .collect();
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
    let some = weighed.first().is_some_and(|best| best.0 >= 0.3);
    weighed
        .into_iter()
        .filter(|(weight, _)| !some || *weight >= 0.3)
        .map(|(_, name)| name)
        .take(OFFERED)
        .collect()
}

/// Nothing has this name; tells which names are like it.
pub(crate) fn unknown<'n>(
    cx: &ToolCx,
    what: &str,
    asked: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> ToolError {
    let candidates: Vec<String> = near(asked, names)
        .into_iter()
        .map(|name| clean_line(name, 80))
        .collect();
    let asked = clean_line(asked, 80);
    ToolError::new(
        ErrorKind::NotFound,
        match cx.locale {
            model::Locale::En => format!("no {what} is called \"{asked}\""),
            model::Locale::Zh => format!("没有名为“{asked}”的{what}"),
        },
    )
    .with_hint(cx.say(
        "Use one of these names, exactly as written.",
        "请使用以下名称之一（须完全一致）。",
    ))
    .with_detail("candidates", candidates)
}

/// The one that has this name, or this id, or this name but for upper and lower case.
pub(crate) fn pick<'t, T>(
    all: &'t [T],
    asked: &str,
    id: impl Fn(&T) -> &str,
    name: impl Fn(&T) -> &str,
) -> Option<&'t T> {
    let asked = asked.trim();
    all.iter()
        .find(|one| name(one) == asked || id(one) == asked)
        .or_else(|| {
            let folded = asked.to_lowercase();
            let mut like = all.iter().filter(|one| name(one).to_lowercase() == folded);
            let first = like.next()?;
            like.next().is_none().then_some(first)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_alike_come_first_and_others_are_left_out() {
        let names = ["状态", "优先级", "期望时间", "Owner", "Amount"];
        assert_eq!(near("期望日期", names)[0], "期望时间");
        assert_eq!(near("owners", names), ["Owner"]);
        assert_eq!(near("zzz", names).len(), 5);
    }

    #[test]
    fn a_name_is_picked_by_id_or_by_case_if_only_one_fits() {
        let all = [("a", "Name"), ("b", "name"), ("c", "Other")];
        let found = |asked: &str| pick(&all, asked, |one| one.0, |one| one.1).map(|one| one.0);
        assert_eq!(found("name"), Some("b"));
        assert_eq!(found("NAME"), None);
        assert_eq!(found("other "), Some("c"));
        assert_eq!(found("c"), Some("c"));
    }
}
