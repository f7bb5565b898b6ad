//! The functions that the sandbox's spreadsheets know.

use super::Outcome::{self, Blank, Bool, Error, Number, Text};
use super::{Arg, Read};
use crate::families::sheets::render::general;

pub(super) fn number(value: &Outcome) -> Result<f64, &'static str> {
    match value {
        Number(number) => Ok(*number),
        Bool(truth) => Ok(f64::from(u8::from(*truth))),
        Blank => Ok(0.0),
        Text(text) => text.trim().parse().map_err(|_| "#VALUE!"),
        Error(word) => Err(word),
    }
}

pub(super) fn plain(value: &Outcome) -> Result<String, &'static str> {
    Ok(match value {
        Number(number) => general(*number),
        Bool(truth) => truth.to_string().to_uppercase(),
        Blank => String::new(),
        Text(text) => text.clone(),
        Error(word) => return Err(word),
    })
}

fn each(arguments: &[Arg]) -> impl Iterator<Item = &Outcome> {
    arguments.iter().flat_map(|argument| match argument {
        Arg::One(value) => std::slice::from_ref(value),
        Arg::Many(values) => values.as_slice(),
    })
}

pub(super) fn call(name: &str, arguments: &[Arg]) -> Read {
    let one = |at: usize| match arguments.get(at) {
        Some(Arg::One(value)) => Ok(value.clone()),
        Some(Arg::Many(values)) => Ok(values.first().cloned().unwrap_or(Blank)),
        None => Err("#N/A"),
    };
    // What a function over ranges counts; an error in them is the result.
    let numbers = || -> Result<Vec<f64>, &'static str> {
        let mut found = Vec::new();
        for value in each(arguments) {
            match value {
                Number(number) => found.push(*number),
                Error(word) => return Err(word),
                _ => {}
            }
        }
        Ok(found)
    };
    let count = |many: usize| f64::from(u32::try_from(many).unwrap_or(u32::MAX));
    Ok(match name {
        "SUM" => Number(numbers()?.iter().sum()),
        "PRODUCT" => Number(numbers()?.iter().product()),
        "MIN" => Number(numbers()?.into_iter().reduce(f64::min).unwrap_or(0.0)),
        "MAX" => Number(numbers()?.into_iter().reduce(f64::max).unwrap_or(0.0)),
        "AVERAGE" => {
            let all = numbers()?;
            if all.is_empty() {
                return Err("#DIV/0!");
            }
            Number(all.iter().sum::<f64>() / count(all.len()))
        }
        "COUNT" => Number(count(numbers()?.len())),
        "COUNTA" => Number(count(
            each(arguments).filter(|value| **value != Blank).count(),
        )),
        "IF" => match one(0)? {
            Error(word) => return Err(word),
            test if number(&test)? != 0.0 => one(1)?,
            _ => one(2).unwrap_or(Bool(false)),
        },
        "IFERROR" => match one(0)? {
            Error(_) => one(1)?,
            fine => fine,
        },
        "ROUND" => {
            let scale = 10_f64.powf(number(&one(1).unwrap_or(Blank))?);
            Number((number(&one(0)?)? * scale).round() / scale)
        }
        "ABS" => Number(number(&one(0)?)?.abs()),
        "LEN" => Number(count(plain(&one(0)?)?.chars().count())),
        "CONCATENATE" | "CONCAT" => {
            let texts: Result<Vec<String>, _> = each(arguments).map(plain).collect();
            Text(texts?.concat())
        }
        "SUMIF" | "COUNTIF" => {
            let (Some(Arg::Many(range)), criterion) = (arguments.first(), plain(&one(1)?)?) else {
                return Err("#N/A");
            };
            let sums = match arguments.get(2) {
                Some(Arg::Many(sums)) => sums,
                _ => range,
            };
            let fits = range
                .iter()
                .enumerate()
                .filter(|(_, value)| meets(value, &criterion));
            if name == "COUNTIF" {
                Number(count(fits.count()))
            } else {
                let all = fits.filter_map(|(at, _)| match sums.get(at) {
                    Some(Number(number)) => Some(*number),
                    _ => None,
                });
                Number(all.sum())
            }
        }
        _ => return Err("#NAME?"),
    })
}

/// `">=100"`, `"云服务"`.
fn meets(value: &Outcome, criterion: &str) -> bool {
    let signs = ["<=", ">=", "<>", "=", "<", ">"];
    let sign = signs.into_iter().find(|sign| criterion.starts_with(sign));
    let wanted = criterion.trim_start_matches(sign.unwrap_or_default());
    let order = match (value, wanted.parse::<f64>()) {
        (Number(number), Ok(wanted)) => number.total_cmp(&wanted),
        (Text(text), _) => text.to_lowercase().cmp(&wanted.to_lowercase()),
        _ => return sign == Some("<>"),
    };
    match sign {
        Some("<=") => order.is_le(),
        Some(">=") => order.is_ge(),
        Some("<>") => order.is_ne(),
        Some("<") => order.is_lt(),
        Some(">") => order.is_gt(),
        _ => order.is_eq(),
    }
}
