//! Asks Feishu for records and judges here what Feishu cannot.

use std::time::Duration;

use feishu::api::bitable::records::{self, Filter, Query, Record, RecordPage, Sort};

use super::{condition::Test, links};
use crate::{ToolCx, ToolError, bases::grid::Grid};

/// Most records that one answer looks at.
pub(crate) const MAX_SEEN: usize = 100_000;
/// How long one answer goes on reading; the gate stops calls some time later.
const PATIENCE: Duration = Duration::from_secs(40);
/// Most conditions that Feishu takes.
const MAX_CONDITIONS: usize = 50;

/// The conditions of a call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Where {
    /// One is enough.
    any: bool,
    tests: Vec<Test>,
    /// These records and no others.
    pub(crate) ids: Vec<String>,
}

impl Where {
    /// Reads conditions. A first one of `any` makes them alternatives; a record id chooses it.
    ///
    /// # Errors
    /// As [`Test::read`].
    pub(crate) async fn read(
        cx: &ToolCx,
        grid: &Grid,
        conditions: &[String],
    ) -> Result<Self, ToolError> {
        let mut found = Self::default();
        for text in conditions.iter().map(|text| text.trim()) {
            match text {
                "" => {}
                "any" | "or" | "任一" => found.any = true,
                "all" | "and" | "全部" => found.any = false,
                id if links::is_id(id) => found.ids.push(id.to_owned()),
                text => found.tests.push(Test::read(cx, grid, text).await?),
            }
        }
        if !found.ids.is_empty() && !found.tests.is_empty() {
            return Err(ToolError::invalid(cx.say(
                "record ids and conditions cannot be mixed",
                "记录 id 与条件不能混用",
            ))
            .with_hint(cx.say("Pass one or the other.", "请只传其中一种。")));
        }
        Ok(found)
    }

    /// What Feishu judges, and what is left to be judged here.
    fn divide(&self, grid: &Grid) -> (Option<Filter>, Vec<&Test>) {
        let (mut conditions, mut local) = (Vec::new(), Vec::new());
        for test in &self.tests {
            match test.upstream(grid) {
                Some(condition) if conditions.len() < MAX_CONDITIONS => conditions.push(condition),
                _ => local.push(test),
            }
        }
        // Alternatives can only be judged in one place.
        if self.any && !local.is_empty() {
            return (None, self.tests.iter().collect());
        }
        let filter = (!conditions.is_empty()).then_some(Filter {
            conjunction: if self.any { "or" } else { "and" },
            conditions,
        });
        (filter, local)
    }
}

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    query: Query,
    local: Vec<Test>,
    any: bool,
}

impl Asked {
    /// Puts a question together. Without conditions and order a view decides.
    pub(crate) fn new(
        grid: &Grid,
        conditions: &Where,
        sort: Vec<Sort>,
        view: Option<String>,
        fields: Option<Vec<String>>,
    ) -> Self {
        let (filter, local) = conditions.divide(grid);
        let local: Vec<Test> = local.into_iter().cloned().collect();
        // What is judged here has to be read, too.
        let fields = fields.filter(|_| local.iter().all(|test| test.field.is_some()));
        let fields = fields.map(|mut names| {
            let judged = local.iter().filter_map(|test| test.field.as_ref());
            for name in judged.map(|field| &field.field_name) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
            names
        });
        Self {
            query: Query {
                view_id: view.filter(|_| filter.is_none() && sort.is_empty()),
                field_names: fields,
                sort,
                filter,
            },
            local,
            any: conditions.any,
        }
    }

    /// Whether everything is judged by Feishu, so that its count is right.
    pub(crate) const fn is_exact(&self) -> bool {
        self.local.is_empty()
    }

    fn keeps(&self, grid: &Grid, record: &Record) -> bool {
        if self.local.is_empty() {
            return true;
        }
        let mut judged = self.local.iter().map(|test| test.holds(grid, record));
        if self.any {
            judged.any(|holds| holds)
        } else {
            judged.all(|holds| holds)
        }
    }

    async fn page(
        &self,
        cx: &ToolCx,
        grid: &Grid,
        size: usize,
        cursor: Option<&str>,
    ) -> Result<RecordPage, ToolError> {
        cx.check()?;
        let page = records::search(&cx.feishu, grid.at(), &self.query, size, cursor);
        page.await.map_err(|fault| cx.fault(fault))
    }

