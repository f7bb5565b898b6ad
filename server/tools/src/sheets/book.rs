//! A spreadsheet and its tabs, and the range that a caller means.

use feishu::api::sheets as api;
use model::Locale;

use super::a1::{Area, Span};
use crate::{
    ErrorKind, ToolCx, ToolError,
    args::{
        kind::Kind,
        resolve::{Target, resolve},
    },
    render::clean_line,
};

/// Tabs that an error names.
const NAMED: usize = 12;

/// A spreadsheet that the caller may work on.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) target: Target,
    pub(crate) tabs: Vec<Tab>,
}

/// One tab.
#[derive(Debug, Clone)]
pub(crate) struct Tab {
    pub(crate) id: String,
    /// Clean, for people.
    pub(crate) title: String,
    pub(crate) rows: u32,
    pub(crate) columns: u32,
    pub(crate) frozen: (u32, u32),
    pub(crate) hidden: bool,
    /// Has cells; an embedded base has none.
    pub(crate) is_grid: bool,
    pub(crate) merges: Vec<Area>,
}

/// A tab, and a range as it was written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'b> {
    pub(crate) tab: &'b Tab,
    pub(crate) span: Span,
}

impl Tab {
    fn of(tab: api::Tab) -> Self {
        let count = |count: i64| u32::try_from(count).unwrap_or(0);
        let merges = tab.merges.iter().filter_map(|merge| {
            let area = Area {
                top: count(merge.start_row_index),
                bottom: count(merge.end_row_index) + 1,
                left: count(merge.start_column_index),
                right: count(merge.end_column_index) + 1,
            };
            (area.top < area.bottom && area.left < area.right).then_some(area)
        });
        Self {
            merges: merges.collect(),
            title: clean_line(&tab.title, 100),
            rows: count(tab.grid_properties.row_count),
            columns: count(tab.grid_properties.column_count),
            frozen: (
                count(tab.grid_properties.frozen_row_count),
                count(tab.grid_properties.frozen_column_count),
            ),
            hidden: tab.hidden,
            is_grid: tab.resource_type.is_empty() || tab.resource_type == "sheet",
            id: tab.sheet_id,
        }
    }

    /// `Title!A1:B2`, quoted where the title needs it.
    pub(crate) fn name(&self, area: &Area) -> String {
        format!("{}!{}", self.quoted(), area.name())
    }

    /// The part of an area that the grid has; `None` where it has none of it.
    pub(crate) fn inside(&self, area: &Area) -> Option<Area> {
        let inside = Area {
            bottom: area.bottom.min(self.rows),
            right: area.right.min(self.columns),
            ..*area
        };
        (inside.top < inside.bottom && inside.left < inside.right).then_some(inside)
    }

    /// Rows and columns that the grid lacks for an area.
    pub(crate) fn missing(&self, area: &Area) -> (u32, u32) {
        (
            area.bottom.saturating_sub(self.rows),
            area.right.saturating_sub(self.columns),
        )
    }

    pub(crate) fn quoted(&self) -> String {
        let plain = |c: char| c.is_alphanumeric() || c == '_';
        if self.title.chars().all(plain) {
            self.title.clone()
        } else {
            format!("'{}'", self.title)
        }
    }
}

impl Place<'_> {
    /// Its cells.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] when it lies outside of the tab; the error tells the tab's size.
    pub(crate) fn area(&self, cx: &ToolCx) -> Result<Area, ToolError> {
        let tab = self.tab;
        self.span.within(tab.rows, tab.columns).ok_or_else(|| {
            let all = Area {
                top: 0,
                bottom: tab.rows.max(1),
                left: 0,
                right: tab.columns.max(1),
            };
            ToolError::invalid(match cx.locale {
                Locale::En => format!(
                    "the range lies outside of the tab {}, which has {} rows and {} columns",
                    tab.quoted(),
                    tab.rows,
                    tab.columns
                ),
                Locale::Zh => format!(
                    "范围超出工作表 {}（{} 行 {} 列）",
                    tab.quoted(),
                    tab.rows,
                    tab.columns
                ),
            })
            .with_hint(format!(
                "{} {}",
                cx.say("The whole tab is", "整个工作表为"),
                tab.name(&all)
            ))
        })
    }
}

/// Finds the spreadsheet and looks at its tabs.
///
/// # Errors
/// What [`resolve`] says; [`ErrorKind::Invalid`] for another kind of thing.
pub(crate) async fn open(cx: &ToolCx, reference: &str) -> Result<Book, ToolError> {
    let target = spreadsheet(cx, resolve(cx, reference).await?)?;
    let tabs = api::tabs(&cx.feishu, &target.token).await;
    let tabs = tabs.map_err(|fault| cx.fault(fault))?;
    Ok(Book {
        target,
        tabs: tabs.into_iter().map(Tab::of).collect(),
    })
}

/// The target, if it is a spreadsheet.
pub(crate) fn spreadsheet(cx: &ToolCx, target: Target) -> Result<Target, ToolError> {
    if target.kind == Kind::Sheet {
        return Ok(target);
    }
    let kind = target.kind.title(cx.locale);
    let error = ToolError::invalid(match cx.locale {
        Locale::En => format!("this is a {kind}, not a spreadsheet"),
        Locale::Zh => format!("这是{kind}，不是电子表格"),
    });
    Err(error
        .with_hint(cx.say(
            "`inspect` tells what it is; tables in documents belong to doc_table, .xlsx files are imported with `files`.",
            "可用 `inspect` 查看类型；文档内的表格请用 doc_table，.xlsx 文件请先用 `files` 导入。",
        ))
        .with_detail("ref", target.reference()))
}

