//! In which order records come.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Field, Record, Table, print};
use crate::families::common::fault;
use crate::gateway::ApiError;

/// A value to sort by; what is empty comes last in either direction.
#[derive(Debug, Clone, PartialEq)]
enum Weight {
    Number(f64),
    Text(String),
    Empty,
}

/// Sorts places of a table by the `sort` of a request.
///
/// # Errors
/// 1254045 for an unknown field.
pub(super) fn sort(table: &Table, places: &mut [u64], asked: &[Value]) -> Result<(), ApiError> {
    let mut keys: Vec<(&Field, bool)> = Vec::new();
    for key in asked {
        let name = key["field_name"].as_str().unwrap_or_default();
        let field = table.named(name).ok_or_else(|| fault(1_254_045))?;
        keys.push((field, key["desc"] == true));
    }
    let weigh = |at: &u64| -> Vec<Weight> {
        let record = table.records.get(at);
        let weights = keys.iter().map(|(field, _)| match record {
            Some(record) => weight(field, record),
            None => Weight::Empty,
        });
        weights.collect()
    };
    places.sort_by_cached_key(|at| Sorted {
        weights: weigh(at),
        down: keys.iter().map(|(_, down)| *down).collect(),
    });
    Ok(())
}

fn weight(field: &Field, record: &Record) -> Weight {
    let millis = |ms: i64| ms.to_string().parse().map_or(Weight::Empty, Weight::Number);
    match field.kind {
        1001 => return millis(record.created_ms),
        1002 => return millis(record.modified_ms),
        1003 => return Weight::Text(record.created_by.clone()),
        1004 => return Weight::Text(record.modified_by.clone()),
        _ => {}
    }
    match record.values.get(&field.id) {
        None | Some(Value::Null) => Weight::Empty,
        // Choices are sorted as they are listed.
        Some(Value::String(id)) if field.kind == 3 => {
            let at = field.options.iter().position(|option| option.id == *id);
            at.and_then(|at| u32::try_from(at).ok())
                .map_or(Weight::Empty, |at| Weight::Number(f64::from(at)))
        }
        Some(Value::Number(number)) => number.as_f64().map_or(Weight::Empty, Weight::Number),
        Some(Value::Bool(flag)) => Weight::Number(f64::from(u8::from(*flag))),
        Some(value) => Weight::Text(print::plain(field, value)),
    }
}

#[derive(Debug, PartialEq)]
struct Sorted {
    weights: Vec<Weight>,
    down: Vec<bool>,
}

impl Eq for Sorted {}

impl PartialOrd for Sorted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sorted {
    fn cmp(&self, other: &Self) -> Ordering {
        let pairs = self.weights.iter().zip(&other.weights).zip(&self.down);
        for ((a, b), down) in pairs {
            let order = match (a, b) {
                (Weight::Empty, Weight::Empty) => Ordering::Equal,
                (Weight::Empty, _) => return Ordering::Greater,
                (_, Weight::Empty) => return Ordering::Less,
                (Weight::Number(a), Weight::Number(b)) => a.total_cmp(b),
                (Weight::Text(a), Weight::Text(b)) => a.cmp(b),
                (Weight::Number(_), Weight::Text(_)) => Ordering::Less,
                (Weight::Text(_), Weight::Number(_)) => Ordering::Greater,
            };
            let order = if *down { order.reverse() } else { order };
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }
}
