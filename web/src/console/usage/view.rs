//! What the address of the usage page asks for. Whatever it does not say, or says wrongly, is as
//! usual: an address is typed by people, too.

use model::{MemberId, Month, billing::Tally};
use serde::Deserialize;
use store::{Dimension, UsageFilter, UsageSum};

/// No columns.
pub(super) const NOTHING: &str = "none";
/// Stands for "not known" in an address.
pub(super) const UNKNOWN: &str = "-";

/// The parameters as they come.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    month: String,
    rows: String,
    cols: String,
    count: String,
    person: String,
    department: String,
    tool: String,
    client: String,
    page: String,
    pub(super) flat: String,
}

/// What a cell counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Delivered,
    Free,
    All,
    Upstream,
}

impl Count {
    pub(super) const ALL: [Self; 4] = [Self::Delivered, Self::Free, Self::All, Self::Upstream];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Free => "free",
            Self::All => "all",
            Self::Upstream => "feishu",
        }
    }

    pub(super) fn of(self, tally: &Tally) -> u64 {
        match self {
            Self::Delivered => tally.delivered,
            Self::Free => tally.free_calls(),
            Self::All => tally.calls(),
            Self::Upstream => tally.upstream_calls,
        }
    }
}

/// The name of a dimension in the address.
pub(super) const fn name_of(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Member => "person",
        Dimension::Department => "department",
        Dimension::Tool => "tool",
        Dimension::Client => "client",
    }
}

/// The value of a sum in a dimension, as it stands in the address.
pub(super) fn value_of(sum: &UsageSum, dimension: Dimension) -> String {
    let text = match dimension {
        Dimension::Member => sum.member.map(|id| id.to_string()).unwrap_or_default(),
        Dimension::Department => sum.department.clone(),
        Dimension::Tool => sum.tool.clone(),
        Dimension::Client => sum.client.clone(),
    };
    if text.is_empty() {
        UNKNOWN.to_owned()
    } else {
        text
    }
}

/// What the page shows.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) month: Month,
    pub(super) rows: Dimension,
    pub(super) columns: Option<Dimension>,
    pub(super) count: Count,
    pub(super) page: u64,
    /// Path of the page.
    pub(super) base: String,
    /// Filters in the order of [`Dimension::ALL`].
    filters: [Option<String>; 4],
}

fn dimension(name: &str) -> Option<Dimension> {
    Dimension::ALL
        .into_iter()
        .find(|dimension| name_of(*dimension) == name)
}

impl View {
    pub(super) fn of(asked: &Asked, now: Month, base: String) -> Self {
        let rows = dimension(&asked.rows).unwrap_or(Dimension::Member);
        let columns = match asked.cols.as_str() {
            NOTHING => None,
            name => dimension(name).or(Some(if rows == Dimension::Tool {
                Dimension::Client
            } else {
                Dimension::Tool
            })),
        };
        let count = Count::ALL.into_iter().find(|c| c.name() == asked.count);
        let kept = |text: &str| {
            let text = text.trim();
            (!text.is_empty() && text.len() <= 300).then(|| text.to_owned())
        };
        // A person is an id, or nobody.
        let person =
            kept(&asked.person).filter(|id| id == UNKNOWN || id.parse::<MemberId>().is_ok());
        Self {
            // A month of another century is a slip of the finger.
            month: asked
                .month
                .parse()
                .ok()
                .filter(|month: &Month| (now.0 - 1_200..=now.0).contains(&month.0))
                .unwrap_or(now),
            rows,
            columns: columns.filter(|columns| *columns != rows),
            count: count.unwrap_or(Count::Delivered),
            page: asked.page.parse().unwrap_or(1).clamp(1, 100_000),
            base,
            filters: [
                person,
                kept(&asked.department),
                kept(&asked.tool),
                kept(&asked.client),
            ],
        }
    }

    /// The value that a dimension is filtered by.
    pub(super) fn filter(&self, dimension: Dimension) -> Option<&str> {
        let place = Dimension::ALL.iter().position(|one| *one == dimension)?;
        self.filters.get(place)?.as_deref()
    }

    pub(super) fn is_filtered(&self) -> bool {
        self.filters.iter().any(Option::is_some)
    }

