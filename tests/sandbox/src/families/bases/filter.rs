//! Filters of queries and of views.

use serde_json::{Map, Value};

use super::{Base, Field, Record, Table, ZONE, print};
use crate::clock::civil;
use crate::families::common::fault;
use crate::gateway::{ApiError, Caller};
use crate::identity::{IdKind, Identity};

/// One day.
const DAY: i64 = 86_400_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Is,
    IsNot,
    Contains,
    DoesNotContain,
    IsEmpty,
    IsNotEmpty,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
}

fn op(word: &str) -> Option<Op> {
    Some(match word {
        "is" => Op::Is,
        "isNot" => Op::IsNot,
        "contains" => Op::Contains,
        "doesNotContain" => Op::DoesNotContain,
        "isEmpty" => Op::IsEmpty,
        "isNotEmpty" => Op::IsNotEmpty,
        "isGreater" => Op::Greater,
        "isGreaterEqual" => Op::GreaterEqual,
        "isLess" => Op::Less,
        "isLessEqual" => Op::LessEqual,
        _ => return None,
    })
}

/// What a condition compares with.
#[derive(Debug, Clone)]
enum Against {
    Nothing,
    Number(f64),
    /// First instant, and the first after it.
    Span(i64, i64),
    Flag(bool),
    /// Option ids, people's keys, record ids, chat ids.
    Ids(Vec<String>),
    Texts(Vec<String>),
}

#[derive(Debug, Clone)]
struct Test {
    field: Field,
    op: Op,
    against: Against,
}

/// Conditions that a record has to meet.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    any: bool,
    tests: Vec<Test>,
    children: Vec<Filter>,
}

/// What values of conditions are read with.
pub(super) struct Reading<'r> {
    pub(super) base: &'r Base,
    pub(super) table: &'r Table,
    pub(super) identity: &'r Identity,
    pub(super) caller: &'r Caller,
    pub(super) kind: IdKind,
    pub(super) now_ms: i64,
}

/// Hours east of Greenwich, for the zones that demo bases use.
fn offset(zone: &str) -> i64 {
    let hours = match zone {
        ZONE | "Asia/Singapore" => 8,
        "Asia/Tokyo" => 9,
        "Europe/Berlin" => 1,
        "America/New_York" => -5,
        _ => 0,
    };
    hours * 3_600_000
}

