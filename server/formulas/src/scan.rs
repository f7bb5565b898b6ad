//! Reads a formula for the places that it needs, without computing it.
//!
//! The formula is written anew on the way: every place gets the name of its tab, so that the
//! formula means the same wherever it stands, and areas end where their tab ends, so that `A:A` is
//! as long as the tab and not a million rows.

mod words;

use crate::{Area, Tab, plan::Refusal};
use words::Words;

/// Longest formula, in characters; spreadsheets have the same.
const LENGTH: usize = 8_192;
/// Deepest nesting of brackets; spreadsheets allow 64 functions in each other.
const DEPTH: usize = 128;

/// What a formula needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scan {
    /// The formula, with the sign of equality.
    pub text: String,
    /// Areas inside their tabs.
    pub areas: Vec<Area>,
    /// A place in it is only known when it is computed (INDIRECT, OFFSET, `A1:INDEX(…)`).
    pub dynamic: bool,
    /// Tabs that it names, in words or in texts.
    pub tabs: Vec<usize>,
    /// Longest side of an array that a function of it makes out of nothing (SEQUENCE …).
    pub made: u64,
    /// It has a function that exchanges rows and columns.
    pub turns: bool,
}

impl Scan {
    /// Rows and columns of the largest array that may come up, at most.
    pub(crate) fn spread(&self) -> u64 {
        let height = self.areas.iter().map(Area::height).max().unwrap_or(1);
        let width = self.areas.iter().map(Area::width).max().unwrap_or(1);
        let (height, width) = (height.max(self.made), width.max(self.made));
        if self.turns {
            return height.max(width).saturating_mul(height.max(width));
        }
        height.saturating_mul(width)
    }
}

/// Reads a formula that stands in the tab of this number.
///
/// # Errors
/// When it is longer or deeper than formulas are, or makes arrays whose size cannot be seen.
pub(crate) fn scan(formula: &str, tab: usize, tabs: &[Tab]) -> Result<Scan, Refusal> {
    if formula.chars().count() > LENGTH {
        return Err(Refusal::TooLong { most: LENGTH });
    }
    let body = formula.trim();
    let body = body.strip_prefix('=').unwrap_or(body);
    let mut words = Words::new(body, tab, tabs);
    words.read(DEPTH)?;
    Ok(words.scan)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tabs() -> Vec<Tab> {
        ["订单", "Q1 & Q2", "It's"]
            .into_iter()
            .map(|name| Tab {
                name: name.to_owned(),
                rows: 200,
                columns: 20,
            })
            .collect()
    }

    fn needs(formula: &str) -> (String, Vec<String>) {
        let tabs = tabs();
        let scan = scan(formula, 0, &tabs).unwrap();
        let areas = scan.areas.iter();
        let areas = areas.map(|area| format!("{}!{area}", tabs[area.tab].name));
        (scan.text, areas.collect())
    }

    #[test]
    fn every_place_is_found_and_named() {
        for (formula, text, areas) in [
            (
                "=A1+$B$2",
                "='订单'!A1+'订单'!B2",
                vec!["订单!A1", "订单!B2"],
            ),
            ("SUM(b2:a1)", "=SUM('订单'!A1:B2)", vec!["订单!A1:B2"]),
            (
                "=SUM('Q1 & Q2'!A:B)*订单!C3",
                "=SUM('Q1 & Q2'!A1:B200)*'订单'!C3",
                vec!["Q1 & Q2!A1:B200", "订单!C3"],
            ),
            ("=SUM(2:3)", "=SUM('订单'!A2:T3)", vec!["订单!A2:T3"]),
            ("='It''s'!A1", "='It''s'!A1", vec!["It's!A1"]),
            ("=A190:A999", "='订单'!A190:A200", vec!["订单!A190:A200"]),
            (
                "=LOG10(100)&\"A1\"&B1",
                "=LOG10(100)&\"A1\"&'订单'!B1",
                vec!["订单!B1"],
            ),
            ("=1E3+{1,2;3,4}", "=1E3+{1,2;3,4}", vec![]),
            ("=LET(x,5,x*2)", "=LET(x,5,x*2)", vec![]),
            ("=#REF!+A1", "=#REF!+'订单'!A1", vec!["订单!A1"]),
            (
                "=A1:A2 B1:B2",
                "='订单'!A1:A2 '订单'!B1:B2",
                vec!["订单!A1:A2", "订单!B1:B2"],
            ),
            ("=\"a\"\"A1\"", "=\"a\"\"A1\"", vec![]),
            ("=A1%", "='订单'!A1%", vec!["订单!A1"]),
            ("=Z999", "='订单'!Z999", vec![]),
        ] {
            let (found, places) = needs(formula);
            assert_eq!(
                (found.as_str(), places),
                (text, areas.into_iter().map(str::to_owned).collect()),
                "{formula}"
            );
        }
    }

    #[test]
    fn a_tab_that_is_not_there_is_a_broken_reference() {
        let (text, areas) = needs("=无此表!A1+SUM('x y'!A1:B2)");
        assert_eq!(text, "=#REF!+SUM(#REF!)");
        assert!(areas.is_empty());
    }

    #[test]
    fn places_that_are_only_computed_are_told() {
        let tabs = tabs();
        for (formula, named) in [
            ("=INDIRECT(\"A\"&B1)", vec![0]),
            ("=SUM(OFFSET('Q1 & Q2'!A1,1,1))", vec![0, 1]),
            ("=INDIRECT(\"'Q1 & Q2'!A\"&1)", vec![0, 1]),
            ("=SUM(A1:INDEX(B1:B9,3))", vec![0]),
        ] {
            let scan = scan(formula, 0, &tabs).unwrap();
            assert!(scan.dynamic, "{formula}");
            assert_eq!(scan.tabs, named, "{formula}");
        }
        assert!(!scan("=INDEX(A1:B2,1,1)", 0, &tabs).unwrap().dynamic);
    }

    #[test]
    fn what_would_flood_the_memory_is_seen_before() {
        let tabs = tabs();
        let spread = |formula: &str| scan(formula, 0, &tabs).unwrap().spread();
        assert_eq!(spread("=A1:A200*A1:T1"), 4_000);
        assert_eq!(spread("=A1:A200*TRANSPOSE(A1:A200)"), 40_000);
        assert_eq!(spread("=SUM(SEQUENCE(9000)*SEQUENCE(1,9000))"), 81_000_000);
        assert!(
            scan("=SEQUENCE(A1)", 0, &tabs).is_err(),
            "a size that cannot be seen"
        );
        assert!(
            scan(
                &format!("={}1{}", "(".repeat(200), ")".repeat(200)),
                0,
                &tabs
            )
            .is_err()
        );
        assert!(scan(&"1+".repeat(9_000), 0, &tabs).is_err());
    }
}