    /// The filter for the store.
    pub(super) fn store_filter(&self) -> UsageFilter {
        let known = |dimension| {
            self.filter(dimension)
                .map(|value| value.strip_prefix(UNKNOWN).unwrap_or(value).to_owned())
        };
        UsageFilter {
            members: self
                .filter(Dimension::Member)
                .map(|value| vec![value.parse().ok()]),
            department: known(Dimension::Department),
            tool: known(Dimension::Tool),
            client: known(Dimension::Client),
        }
    }

    /// The address with some values changed; an empty one is left out.
    fn address(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let columns = self.columns.map_or(NOTHING, name_of);
        let (month, page) = (self.month.to_string(), self.page.to_string());
        let mut pairs = vec![
            ("month", month.as_str()),
            ("rows", name_of(self.rows)),
            ("cols", columns),
            ("count", self.count.name()),
            ("page", page.as_str()),
        ];
        for dimension in Dimension::ALL {
            pairs.push((name_of(dimension), self.filter(dimension).unwrap_or("")));
        }
        for (name, value) in changes {
            match pairs.iter_mut().find(|(known, _)| known == name) {
                Some(pair) => pair.1 = value,
                None => pairs.push((name, value)),
            }
        }
        pairs.retain(|(name, value)| !value.is_empty() && (*name, *value) != ("page", "1"));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        format!("{}{path}?{query}", self.base)
    }

    /// Another part of the table.
    pub(super) fn at_page(&self, page: u64) -> String {
        self.address("", &[("page", &page.to_string())])
    }

    /// Without one filter.
    pub(super) fn without(&self, dimension: Dimension) -> String {
        self.address("", &[(name_of(dimension), ""), ("page", "")])
    }

    /// With only one row's calls, seen from another side.
    pub(super) fn only(&self, value: &str) -> String {
        let rows = if self.rows == Dimension::Member {
            Dimension::Tool
        } else {
            Dimension::Member
        };
        let columns = match self.columns {
            Some(columns) if columns != rows => name_of(columns),
            Some(_) => name_of(Dimension::Client),
            None => NOTHING,
        };
        self.address(
            "",
            &[
                (name_of(self.rows), value),
                ("rows", name_of(rows)),
                ("cols", columns),
                ("page", ""),
            ],
        )
    }

    /// The same as a file.
    pub(super) fn file(&self, path: &str, flat: bool) -> String {
        let flat = if flat { "1" } else { "" };
        self.address(path, &[("page", ""), ("flat", flat)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(asked: &Asked) -> View {
        View::of(asked, "2026-11".parse().unwrap(), "/u".to_owned())
    }

    #[test]
    fn an_address_that_asks_for_nonsense_shows_the_usual() {
        let asked = Asked {
            month: "9999-99".to_owned(),
            rows: "drop table".to_owned(),
            cols: "person".to_owned(),
            person: "mem_nobody".to_owned(),
            page: "-4".to_owned(),
            tool: "x".repeat(301),
            ..Asked::default()
        };
        let view = view(&asked);
        assert_eq!(view.month.to_string(), "2026-11");
        assert_eq!((view.rows, view.columns), (Dimension::Member, None));
        assert_eq!((view.page, view.is_filtered()), (1, false));
    }

    #[test]
    fn links_keep_what_is_asked_and_quote_it() {
        let asked = Asked {
            month: "2026-10".to_owned(),
            client: "A&B=1 #".to_owned(),
            page: "3".to_owned(),
            ..Asked::default()
        };
        let view = view(&asked);
        assert_eq!(
            view.at_page(2),
            "/u?month=2026-10&rows=person&cols=tool&count=delivered&page=2&client=A%26B%3D1+%23"
        );
        let only = view.only("mem_1");
        assert!(only.contains("rows=tool&cols=client") && only.contains("person=mem_1"));
        assert!(!view.without(Dimension::Client).contains("client=A"));
        assert_eq!(view.store_filter().client.as_deref(), Some("A&B=1 #"));
    }

    #[test]
    fn a_dash_asks_for_what_is_not_known() {
        let asked = Asked {
            department: UNKNOWN.to_owned(),
            person: UNKNOWN.to_owned(),
            ..Asked::default()
        };
        let filter = view(&asked).store_filter();
        assert_eq!(filter.department.as_deref(), Some(""));
        assert_eq!(filter.members.map(|ids| ids.len()), Some(1));
    }
}
