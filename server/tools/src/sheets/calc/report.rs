//! What the formulas came to.

use formulas::{Answer, Fault, Value, shown};
use model::Locale;
use serde_json::{Value as Json, json};

use crate::{
    ToolCx, ToolOutput,
    render::{clean_line, clean_text},
    sheets::serial,
};

/// Rows of an array that are written out.
const ROWS: usize = 200;
/// Functions whose number is a date.
const DATED: [&str; 10] = [
    "DATE(",
    "TODAY(",
    "NOW(",
    "EDATE(",
    "EOMONTH(",
    "WORKDAY(",
    "WORKDAY.INTL(",
    "DATEVALUE(",
    "TIME(",
    "TIMEVALUE(",
];

/// All that was computed.
pub(super) struct Told<'a> {
    pub(super) formulas: &'a [String],
    pub(super) after: &'a [Answer],
    /// Without the supposed cells, for a what-if.
    pub(super) before: Option<&'a [Answer]>,
    pub(super) fetched: u64,
    pub(super) revision: i64,
}

pub(super) fn report(cx: &ToolCx, told: &Told<'_>) -> ToolOutput {
    let mut lines = Vec::new();
    let mut results = Vec::new();
    for (number, (formula, answer)) in told.formulas.iter().zip(told.after).enumerate() {
        let formula = clean_line(formula, 200);
        let before = told.before.and_then(|before| before.get(number));
        let mut result = json!({ "formula": formula, "value": data(answer) });
        let dated = DATED.iter().any(|name| {
            formula
                .trim_start_matches('=')
                .to_ascii_uppercase()
                .starts_with(name)
        });
        let single = answer.size == (1, 1);
        if single {
            let value = words(cx, first(answer), dated);
            lines.push(match before {
                Some(before) if before != answer => {
                    format!("{formula}\t{} → {value}", words(cx, first(before), dated))
                }
                Some(_) => format!("{formula}\t{value} ({})", cx.say("unchanged", "不变")),
                None => format!("{formula}\t{value}"),
            });
        } else {
            let (rows, columns) = answer.size;
            lines.push(match cx.locale {
                Locale::En => format!("{formula}\t{rows} rows x {columns} columns:"),
                Locale::Zh => format!("{formula}\t{rows} 行 × {columns} 列："),
            });
            lines.extend(answer.rows.iter().take(ROWS).map(|row| {
                let cells = row.iter().map(|value| words(cx, value, false));
                cells.collect::<Vec<_>>().join("\t")
            }));
            if rows > answer.rows.len().min(ROWS) {
                result["truncated"] = json!(true);
                lines.push(cx.say("… truncated", "…（已截断）").to_owned());
            }
        }
        if let Some(before) = before {
            result["before"] = data(before);
        }
        lines.extend(hint(cx, answer));
        results.push(result);
    }
    let cells = told.fetched;
    lines.push(match cx.locale {
        Locale::En => format!("read: {cells} cells, nothing was written"),
        Locale::Zh => format!("读取 {cells} 个单元格，未写入任何内容"),
    });
    ToolOutput::text(lines.join("\n")).with_structured(json!({
        "results": results,
        "cells_read": told.fetched,
        "revision": told.revision,
    }))
}

fn first(answer: &Answer) -> &Value {
    const BLANK: &Value = &Value::Blank;
    answer
        .rows
        .first()
        .and_then(|row| row.first())
        .unwrap_or(BLANK)
}

/// One value on one line.
fn words(cx: &ToolCx, value: &Value, dated: bool) -> String {
    match value {
        Value::Number(number) if dated => {
            let date = serial::iso(*number, &cx.facts.time_zone);
            date.map_or_else(
                || shown(*number),
                |date| format!("{date} ({})", shown(*number)),
            )
        }
        Value::Blank => cx.say("(blank)", "（空）").to_owned(),
        Value::Text(text) => clean_text(text).replace('\n', "↵").replace('\t', " "),
        other => other.to_string(),
    }
}

fn data(answer: &Answer) -> Json {
    let one = |value: &Value| match value {
        Value::Blank => Json::Null,
        Value::Number(number) => json!(number),
        Value::Bool(truth) => json!(truth),
        Value::Text(text) => json!(clean_text(text)),
        Value::Error(fault) => json!(fault.to_string()),
    };
    if answer.size == (1, 1) {
        return one(first(answer));
    }
    let rows = answer.rows.iter().take(ROWS);
    rows.map(|row| row.iter().map(one).collect::<Json>())
        .collect()
}

/// What to make of an error.
fn hint(cx: &ToolCx, answer: &Answer) -> Option<String> {
    let mut values = answer.rows.iter().flatten();
    let fault = values.find_map(|value| match value {
        Value::Error(fault) => Some(*fault),
        _ => None,
    })?;
    let text = match fault {
        Fault::Formula => cx.say(
            "the formula cannot be read: look at brackets, commas and quotes (English signs)",
            "公式无法解析：请检查括号、逗号与引号（须为英文符号）",
        ),
        Fault::Name => cx.say(
            "a function or name that is not known; names of functions are English",
            "未知的函数或名称；函数名须为英文",
        ),
        Fault::Reference => cx.say(
            "a tab or cell that does not exist; sheet_read lists the tabs",
            "引用的工作表或单元格不存在；可用 sheet_read 查看工作表",
        ),
        Fault::Circular => cx.say("a cell needs itself", "循环引用"),
        Fault::Unsupported => cx.say(
            "this use of the function is not computed here; help topic: calc",
            "此处不支持该用法，详见 help 的 calc 主题",
        ),
        _ => return None,
    };
    Some(format!("→ {text}"))
}
