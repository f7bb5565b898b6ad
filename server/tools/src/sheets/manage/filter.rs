//! The filter of a tab, and filter views that each person chooses.
//!
//! A rule is `COLUMN OPERATOR VALUE`: `B in 研发部|市场部`, `F > 1000`, `F between 1|9`,
//! `C contains cloud`; `B clear` takes the column's rule away.

use feishu::api::sheets::{self as api, Condition};
use model::Locale;

use super::{
    super::{
        a1::{Area, column_index, column_name},
        book::Place,
        refusal::explain,
        send::send,
    },
    Job,
};
use crate::{ToolCx, ToolError, render::clean_line};

const OPERATORS: [(&str, &str, &str); 14] = [
    (">=", "number", "greaterOrEqual"),
    ("<=", "number", "lessOrEqual"),
    ("!=", "number", "notEqual"),
    ("=", "number", "equal"),
    (">", "number", "greater"),
    ("<", "number", "less"),
    ("between", "number", "between"),
    ("not_between", "number", "notBetween"),
    ("contains", "text", "contains"),
    ("not_contains", "text", "notContains"),
    ("begins", "text", "beginsWith"),
    ("ends", "text", "endsWith"),
    ("in", "multiValue", ""),
    ("clear", "clear", ""),
];

/// A rule: the column, and what it must be.
type Rule = (String, Condition);

fn rule(cx: &ToolCx, area: &Area, text: &str) -> Result<Rule, ToolError> {
    let wrong = || {
        let text = clean_line(text, 60);
        ToolError::invalid(match cx.locale {
            Locale::En => format!("\"{text}\" is not a filter rule"),
            Locale::Zh => format!("“{text}”不是有效的筛选规则"),
        })
        .with_hint(match cx.locale {
            Locale::En => format!(
                "Write COLUMN OPERATOR VALUE with a column of {}, such as `B in a|b`, `F > 1000`, `C contains x`, `B clear`. Operators: {}.",
                area.name(),
                OPERATORS.map(|(word, ..)| word).join(", ")
            ),
            Locale::Zh => format!(
                "写作 列 运算符 值，列需在 {} 内，如 `B in a|b`、`F > 1000`、`C contains x`、`B clear`。运算符：{}。",
                area.name(),
                OPERATORS.map(|(word, ..)| word).join("、")
            ),
        })
    };
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, rest) = text.split_at(letters);
    let column = column_index(letters).filter(|at| (area.left..area.right).contains(at));
    let column = column_name(column.ok_or_else(wrong)?);
    let rest = rest.trim_start();
    let found = OPERATORS.iter().find(|(word, ..)| {
        rest.strip_prefix(word).is_some_and(|after| {
            !word.ends_with(|c: char| c.is_ascii_alphabetic())
                || after.is_empty()
                || after.starts_with(' ')
        })
    });
    let (word, kind, compare) = found.ok_or_else(wrong)?;
    let value = rest.strip_prefix(word).unwrap_or_default().trim();
    let expected: Vec<String> = match *kind {
        "clear" => Vec::new(),
        "text" => vec![value.to_owned()],
        _ => value
            .split('|')
            .map(|part| part.trim().to_owned())
            .collect(),
    };
    let count = match (*kind, *compare) {
        ("clear", _) => 0,
        (_, "between" | "notBetween") => 2,
        ("multiValue", _) => expected.len(),
        _ => 1,
    };
    let numbers = *kind != "number" || expected.iter().all(|value| value.parse::<f64>().is_ok());
    let empty = expected.iter().any(String::is_empty);
    if expected.len() != count || empty || !numbers {
        return Err(wrong());
    }
    let condition = Condition {
        condition_id: String::new(),
        filter_type: (*kind).to_owned(),
        compare_type: (!compare.is_empty()).then(|| (*compare).to_owned()),
        expected,
    };
    Ok((column, condition))
}

pub(super) async fn filter(job: &Job<'_>) -> Result<String, ToolError> {
    let cx = job.cx;
    let place = job.place()?;
    let area = place.area(cx)?;
    let off = job.options.flag(cx, "off")?.unwrap_or(false);
    let rules = job.options.rest();
    let rules: Result<Vec<Rule>, ToolError> =
        rules.iter().map(|text| rule(cx, &area, text)).collect();
    let rules = rules?;
    match job.title()? {
        Some(name) => view(job, &place, &area, &name, (off, rules)).await,
        None => common(job, &place, &area, (off, rules)).await,
    }
}

