//! Conditions: `Status is 进行中`, read, sent to Feishu where it can judge them, judged here
//! where it cannot.

use feishu::api::bitable::{
    fields::Field,
    records::{Condition, Record},
};

use super::words::{Op, Span, split};
use crate::{
    ToolCx, ToolError,
    args::people,
    bases::{
        cell::{Cell, kind},
        grid::{self, Grid},
        near,
        time::{self, Moment},
    },
    render::clean_line,
};

/// What a condition compares with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Against {
    Nothing,
    Number(f64),
    Flag(bool),
    /// First millisecond, and the first after it; equal for an instant.
    Span(i64, i64),
    /// Ids of people, records or groups.
    Ids(Vec<String>),
    Texts(Vec<String>),
}

/// A condition on one field; without a field, on any of them.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) field: Option<Field>,
    pub(crate) op: Op,
    pub(crate) against: Against,
}

impl Test {
    /// Reads a condition.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] for names of fields and choices that do not exist,
    /// [`crate::ErrorKind::Invalid`] for what cannot be asked.
    pub(crate) async fn read(cx: &ToolCx, grid: &Grid, text: &str) -> Result<Self, ToolError> {
        let names: Vec<&str> = grid
            .fields
            .iter()
            .map(|field| field.field_name.as_str())
            .collect();
        let Some((name, op, value)) = split(text, &names) else {
            return Err(unreadable(cx, grid, text));
        };
        if name == "*" {
            let Op::Contains = op else {
                return Err(unreadable(cx, grid, text));
            };
            return Ok(Self {
                field: None,
                op,
                against: Against::Texts(vec![value.to_lowercase()]),
            });
        }
        let field = grid.field(cx, &name)?.clone();
        let against = against(cx, grid, &field, op, &value).await?;
        Ok(Self {
            field: Some(field),
            op,
            against,
        })
    }