impl Book {
    /// The title, for questions; empty where Feishu does not tell.
    pub(crate) async fn title(&self, cx: &ToolCx) -> String {
        let told = api::spreadsheet(&cx.feishu, &self.target.token).await;
        told.map_or_else(|_| String::new(), |told| clean_line(&told.title, 200))
    }

    /// Reads `Tab!A1:C5`, `Tab`, `A1:C5` or nothing. Without a tab it is the one that the link
    /// names, else the first that is seen.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with the tabs that there are, [`ErrorKind::Invalid`] for what is no
    /// range.
    pub(crate) fn place(&self, cx: &ToolCx, text: Option<&str>) -> Result<Place<'_>, ToolError> {
        let text = text.map(str::trim).unwrap_or_default();
        if text.is_empty() {
            let tab = self.default_tab(cx)?;
            return Ok(Place {
                tab,
                span: Span::default(),
            });
        }
        if let Some(tab) = self.find(text) {
            let span = Span::default();
            return Ok(Place { tab, span });
        }
        if let Some((title, range)) = text.rsplit_once('!') {
            let tab = self.find(title).ok_or_else(|| self.unknown(cx, title))?;
            let span = Span::read(range).ok_or_else(|| not_a_range(cx, range))?;
            return Ok(Place { tab, span });
        }
        match Span::read(text) {
            Some(span) => Ok(Place {
                tab: self.default_tab(cx)?,
                span,
            }),
            None if text.contains(':') && text.is_ascii() => Err(not_a_range(cx, text)),
            None => Err(self.unknown(cx, text)),
        }
    }

    /// The tab of this title or identity.
    pub(crate) fn find(&self, name: &str) -> Option<&Tab> {
        let name = name.trim();
        let quoted = name
            .strip_prefix('\'')
            .and_then(|name| name.strip_suffix('\''));
        let name = quoted.unwrap_or(name);
        let by = |fits: &dyn Fn(&Tab) -> bool| self.tabs.iter().find(|tab| fits(tab));
        by(&|tab| tab.title == name)
            .or_else(|| by(&|tab| tab.id == name))
            .or_else(|| by(&|tab| folded(&tab.title) == folded(name) && !folded(name).is_empty()))
    }

    fn default_tab(&self, cx: &ToolCx) -> Result<&Tab, ToolError> {
        let linked = self
            .target
            .anchor
            .as_deref()
            .and_then(|id| self.tabs.iter().find(|tab| tab.id == id));
        let first = || self.tabs.iter().find(|tab| !tab.hidden && tab.is_grid);
        linked.or_else(first).or(self.tabs.first()).ok_or_else(|| {
            ToolError::new(
                ErrorKind::NotFound,
                cx.say("the spreadsheet has no tab", "该表格没有工作表"),
            )
        })
    }

    /// No tab has this name: those that come near, first.
    pub(crate) fn unknown(&self, cx: &ToolCx, name: &str) -> ToolError {
        let mut tabs: Vec<&Tab> = self.tabs.iter().collect();
        tabs.sort_by_key(|tab| std::cmp::Reverse(likeness(&folded(&tab.title), &folded(name))));
        let more = tabs.len().saturating_sub(NAMED);
        let mut names: Vec<String> = tabs
            .iter()
            .take(NAMED)
            .map(|tab| format!("{} ({})", tab.title, tab.id))
            .collect();
        if more > 0 {
            names.push(format!("… +{more}"));
        }
        let name = clean_line(name, 60);
        ToolError::new(
            ErrorKind::NotFound,
            match cx.locale {
                Locale::En => format!("the spreadsheet has no tab \"{name}\""),
                Locale::Zh => format!("表格中没有名为“{name}”的工作表"),
            },
        )
        .with_hint(cx.say(
            "Name one of these tabs, or write the range as Tab!A1:C5.",
            "请使用以下工作表之一，范围写作 工作表!A1:C5。",
        ))
        .with_detail("candidates", names)
    }
}

fn not_a_range(cx: &ToolCx, text: &str) -> ToolError {
    let text = clean_line(text, 60);
    ToolError::invalid(match cx.locale {
        Locale::En => format!("\"{text}\" is not a range"),
        Locale::Zh => format!("“{text}”不是有效范围"),
    })
    .with_hint(cx.say(
        "Write A1, A1:C5, B:D (columns), 3:5 (rows) or A2:C (to the last row), with the tab in front: Tab!A1:C5.",
        "写法：A1、A1:C5、B:D（列）、3:5（行）、A2:C（到最后一行），前面可加工作表：工作表!A1:C5。",
    ))
}

/// Without case and white space.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// How much two words have in common: shared pairs of characters, and shared characters.
fn likeness(one: &str, other: &str) -> usize {
    let pairs =
        |text: &str| -> Vec<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let theirs = pairs(other);
    let shared = pairs(one)
        .iter()
        .filter(|pair| theirs.contains(pair))
        .count();
    shared * 4 + one.chars().filter(|c| other.contains(*c)).count()
}