impl Reading<'_> {
    /// The filter of a search request.
    ///
    /// # Errors
    /// 1254045 for an unknown field, 1254018 for what cannot be asked of a field.
    pub(super) fn filter(&self, asked: &Value) -> Result<Filter, ApiError> {
        let any = asked["conjunction"] == "or";
        let mut tests = Vec::new();
        for condition in asked["conditions"].as_array().into_iter().flatten() {
            let name = condition["field_name"].as_str().unwrap_or_default();
            let field = self.table.named(name).ok_or_else(|| fault(1_254_045))?;
            let values = condition["value"].as_array().ok_or_else(invalid)?;
            let values = values.iter().filter_map(Value::as_str);
            let values: Vec<String> = values.map(str::to_owned).collect();
            let word = condition["operator"].as_str().unwrap_or_default();
            tests.push(self.test(field, word, &values, false)?);
        }
        let children: Result<Vec<Filter>, ApiError> = asked["children"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|child| self.filter(child))
            .collect();
        Ok(Filter {
            any,
            tests,
            children: children?,
        })
    }

    /// The filter of a view: fields by id, values as a list in a text, options by id.
    pub(super) fn of_view(
        &self,
        property: &Map<String, Value>,
    ) -> Result<Option<Filter>, ApiError> {
        let Some(info) = property.get("filter_info").filter(|info| info.is_object()) else {
            return Ok(None);
        };
        let mut tests = Vec::new();
        for condition in info["conditions"].as_array().into_iter().flatten() {
            let id = condition["field_id"].as_str().unwrap_or_default();
            let field = self.table.field(id).ok_or_else(|| fault(1_254_044))?;
            let text = condition["value"].as_str().unwrap_or("[]");
            let values: Vec<Value> = serde_json::from_str(text).map_err(|_| invalid())?;
            let values: Vec<String> = values
                .iter()
                .map(|value| {
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                })
                .collect();
            let word = condition["operator"].as_str().unwrap_or("is");
            tests.push(self.test(field, word, &values, true)?);
        }
        Ok(Some(Filter {
            any: info["conjunction"] == "or",
            tests,
            children: Vec::new(),
        }))
    }

    fn test(
        &self,
        field: &Field,
        word: &str,
        values: &[String],
        by_id: bool,
    ) -> Result<Test, ApiError> {
        let op = op(word).ok_or_else(invalid)?;
        let against = if matches!(op, Op::IsEmpty | Op::IsNotEmpty) {
            if !values.is_empty() || matches!(field.kind, 19 | 20) {
                return Err(invalid());
            }
            Against::Nothing
        } else {
            if values.is_empty() {
                return Err(invalid());
            }
            self.against(field, op, values, by_id)?
        };
        Ok(Test {
            field: field.clone(),
            op,
            against,
        })
    }

    fn against(
        &self,
        field: &Field,
        op: Op,
        values: &[String],
        by_id: bool,
    ) -> Result<Against, ApiError> {
        let ordered = matches!(
            op,
            Op::Greater | Op::GreaterEqual | Op::Less | Op::LessEqual
        );
        let holds = matches!(op, Op::Contains | Op::DoesNotContain);
        let first = values.first().map(String::as_str).unwrap_or_default();
        let single = values.len() == 1;
        Ok(match field.kind {
            2 if !holds && single => Against::Number(first.trim().parse().map_err(|_| invalid())?),
            5 | 1001 | 1002 if matches!(op, Op::Is | Op::Greater | Op::Less) => {
                let (from, to) = self.span(values, op)?;
                Against::Span(from, to)
            }
            7 if op == Op::Is && single => match first {
                "true" => Against::Flag(true),
                "false" => Against::Flag(false),
                _ => return Err(invalid()),
            },
            3 | 4 if !ordered => {
                if field.kind == 3 && matches!(op, Op::Is | Op::IsNot) && !single {
                    return Err(invalid());
                }
                // A name that no option has is met by nothing.
                let id = |name: &String| {
                    let mut all = field.options.iter();
                    let found = all.find(|one| (if by_id { &one.id } else { &one.name }) == name);
                    found.map_or_else(String::new, |one| one.id.clone())
                };
                Against::Ids(values.iter().map(id).collect())
            }
            11 | 1003 | 1004 if !ordered => {
                let key = |id: &String| self.identity.resolve(self.caller, id, self.kind);
                let keys: Result<Vec<String>, ApiError> = values.iter().map(key).collect();
                Against::Ids(keys.map_err(|_| invalid())?)
            }
            18 | 21 | 23 if !ordered => Against::Ids(values.to_vec()),
            1 | 13 | 15 | 22 | 1005 if !ordered && (single || holds) => {
                Against::Texts(values.to_vec())
            }
            _ => return Err(invalid()),
        })
    }

    /// The time that `["ExactDate","ms"]`, `["Today"]` … mean.
    fn span(&self, values: &[String], op: Op) -> Result<(i64, i64), ApiError> {
        let east = offset(self.base.zone());
        let midnight = |ms: i64| (ms + east).div_euclid(DAY) * DAY - east;
        let today = midnight(self.now_ms);
        // 1970-01-01 was a Thursday; weeks begin on Monday.
        let weekday = ((today + east).div_euclid(DAY) + 3).rem_euclid(7);
        let monday = today - weekday * DAY;
        let word = values.first().map(String::as_str).unwrap_or_default();
        let days = |from: i64, count: i64| (from, from + count * DAY);
        let found = match word {
            "ExactDate" => {
                let ms = values.get(1).and_then(|text| text.parse::<i64>().ok());
                days(midnight(ms.ok_or_else(invalid)?), 1)
            }
            "Today" => days(today, 1),
            "Tomorrow" => days(today + DAY, 1),
            "Yesterday" => days(today - DAY, 1),
            "CurrentWeek" if op == Op::Is => days(monday, 7),
            "LastWeek" if op == Op::Is => days(monday - 7 * DAY, 7),
            "TheLastWeek" if op == Op::Is => days(today - 7 * DAY, 7),
            "TheNextWeek" if op == Op::Is => days(today + DAY, 7),
            "TheLastMonth" if op == Op::Is => days(today - 30 * DAY, 30),
            "TheNextMonth" if op == Op::Is => days(today + DAY, 30),
            "CurrentMonth" if op == Op::Is => month(today + east, false, east),
            "LastMonth" if op == Op::Is => month(today + east, true, east),
            _ => return Err(invalid()),
        };
        Ok(found)
    }
}