    /// The condition in Feishu's form; `None` when Feishu cannot judge it.
    pub(crate) fn upstream(&self, grid: &Grid) -> Option<Condition> {
        let field = self.field.as_ref()?;
        if matches!(field.kind, kind::FORMULA | kind::LOOKUP | 24 | 3001) {
            return None;
        }
        let made = |operator: &'static str, value: Vec<String>| {
            Some(Condition {
                field_name: field.field_name.clone(),
                operator,
                value,
            })
        };
        let several = matches!(self.op, Op::In)
            || matches!(&self.against, Against::Texts(all) if all.len() > 1);
        match (&self.against, self.op) {
            (Against::Nothing, Op::Empty) => made("isEmpty", Vec::new()),
            (Against::Nothing, _) => made("isNotEmpty", Vec::new()),
            (Against::Number(number), op) => {
                let word = match op {
                    Op::Is => "is",
                    Op::IsNot => "isNot",
                    Op::Greater => "isGreater",
                    Op::GreaterEqual => "isGreaterEqual",
                    Op::Less => "isLess",
                    Op::LessEqual => "isLessEqual",
                    _ => return None,
                };
                made(word, vec![number.to_string()])
            }
            // A box that was never touched is empty and counts as not ticked with Feishu.
            (Against::Flag(flag), Op::Is) => made("is", vec![flag.to_string()]),
            (Against::Flag(flag), Op::IsNot) => made("is", vec![(!flag).to_string()]),
            (Against::Span(from, to), op) => {
                let day = |millis: i64| vec!["ExactDate".to_owned(), millis.to_string()];
                let whole = time::days_on(*from, 1, &grid.zone) == *to;
                match op {
                    Op::Is if whole => made("is", day(*from)),
                    Op::Greater if whole => made("isGreater", day(*from)),
                    Op::Less if whole || from < to => made("isLess", day(*from)),
                    Op::GreaterEqual if from < to => {
                        made("isGreater", day(time::days_on(*from, -1, &grid.zone)))
                    }
                    Op::LessEqual if from < to => made("isLess", day(*to)),
                    _ => None,
                }
            }
            (Against::Ids(ids), op) => {
                let word = match op {
                    Op::Is if ids.len() == 1 => "is",
                    Op::IsNot if ids.len() == 1 => "isNot",
                    Op::Contains | Op::In if ids.len() <= 10 => "contains",
                    Op::NotContains if ids.len() <= 10 => "doesNotContain",
                    _ => return None,
                };
                made(word, ids.clone())
            }
            (Against::Texts(texts), op) => {
                let choice = matches!(field.kind, kind::SELECT | kind::MULTI);
                let word = match op {
                    Op::Is if !several => "is",
                    Op::IsNot if !several => "isNot",
                    // Of a text, one part is looked for.
                    Op::Contains if choice || !several => "contains",
                    Op::NotContains if choice || !several => "doesNotContain",
                    Op::In if choice && texts.len() <= 10 => "contains",
                    _ => return None,
                };
                made(word, texts.clone())
            }
            _ => None,
        }
    }

    /// Judges a record here.
    pub(crate) fn holds(&self, grid: &Grid, record: &Record) -> bool {
        if let Some(field) = &self.field {
            return self.judge(&grid::cell(field, record), grid);
        }
        let Against::Texts(parts) = &self.against else {
            return false;
        };
        let look = grid.look(None);
        grid.fields.iter().any(|field| {
            let texts = grid::cell(field, record).texts(&look.of(field));
            let mut folded = texts.iter().map(|text| text.to_lowercase());
            folded.any(|text| parts.iter().any(|part| text.contains(part.as_str())))
        })
    }

    fn judge(&self, cell: &Cell, grid: &Grid) -> bool {
        let empty = *cell == Cell::Empty;
        match (&self.against, self.op) {
            (Against::Nothing, Op::Empty) => empty,
            (Against::Nothing, _) => !empty,
            (Against::Number(wanted), op) => {
                let Some(number) = cell.number() else {
                    return op == Op::IsNot;
                };
                op.fits(number.total_cmp(wanted))
            }
            (Against::Flag(flag), op) => {
                let same = (*cell == Cell::Flag(true)) == *flag;
                same == (op != Op::IsNot)
            }
            (Against::Span(from, to), op) => {
                let Cell::Time(at) = cell else {
                    return op == Op::IsNot;
                };
                let (at, last) = (*at, (*to - 1).max(*from));
                match op {
                    Op::Is | Op::In | Op::Contains => (*from..=last).contains(&at),
                    Op::IsNot | Op::NotContains => !(*from..=last).contains(&at),
                    Op::Greater => at > last,
                    Op::GreaterEqual => at >= *from,
                    Op::Less => at < *from,
                    _ => at <= last,
                }
            }
            (Against::Ids(wanted), op) => {
                let ids: Vec<&str> = match cell {
                    Cell::Items(items) => items.iter().map(|item| item.id.as_str()).collect(),
                    _ => Vec::new(),
                };
                let some = || wanted.iter().any(|id| ids.contains(&id.as_str()));
                let same = || {
                    ids.len() == wanted.len() && wanted.iter().all(|id| ids.contains(&id.as_str()))
                };
                match op {
                    Op::Is => same(),
                    Op::IsNot => !same(),
                    Op::NotContains => !some(),
                    _ => some(),
                }
            }
            (Against::Texts(wanted), op) => {
                let texts = cell.texts(&grid.look(None));
                let some = || wanted.iter().any(|one| texts.contains(one));
                let part = || {
                    let mut pairs = texts
                        .iter()
                        .flat_map(|text| wanted.iter().map(move |one| (text, one)));
                    pairs.any(|(text, one)| text.contains(one.as_str()))
                };
                match op {
                    Op::Is => {
                        texts.len() == wanted.len() && wanted.iter().all(|one| texts.contains(one))
                    }
                    Op::IsNot => !(texts.len() == wanted.len() && some()),
                    Op::In => some(),
                    Op::Contains => part(),
                    Op::NotContains => !part(),
                    _ => match (texts.first(), wanted.first()) {
                        (Some(text), Some(one)) => op.fits(text.cmp(one)),
                        _ => false,
                    },
                }
            }
        }
    }
}

fn unreadable(cx: &ToolCx, grid: &Grid, text: &str) -> ToolError {
    let shown = clean_line(text, 80);
    let word = text.split_whitespace().next().unwrap_or_default();
    let names = grid.fields.iter().map(|field| field.field_name.as_str());
    let candidates: Vec<String> = near::near(word, names)
        .into_iter()
        .map(|name| clean_line(name, 80))
        .collect();
    ToolError::invalid(format!(
        "{}: {shown}",
        cx.say(
            "this condition is not `FIELD OPERATOR VALUE` with a field of the table",
            "条件格式应为“字段 运算符 值”，且字段须存在"
        )
    ))
    .with_hint(cx.say(
        "Operators: is, is not, contains, not contains, >, >=, <, <=, in, empty, not empty; \
         `* contains TEXT` looks everywhere. Fields like it:",
        "运算符：is、is not、contains、not contains、>、>=、<、<=、in、empty、not empty；`* contains 文本` 查找所有字段。相近字段：",
    ))
    .with_detail("candidates", candidates)
}