/// The filter that everybody sees.
async fn common(
    job: &Job<'_>,
    place: &Place<'_>,
    area: &Area,
    (off, rules): (bool, Vec<Rule>),
) -> Result<String, ToolError> {
    let cx = job.cx;
    let at = (job.token(), place.tab.id.as_str());
    let known = api::filter(&cx.feishu, at)
        .await
        .map_err(|fault| explain(cx, fault))?;
    let name = place.tab.name(area);
    if off {
        if known.is_none() {
            return Ok(format!(
                "{} {}",
                place.tab.quoted(),
                cx.say("has no filter", "没有筛选")
            ));
        }
        if !job.dry {
            let sent = send(cx, || api::delete_filter(&cx.feishu, at)).await?;
            sent.map_err(|fault| explain(cx, fault))?;
        }
        return Ok(format!(
            "{} {}",
            place.tab.quoted(),
            cx.say(
                "filter taken off, all rows are in view",
                "已取消筛选，显示全部行"
            )
        ));
    }
    let Some(first) = rules.first() else {
        return Err(ToolError::invalid(cx.say(
            "`set` needs a rule, such as \"B in a|b\", or \"off\"",
            "`set` 需要规则，如 \"B in a|b\"，或 \"off\"",
        )));
    };
    let told = match cx.locale {
        Locale::En => format!(
            "{name}: filter with {} rules, row {} is the header",
            rules.len(),
            area.top + 1
        ),
        Locale::Zh => format!(
            "{name}：{} 条筛选规则，第 {} 行为表头",
            rules.len(),
            area.top + 1
        ),
    };
    if job.dry {
        return Ok(told);
    }
    let mut rest = rules.as_slice();
    if known.is_none() {
        let range = area.range(&place.tab.id);
        let sent = send(cx, || {
            api::create_filter(&cx.feishu, at, &range, (&first.0, &first.1))
        })
        .await?;
        sent.map_err(|fault| explain(cx, fault))?;
        rest = rest.get(1..).unwrap_or_default();
    }
    for (column, condition) in rest {
        let sent = send(cx, || {
            api::update_filter(&cx.feishu, at, (column, condition))
        })
        .await?;
        sent.map_err(|fault| explain(cx, fault).with_detail("column", column.clone()))?;
    }
    Ok(told)
}

/// A named view: made, changed, or taken away.
async fn view(
    job: &Job<'_>,
    place: &Place<'_>,
    area: &Area,
    name: &str,
    (off, rules): (bool, Vec<Rule>),
) -> Result<String, ToolError> {
    let cx = job.cx;
    let at = (job.token(), place.tab.id.as_str());
    let views = api::views(&cx.feishu, at)
        .await
        .map_err(|fault| explain(cx, fault))?;
    let known = views
        .iter()
        .find(|view| view.filter_view_name == name || view.filter_view_id == name);
    if off {
        let Some(known) = known else {
            return Err(ToolError::new(
                crate::ErrorKind::NotFound,
                cx.say("no filter view has this name", "没有该名称的筛选视图"),
            )
            .with_detail(
                "candidates",
                views
                    .iter()
                    .map(|view| clean_line(&view.filter_view_name, 60))
                    .collect::<Vec<_>>(),
            ));
        };
        if !job.dry {
            let id = known.filter_view_id.as_str();
            let sent = send(cx, || api::delete_view(&cx.feishu, at, id)).await?;
            sent.map_err(|fault| explain(cx, fault))?;
        }
        return Ok(format!(
            "{} {name}",
            cx.say("filter view deleted:", "已删除筛选视图：")
        ));
    }
    let told = |id: &str| match cx.locale {
        Locale::En => format!(
            "filter view {name}{id} over {} with {} rules",
            place.tab.name(area),
            rules.len()
        ),
        Locale::Zh => format!(
            "筛选视图 {name}{id}：{}，{} 条规则",
            place.tab.name(area),
            rules.len()
        ),
    };
    if job.dry {
        return Ok(told(""));
    }
    let range = area.range(&place.tab.id);
    let id = if let Some(known) = known {
        // Only a range that was named replaces the view's own.
        if !place.span.is_all() {
            let id = known.filter_view_id.as_str();
            let sent = send(cx, || api::update_view(&cx.feishu, at, id, &range)).await?;
            sent.map_err(|fault| explain(cx, fault))?;
        }
        known.filter_view_id.clone()
    } else {
        let sent = send(cx, || api::create_view(&cx.feishu, at, name, &range)).await?;
        sent.map_err(|fault| explain(cx, fault))?.filter_view_id
    };
    let there = api::view_conditions(&cx.feishu, at, &id)
        .await
        .map_err(|fault| explain(cx, fault))?;
    for (column, condition) in &rules {
        let condition = Condition {
            condition_id: column.clone(),
            ..condition.clone()
        };
        let known = there.iter().any(|one| one.condition_id == *column);
        let sent = send(cx, || {
            api::put_view_condition(&cx.feishu, at, &id, &condition, known)
        })
        .await?;
        sent.map_err(|fault| explain(cx, fault).with_detail("column", column.clone()))?;
    }
    Ok(told(&format!(" (view:{id})")))
}
