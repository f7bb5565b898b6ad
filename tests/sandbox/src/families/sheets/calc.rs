//! The results of formulas: arithmetic, comparison, references over sheets, and the functions that
//! people use most. A function that is not known here gives `#NAME?`, as the product does.

mod functions;

use std::cell::Cell as Counter;

use super::area::{Area, cell_of};
use super::book::Tab;
use super::render::text_of;

/// References that are followed within one evaluation; a circle ends here.
const STEPS: u32 = 200_000;
/// How deep references and brackets may go.
const DEPTH: u32 = 60;

/// What a formula gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    Number(f64),
    Text(String),
    Bool(bool),
    Blank,
    Error(&'static str),
}

use Outcome::{Blank, Bool, Error, Number, Text};
use functions::{call, number, plain};

/// The result of a formula in a sheet.
pub(super) fn evaluate(tabs: &[Tab], tab: &Tab, formula: &str) -> Outcome {
    let steps = Counter::new(STEPS);
    Sheet {
        tabs,
        tab,
        steps: &steps,
        depth: 0,
    }
    .run(formula)
}

#[derive(Clone, Copy)]
struct Sheet<'t> {
    tabs: &'t [Tab],
    tab: &'t Tab,
    steps: &'t Counter<u32>,
    depth: u32,
}

/// One argument: a value, or the values of a range.
enum Arg {
    One(Outcome),
    Many(Vec<Outcome>),
}

impl Sheet<'_> {
    fn run(self, formula: &str) -> Outcome {
        if self.depth > DEPTH || self.steps.get() == 0 {
            return Error("#REF!");
        }
        let mut reader = Reader {
            sheet: self,
            text: formula.strip_prefix('=').unwrap_or(formula),
        };
        match reader.compare() {
            Ok(outcome) if reader.text.trim().is_empty() => outcome,
            Ok(_) => Error("#ERROR!"),
            Err(word) => Error(word),
        }
    }

    fn value(self, tab: &Tab, row: u32, column: u32) -> Outcome {
        let left = self.steps.get();
        if left == 0 {
            return Error("#REF!");
        }
        self.steps.set(left - 1);
        let Some(cell) = tab.cell(row, column).filter(|cell| !cell.is_empty()) else {
            return Blank;
        };
        if let Some(formula) = cell.formula() {
            let within = Sheet {
                tab,
                depth: self.depth + 1,
                ..self
            };
            return within.run(formula);
        }
        match &cell.value {
            serde_json::Value::Number(number) => Number(number.as_f64().unwrap_or_default()),
            serde_json::Value::Bool(truth) => Bool(*truth),
            other => Text(text_of(other)),
        }
    }
}

struct Reader<'t, 'f> {
    sheet: Sheet<'t>,
    text: &'f str,
}

type Read = Result<Outcome, &'static str>;