fn wrong(cx: &ToolCx, field: &Field, text: &str, en: &'static str, zh: &'static str) -> ToolError {
    ToolError::invalid(format!(
        "{}: {} · {}",
        clean_line(&field.field_name, 60),
        clean_line(text, 60),
        cx.say(en, zh)
    ))
    .with_hint(cx.say("See `help base`.", "参见 `help base`。"))
}

/// Reads the value of a condition for its field.
#[expect(clippy::too_many_lines, reason = "one arm per type")]
async fn against(
    cx: &ToolCx,
    grid: &Grid,
    field: &Field,
    op: Op,
    value: &str,
) -> Result<Against, ToolError> {
    if matches!(op, Op::Empty | Op::NotEmpty) {
        return Ok(Against::Nothing);
    }
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split([',', '，', '、']).map(str::trim);
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let bad = |en, zh| wrong(cx, field, value, en, zh);
    Ok(match field.kind {
        kind::NUMBER => {
            let (text, percent) = match value.trim().strip_suffix('%') {
                Some(text) => (text, 0.01),
                None => (value.trim(), 1.0),
            };
            let number = text.replace(',', "").parse::<f64>();
            if matches!(op, Op::Contains | Op::NotContains | Op::In) {
                return Err(bad(
                    "a number is compared with is, >, >=, <, <=",
                    "数字请用 is、>、>=、<、<= 比较",
                ));
            }
            let number = number.map_err(|_| bad("a number is expected", "应为数字"))?;
            Against::Number(number * percent)
        }
        kind::DATE | kind::CREATED | kind::MODIFIED => {
            let now = cx.now.millis();
            let span = Span::read(value, now, &grid.zone).or_else(|| {
                Some(match time::read(value, &grid.zone)? {
                    Moment::Day(from) => Span(from, time::days_on(from, 1, &grid.zone)),
                    Moment::Instant(at) => Span(at, at),
                })
            });
            let Span(from, to) = span.ok_or_else(|| {
                bad(
                    "a date such as 2026-12-01, or today, this week, last 7 days",
                    "应为日期，如 2026-12-01，或 today、this week、last 7 days",
                )
            })?;
            Against::Span(from, to)
        }
        kind::CHECKBOX => match value.trim().to_lowercase().as_str() {
            "true" | "yes" | "1" | "checked" | "是" | "已勾选" => Against::Flag(true),
            "false" | "no" | "0" | "unchecked" | "否" | "未勾选" => Against::Flag(false),
            _ => return Err(bad("true or false is expected", "应为 true 或 false")),
        },
        kind::SELECT | kind::MULTI => {
            let choices = field.choices();
            let names = || choices.iter().map(|choice| choice.name.as_str());
            let known = |text: &str| {
                near::pick(&choices, text, |one| &one.id, |one| &one.name)
                    .map(|one| one.name.clone())
            };
            if let Some(one) = known(value) {
                return Ok(Against::Texts(vec![one]));
            }
            let mut chosen = Vec::new();
            for part in parts(value) {
                let missing = || near::unknown(cx, cx.say("choice", "选项"), &part, names());
                chosen.push(known(&part).ok_or_else(missing)?);
            }
            Against::Texts(chosen)
        }
        kind::USER | kind::CREATOR | kind::MODIFIER => {
            let mut ids = Vec::new();
            for part in parts(value) {
                ids.push(people::person(cx, &part).await?);
            }
            Against::Ids(ids)
        }
        kind::LINK | kind::DUPLEX => {
            let ids = super::links::ids(cx, grid, field, &parts(value)).await?;
            Against::Ids(ids)
        }
        kind::GROUP => Against::Ids(parts(value)),
        kind::FORMULA | kind::LOOKUP => formula(value, grid, op),
        _ if op == Op::In => Against::Texts(parts(value)),
        _ => Against::Texts(vec![value.to_owned()]),
    })
}

/// A formula may be a number, a date or a text: the value tells.
fn formula(value: &str, grid: &Grid, op: Op) -> Against {
    if op == Op::In {
        let parts = value.split([',', '，', '、']).map(str::trim);
        return Against::Texts(parts.map(str::to_owned).collect());
    }
    if matches!(op, Op::Contains | Op::NotContains) {
        return Against::Texts(vec![value.to_owned()]);
    }
    if let Ok(number) = value.trim().parse::<f64>() {
        return Against::Number(number);
    }
    match time::read(value, &grid.zone) {
        Some(Moment::Day(from)) => Against::Span(from, time::days_on(from, 1, &grid.zone)),
        Some(Moment::Instant(at)) => Against::Span(at, at),
        None => Against::Texts(vec![value.to_owned()]),
    }
}
