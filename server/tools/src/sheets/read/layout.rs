//! What lies around the cells of a tab: frozen, merged and protected parts, filters, dropdowns,
//! conditional formats and pictures.

use feishu::{FeishuError, api::sheets as api};

use super::super::{
    a1::Area,
    book::{Book, Place},
};
use crate::{
    ToolCx, ToolError, ToolOutput,
    args::resolve::{class, lacks_scope},
    render::clean_line,
};

/// Entries of one kind that are told.
const MANY: usize = 30;
/// Values of a dropdown or a filter that are told.
const VALUES: usize = 20;

pub(super) async fn layout(
    cx: &ToolCx,
    book: &Book,
    place: Place<'_>,
) -> Result<ToolOutput, ToolError> {
    let (tab, token) = (place.tab, book.target.token.as_str());
    let at = (token, tab.id.as_str());
    let area = place.area(cx)?;
    let range = area.range(&tab.id);
    let (protected, filter, views, dropdowns, formats, images) = futures::join!(
        api::protections(&cx.feishu, token),
        api::filter(&cx.feishu, at),
        api::views(&cx.feishu, at),
        api::dropdowns(&cx.feishu, token, &range),
        api::formats(&cx.feishu, token, &tab.id),
        api::images(&cx.feishu, at),
    );
    let mut sheet = Sheet {
        cx,
        out: Vec::new(),
    };
    sheet.head(book, place);
    let merges = tab
        .merges
        .iter()
        .filter(|merge| merge.meets(&area))
        .map(Area::name);
    sheet.list(cx.say("merged", "合并"), Ok(merges.collect()))?;
    let own = protected.map(|all| {
        let own = all
            .into_iter()
            .filter(|one| one.dimension.sheet_id == tab.id);
        own.map(|one| protection(&one)).collect()
    });
    sheet.list(cx.say("protected", "保护"), own)?;
    let told = filter.map(|filter| filter.iter().map(filter_line).collect());
    sheet.list(cx.say("filter", "筛选"), told)?;
    match views {
        Ok(views) => {
            let mut lines = Vec::new();
            for view in views.iter().take(MANY) {
                let rules = api::view_conditions(&cx.feishu, at, &view.filter_view_id).await;
                let rules = rules.map_err(|fault| cx.fault(fault))?;
                lines.push(view_line(view, &rules));
            }
            sheet.list(cx.say("filter views", "筛选视图"), Ok(lines))?;
        }
        Err(fault) => sheet.list(cx.say("filter views", "筛选视图"), Err(fault))?,
    }
    let told = dropdowns.map(|all| {
        all.iter()
            .map(|one| format!("{}: {}", short(&one.ranges), values(&one.condition_values)))
            .collect()
    });
    sheet.list(cx.say("dropdowns", "下拉列表"), told)?;
    let told = formats.map(|all| {
        all.iter()
            .map(|one| {
                let rule = clean_line(&one.rule_type, 40);
                let attrs = if one.attrs.is_null() {
                    String::new()
                } else {
                    clean_line(&one.attrs.to_string(), 200)
                };
                format!("{} {rule} {attrs}", short(&one.ranges))
            })
            .collect()
    });
    sheet.list(cx.say("conditional formats", "条件格式"), told)?;
    let told = images.map(|all| {
        all.iter()
            .map(|one| {
                let at = short(std::slice::from_ref(&one.range));
                let at = at.split(':').next().unwrap_or_default().to_owned();
                format!(
                    "{} {at} {}×{} px media:{}",
                    one.float_image_id, one.width, one.height, one.float_image_token
                )
            })
            .collect()
    });
    sheet.list(cx.say("pictures over cells", "浮动图片"), told)?;
    Ok(ToolOutput::text(sheet.out.join("\n")))
}

struct Sheet<'c> {
    cx: &'c ToolCx,
    out: Vec<String>,
}