impl<'f> Reader<'_, 'f> {
    fn eat(&mut self, sign: &str) -> bool {
        self.text = self.text.trim_start();
        match self.text.strip_prefix(sign) {
            Some(rest) => {
                self.text = rest;
                true
            }
            None => false,
        }
    }

    fn compare(&mut self) -> Read {
        let mut left = self.join()?;
        loop {
            let sign = ["<=", ">=", "<>", "=", "<", ">"]
                .into_iter()
                .find(|sign| self.eat(sign));
            let Some(sign) = sign else { return Ok(left) };
            let right = self.join()?;
            let order = match (&left, &right) {
                (Error(word), _) | (_, Error(word)) => return Ok(Error(word)),
                (Text(a), Text(b)) => a.to_lowercase().cmp(&b.to_lowercase()),
                (Text(a), Blank) => a.as_str().cmp(""),
                (Text(_), _) => std::cmp::Ordering::Greater,
                (_, Text(_)) => std::cmp::Ordering::Less,
                (a, b) => number(a)?.total_cmp(&number(b)?),
            };
            left = Bool(match sign {
                "<=" => order.is_le(),
                ">=" => order.is_ge(),
                "<>" => order.is_ne(),
                "=" => order.is_eq(),
                "<" => order.is_lt(),
                _ => order.is_gt(),
            });
        }
    }

    fn join(&mut self) -> Read {
        let mut left = self.sum()?;
        while self.eat("&") {
            let right = self.sum()?;
            left = Text(plain(&left)? + &plain(&right)?);
        }
        Ok(left)
    }

    fn sum(&mut self) -> Read {
        let mut left = self.product()?;
        loop {
            let sign = if self.eat("+") {
                1.0
            } else if self.eat("-") {
                -1.0
            } else {
                return Ok(left);
            };
            let right = self.product()?;
            left = Number(number(&left)? + sign * number(&right)?);
        }
    }

    fn product(&mut self) -> Read {
        let mut left = self.power()?;
        loop {
            if self.eat("*") {
                let right = self.power()?;
                left = Number(number(&left)? * number(&right)?);
            } else if self.eat("/") {
                let right = number(&self.power()?)?;
                if right == 0.0 {
                    return Err("#DIV/0!");
                }
                left = Number(number(&left)? / right);
            } else {
                return Ok(left);
            }
        }
    }

    fn power(&mut self) -> Read {
        let left = self.unary()?;
        if self.eat("^") {
            let right = self.power()?;
            return Ok(Number(number(&left)?.powf(number(&right)?)));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Read {
        if self.eat("-") {
            return Ok(Number(-number(&self.unary()?)?));
        }
        if self.eat("+") {
            return self.unary();
        }
        let value = match self.atom()? {
            Arg::One(value) => value,
            Arg::Many(values) => values.into_iter().next().unwrap_or(Blank),
        };
        if self.eat("%") {
            return Ok(Number(number(&value)? / 100.0));
        }
        Ok(value)
    }

    fn atom(&mut self) -> Result<Arg, &'static str> {
        self.sheet.depth += 1;
        if self.sheet.depth > DEPTH {
            return Err("#REF!");
        }
        let read = self.atom_at_depth();
        self.sheet.depth -= 1;
        read
    }

    fn atom_at_depth(&mut self) -> Result<Arg, &'static str> {
        if self.eat("(") {
            let inner = self.compare()?;
            return if self.eat(")") {
                Ok(Arg::One(inner))
            } else {
                Err("#ERROR!")
            };
        }
        if self.eat("\"") {
            let (text, rest) = self.text.split_once('"').ok_or("#ERROR!")?;
            self.text = rest;
            return Ok(Arg::One(Text(text.to_owned())));
        }
        let text = self.text;
        let digits = text
            .bytes()
            .take_while(|b| b.is_ascii_digit() || *b == b'.')
            .count();
        if digits > 0 && !text[digits..].starts_with(':') {
            self.text = &text[digits..];
            let number = text[..digits].parse().map_err(|_| "#ERROR!")?;
            return Ok(Arg::One(Number(number)));
        }
        self.name()
    }

    /// A function, a truth value, or a reference.
    fn name(&mut self) -> Result<Arg, &'static str> {
        let mut tab = self.sheet.tab;
        if let Some((title, rest)) = self.tab_title() {
            let found = self.sheet.tabs.iter().find(|tab| tab.title == title);
            tab = found.ok_or("#REF!")?;
            self.text = rest;
        }
        let sign = |c: char| !(c.is_alphanumeric() || matches!(c, '$' | ':' | '_' | '.'));
        let (word, rest) = self
            .text
            .split_at(self.text.find(sign).unwrap_or(self.text.len()));
        if word.is_empty() {
            return Err("#ERROR!");
        }
        self.text = rest;
        if self.eat("(") {
            let arguments = self.arguments()?;
            return call(&word.to_ascii_uppercase(), &arguments).map(Arg::One);
        }
        if let Some((row, column)) = cell_of(word).map(|(column, row)| (row, column)) {
            return Ok(Arg::One(self.sheet.value(tab, row, column)));
        }
        match word.to_ascii_uppercase().as_str() {
            "TRUE" => return Ok(Arg::One(Bool(true))),
            "FALSE" => return Ok(Arg::One(Bool(false))),
            _ => {}
        }
        let area = Area::read(word, tab.rows, tab.columns).ok_or("#NAME?")?;
        let area = Area {
            bottom: area
                .bottom
                .min(tab.used_rows(area.left, area.right).max(area.top)),
            ..area
        };
        Ok(Arg::Many(
            area.places()
                .map(|(row, column)| self.sheet.value(tab, row, column))
                .collect(),
        ))
    }

    /// `Title!` or `'Title'!` in front of a reference.
    fn tab_title(&self) -> Option<(String, &'f str)> {
        if let Some(quoted) = self.text.strip_prefix('\'') {
            let (title, rest) = quoted.split_once("'!")?;
            return Some((title.to_owned(), rest));
        }
        let end = self
            .text
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
        let rest = self.text[end..].strip_prefix('!')?;
        Some((self.text[..end].to_owned(), rest))
    }

    fn arguments(&mut self) -> Result<Vec<Arg>, &'static str> {
        let mut arguments = Vec::new();
        if self.eat(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.argument()?);
            if self.eat(")") {
                return Ok(arguments);
            }
            if !self.eat(",") {
                return Err("#ERROR!");
            }
        }
    }

    /// A range stays a range; anything else is computed, and its error is a value.
    fn argument(&mut self) -> Result<Arg, &'static str> {
        let before = self.text;
        if let Ok(Arg::Many(values)) = self.atom() {
            let next = self.text.trim_start();
            if next.starts_with([',', ')']) {
                return Ok(Arg::Many(values));
            }
        }
        self.text = before;
        match self.compare() {
            Ok(value) => Ok(Arg::One(value)),
            Err(word) if word != "#ERROR!" => Ok(Arg::One(Error(word))),
            Err(word) => Err(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn sheet() -> Vec<Tab> {
        let mut first = Tab::empty("s1");
        let mut other = Tab {
            title: "支出 明细".to_owned(),
            ..Tab::empty("s2")
        };
        for (row, value) in [
            json!(10),
            json!(20),
            json!("云服务"),
            Value::Null,
            json!(30),
        ]
        .into_iter()
        .enumerate()
        {
            first.put(u32::try_from(row).expect("small"), 0, value.clone());
            other.put(u32::try_from(row).expect("small"), 1, value);
        }
        first.put(0, 2, json!({"type": "formula", "text": "=C2"}));
        first.put(1, 2, json!({"type": "formula", "text": "=C1"}));
        first.put(2, 2, json!({"type": "formula", "text": "=A1*2"}));
        vec![first, other]
    }

    #[test]
    fn formulas_give_what_people_expect() {
        let tabs = sheet();
        let of = |formula: &str| evaluate(&tabs, &tabs[0], formula);
        for (formula, result) in [
            ("=SUM(A1:A5)", 60.0),
            ("=SUM('支出 明细'!B:B)/2", 30.0),
            ("=1+2*3^2-(4-1)", 16.0),
            ("=ROUND(AVERAGE(A1:A2)*1.111,1)", 16.7),
            ("=IF(A1>5,A2,0)+C3", 40.0),
            ("=COUNTA(A1:A5)+COUNT(A:A)", 7.0),
            ("=SUMIF(A1:A5,\">=20\")", 50.0),
            ("=25%*A2", 5.0),
            ("=IFERROR(1/0,7)", 7.0),
            ("=-A1+LEN(A3&\"!\")", -6.0),
        ] {
            assert_eq!(of(formula), Number(result), "{formula}");
        }
        for (formula, word) in [
            ("=1/0", "#DIV/0!"),
            ("=NOSUCH(1)", "#NAME?"),
            ("=Missing!A1", "#REF!"),
            ("=A3+1", "#VALUE!"),
            ("=C1", "#REF!"),
            ("=SUM(A1", "#ERROR!"),
            ("=", "#ERROR!"),
        ] {
            assert_eq!(of(formula), Error(word), "{formula}");
        }
        let deep = format!("={}1{}", "(".repeat(200), ")".repeat(200));
        assert_eq!(of(&deep), Error("#REF!"));
    }
}