    /// The first `limit` records from a place on, and the place of the next one.
    pub(crate) async fn some(
        &self,
        cx: &ToolCx,
        grid: &Grid,
        limit: usize,
        from: &Spot,
    ) -> Result<Found, ToolError> {
        let size = if self.is_exact() && from.skip == 0 {
            limit
        } else {
            records::MAX_PAGE
        };
        let size = if from.size == 0 { size } else { from.size };
        let mut found = Found::default();
        let mut at = Spot {
            size,
            ..from.clone()
        };
        let begun = cx.clock.now().millis();
        loop {
            let page = self.page(cx, grid, size, at.token()).await?;
            found.total = page.total;
            let more = page.has_more && !page.page_token.is_empty();
            for (index, record) in page.items.into_iter().enumerate().skip(at.skip) {
                if found.records.len() == limit {
                    found.next = Some(Spot { skip: index, ..at });
                    return Ok(found);
                }
                found.seen += 1;
                if self.keeps(grid, &record) {
                    found.records.push(record);
                    found.spots.push(Spot {
                        skip: index + 1,
                        ..at.clone()
                    });
                }
            }
            if !more {
                return Ok(found);
            }
            at = Spot {
                size,
                skip: 0,
                page: page.page_token,
            };
            let late = elapsed(cx, begun) > PATIENCE;
            if found.records.len() == limit || found.seen >= MAX_SEEN || late {
                found.cut = found.records.len() < limit;
                found.next = Some(at);
                return Ok(found);
            }
        }
    }

    /// Hands every record to `each`, at most [`MAX_SEEN`]; tells how many there were and whether
    /// the reading was cut short.
    pub(crate) async fn every(
        &self,
        cx: &ToolCx,
        grid: &Grid,
        mut each: impl FnMut(&Record),
    ) -> Result<(usize, bool), ToolError> {
        let begun = cx.clock.now().millis();
        let (mut seen, mut kept) = (0_usize, 0_usize);
        let mut cursor: Option<String> = None;
        loop {
            let page = self
                .page(cx, grid, records::MAX_PAGE, cursor.as_deref())
                .await?;
            seen += page.items.len();
            for record in page.items.iter().filter(|record| self.keeps(grid, record)) {
                kept += 1;
                each(record);
            }
            if !page.has_more || page.page_token.is_empty() {
                return Ok((kept, false));
            }
            if seen >= MAX_SEEN || elapsed(cx, begun) > PATIENCE {
                return Ok((kept, true));
            }
            let done = u64::try_from(seen).unwrap_or(u64::MAX);
            let total = u64::try_from(page.total).ok();
            cx.progress
                .send(done, total, cx.say("reading records", "读取记录"));
            cursor = Some(page.page_token);
        }
    }
}

fn elapsed(cx: &ToolCx, begun: i64) -> Duration {
    let millis = cx.clock.now().millis() - begun;
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

/// A place in a list: Feishu's page, and how many of its records were passed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    page: String,
    skip: usize,
    size: usize,
}

impl Spot {
    fn token(&self) -> Option<&str> {
        (!self.page.is_empty()).then_some(self.page.as_str())
    }

    /// As a cursor.
    pub(crate) fn print(&self) -> String {
        format!("{}.{}.{}", self.skip, self.size, self.page)
    }

    /// Reads a cursor.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '.');
        let skip = parts.next()?.parse().ok()?;
        let size: usize = parts.next()?.parse().ok()?;
        Some(Self {
            skip,
            size: size.min(records::MAX_PAGE),
            page: parts.next()?.to_owned(),
        })
    }
}

/// Records, and where the next ones are.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) records: Vec<Record>,
    /// Behind each record.
    pub(crate) spots: Vec<Spot>,
    pub(crate) next: Option<Spot>,
    /// Records that were looked at.
    seen: usize,
    /// Of Feishu's part of the conditions.
    pub(crate) total: i64,
    /// Stopped before `limit` was reached.
    pub(crate) cut: bool,
}

/// Reads `name` and `-name`; fields that Feishu cannot sort by are refused by itself.
pub(crate) fn sorts(cx: &ToolCx, grid: &Grid, asked: &[String]) -> Result<Vec<Sort>, ToolError> {
    let keys = asked
        .iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty());
    keys.map(|text| {
        let (name, desc) = direction(text);
        let field = grid.field(cx, name)?;
        Ok(Sort {
            field_name: field.field_name.clone(),
            desc,
        })
    })
    .collect()
}

/// `-NAME` and `NAME desc` are largest first.
pub(crate) fn direction(text: &str) -> (&str, bool) {
    let text = text.trim();
    if let Some(name) = text.strip_prefix('-') {
        return (name.trim(), true);
    }
    for (word, down) in [
        (" desc", true),
        (" asc", false),
        (" 降序", true),
        (" 升序", false),
    ] {
        if let Some(name) = text.strip_suffix(word) {
            return (name.trim(), down);
        }
    }
    (text, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_printed() {
        let spot = Spot {
            page: "MTAw.x".to_owned(),
            skip: 7,
            size: 500,
        };
        assert_eq!(Spot::read(&spot.print()), Some(spot));
        for text in ["", "zzz", "1", "a.b.c"] {
            assert_eq!(Spot::read(text), None, "{text}");
        }
    }

    #[test]
    fn directions_are_told_in_three_ways() {
        assert_eq!(direction("-Amount"), ("Amount", true));
        assert_eq!(direction("Amount desc"), ("Amount", true));
        assert_eq!(direction("金额 升序"), ("金额", false));
        assert_eq!(direction("Amount"), ("Amount", false));
    }
}