impl Sheet<'_> {
    fn head(&mut self, book: &Book, place: Place<'_>) {
        let (cx, tab) = (self.cx, place.tab);
        let index = book.tabs.iter().position(|known| known.id == tab.id);
        self.out.push(format!(
            "{} ({}) · {} {}/{} · {}×{}{}",
            tab.quoted(),
            tab.id,
            cx.say("tab", "工作表"),
            index.unwrap_or(0) + 1,
            book.tabs.len(),
            tab.rows,
            tab.columns,
            if tab.hidden {
                cx.say(" · hidden", " · 已隐藏")
            } else {
                ""
            },
        ));
        let (rows, columns) = tab.frozen;
        self.out.push(format!(
            "{}: {rows} {}, {columns} {}",
            cx.say("frozen", "冻结"),
            cx.say("rows", "行"),
            cx.say("columns", "列"),
        ));
    }

    /// One kind of things. What needs a scope that the user has not granted is said to be unknown.
    fn list(
        &mut self,
        name: &str,
        lines: Result<Vec<String>, FeishuError>,
    ) -> Result<(), ToolError> {
        let lines = match lines {
            Ok(lines) => lines,
            Err(fault) if class(&fault).is_some_and(lacks_scope) => {
                let unknown = self
                    .cx
                    .say("unknown, a Feishu scope is missing", "未知（缺少飞书权限）");
                self.out.push(format!("{name}: {unknown}"));
                return Ok(());
            }
            Err(fault) => return Err(self.cx.fault(fault)),
        };
        match lines.len() {
            0 => self.out.push(format!("{name}: –")),
            count => {
                self.out.push(format!("{name}: {count}"));
                self.out
                    .extend(lines.iter().take(MANY).map(|line| format!("- {line}")));
                if count > MANY {
                    self.out.push(format!("- … +{}", count - MANY));
                }
            }
        }
        Ok(())
    }
}

fn protection(one: &api::Protected) -> String {
    let (first, last) = (one.dimension.start_index, one.dimension.end_index);
    let name = |index: i64| {
        let index = u32::try_from(index.max(1) - 1).unwrap_or(0);
        super::super::a1::column_name(index)
    };
    let lines = if one.dimension.major_dimension == "COLUMNS" {
        format!("{}:{}", name(first), name(last))
    } else {
        format!("{first}:{last}")
    };
    format!(
        "{lines} protect:{} {}",
        one.protect_id,
        clean_line(&one.lock_info, 80)
    )
}

fn filter_line(filter: &api::Filter) -> String {
    let rules = filter.filter_infos.iter().flat_map(|info| {
        info.conditions
            .iter()
            .map(|condition| rule(&info.col, condition))
    });
    let rules: Vec<String> = rules.collect();
    let out = filter.filtered_out_rows.len();
    format!(
        "{} {} (−{out})",
        short(std::slice::from_ref(&filter.range)),
        rules.join(" · ")
    )
}

fn view_line(view: &api::View, rules: &[api::Condition]) -> String {
    let rules: Vec<String> = rules
        .iter()
        .map(|one| rule(&one.condition_id, one))
        .collect();
    format!(
        "{} view:{} {} {}",
        clean_line(&view.filter_view_name, 60),
        view.filter_view_id,
        short(std::slice::from_ref(&view.range)),
        rules.join(" · ")
    )
}

fn rule(column: &str, condition: &api::Condition) -> String {
    let compare = condition.compare_type.as_deref().unwrap_or("in");
    format!(
        "{} {} {}",
        clean_line(column, 5),
        clean_line(compare, 20),
        values(&condition.expected)
    )
}

fn values(all: &[String]) -> String {
    let shown: Vec<String> = all
        .iter()
        .take(VALUES)
        .map(|value| clean_line(value, 40))
        .collect();
    let more = if all.len() > VALUES { " | …" } else { "" };
    shown.join(" | ") + more
}

/// Ranges without the identity of the tab.
fn short(ranges: &[String]) -> String {
    let parts = ranges.iter().map(|range| {
        range
            .rsplit_once('!')
            .map_or(range.as_str(), |(_, part)| part)
    });
    clean_line(&parts.collect::<Vec<_>>().join(" "), 200)
}