/// The calendar month that a local time lies in, or the one before.
fn month(local: i64, back: bool, east: i64) -> (i64, i64) {
    let day = local.div_euclid(DAY);
    let mut first = day - (civil(day).2 - 1);
    if back {
        first -= civil(first - 1).2;
    }
    // The 32nd day of any month is in the next one.
    let next = first + 31 - (civil(first + 31).2 - 1);
    (first * DAY - east, next * DAY - east)
}

fn invalid() -> ApiError {
    fault(1_254_018)
}

impl Filter {
    /// Whether a record meets it.
    pub(super) fn meets(&self, record: &Record) -> bool {
        let mut all = self
            .tests
            .iter()
            .map(|test| test.holds(record))
            .chain(self.children.iter().map(|child| child.meets(record)));
        if self.any {
            (self.tests.is_empty() && self.children.is_empty()) || all.any(|holds| holds)
        } else {
            all.all(|holds| holds)
        }
    }
}

impl Test {
    fn holds(&self, record: &Record) -> bool {
        let made = Value::from(record.created_ms);
        let changed = Value::from(record.modified_ms);
        let maker = Value::from(record.created_by.as_str());
        let changer = Value::from(record.modified_by.as_str());
        let value = match self.field.kind {
            1001 => Some(&made),
            1002 => Some(&changed),
            1003 => Some(&maker),
            1004 => Some(&changer),
            _ => record.values.get(&self.field.id),
        };
        let empty = match value {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.is_empty(),
            Some(Value::Array(items)) => items.is_empty(),
            Some(_) => false,
        };
        match self.op {
            Op::IsEmpty => return empty,
            Op::IsNotEmpty => return !empty,
            _ => {}
        }
        match &self.against {
            Against::Nothing => false,
            Against::Flag(flag) => (value == Some(&Value::Bool(true))) == *flag,
            Against::Number(wanted) => {
                let Some(number) = value.and_then(Value::as_f64) else {
                    return self.op == Op::IsNot;
                };
                let order = number.total_cmp(wanted);
                match self.op {
                    Op::Is => order.is_eq(),
                    Op::IsNot => order.is_ne(),
                    Op::Greater => order.is_gt(),
                    Op::GreaterEqual => order.is_ge(),
                    Op::Less => order.is_lt(),
                    _ => order.is_le(),
                }
            }
            Against::Span(from, to) => {
                let Some(ms) = value.and_then(Value::as_i64) else {
                    return false;
                };
                match self.op {
                    Op::Is => (*from..*to).contains(&ms),
                    Op::Greater => ms >= *to,
                    _ => ms < *from,
                }
            }
            Against::Ids(wanted) => self.ids(value, wanted),
            Against::Texts(wanted) => {
                let text = value.map(|value| print::plain(&self.field, value));
                let text = text.unwrap_or_default();
                let holds = || wanted.iter().any(|part| text.contains(part.as_str()));
                match self.op {
                    Op::Is => wanted.first() == Some(&text),
                    Op::IsNot => wanted.first() != Some(&text),
                    Op::Contains => holds(),
                    _ => !holds(),
                }
            }
        }
    }

    fn ids(&self, value: Option<&Value>, wanted: &[String]) -> bool {
        let there: Vec<&str> = match value {
            Some(Value::String(id)) => vec![id.as_str()],
            Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let same = || there.len() == wanted.len() && wanted.iter().all(|id| there.contains(&&**id));
        let some = || wanted.iter().any(|id| there.contains(&id.as_str()));
        match self.op {
            Op::Is => same(),
            Op::IsNot => !same(),
            Op::Contains => some(),
            _ => !some(),
        }
    }
}
