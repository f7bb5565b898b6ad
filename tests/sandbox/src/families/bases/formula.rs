//! As much of the formula language as demo content needs: fields in brackets, numbers, texts,
//! `+ - * / &`, comparisons, and a few functions.

use super::Table;

/// A value in a formula.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Known {
    Nothing,
    Number(f64),
    Text(String),
}

impl Known {
    fn number(&self) -> f64 {
        match self {
            Self::Nothing => 0.0,
            Self::Number(number) => *number,
            Self::Text(text) => text.trim().parse().unwrap_or(0.0),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }

    fn truth(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Number(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Field(String),
    Number(f64),
    Text(String),
    Name(String),
    Sign(String),
}

fn tokens(source: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = source.trim();
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("bitable::$table[") {
            // `bitable::$table[tbl…].$field[fld…]`
            let after = after.split_once("].$field[")?.1;
            let (id, after) = after.split_once(']')?;
            found.push(Token::Field(id.to_owned()));
            rest = after;
        } else if first == '[' {
            let (name, after) = rest[1..].split_once(']')?;
            found.push(Token::Field(name.to_owned()));
            rest = after;
        } else if first == '"' {
            let (text, after) = rest[1..].split_once('"')?;
            found.push(Token::Text(text.to_owned()));
            rest = after;
        } else if first.is_ascii_digit() {
            let end = rest
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .unwrap_or(rest.len());
            found.push(Token::Number(rest[..end].parse().ok()?));
            rest = &rest[end..];
        } else if first.is_ascii_alphabetic() {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            found.push(Token::Name(rest[..end].to_ascii_uppercase()));
            rest = &rest[end..];
        } else if first.is_whitespace() {
            rest = rest.trim_start();
        } else {
            let two = ["<=", ">=", "<>", "!="];
            let sign = two.iter().find(|sign| rest.starts_with(**sign));
            let length = sign.map_or(first.len_utf8(), |sign| sign.len());
            found.push(Token::Sign(rest[..length].to_owned()));
            rest = &rest[length..];
        }
    }
    Some(found)
}

struct Reader<'r> {
    tokens: &'r [Token],
    at: usize,
    named: &'r dyn Fn(&str) -> Known,
}

impl Reader<'_> {
    fn sign(&mut self, signs: &[&str]) -> Option<String> {
        match self.tokens.get(self.at) {
            Some(Token::Sign(sign)) if signs.contains(&sign.as_str()) => {
                self.at += 1;
                Some(sign.clone())
            }
            _ => None,
        }
    }

    fn compared(&mut self) -> Option<Known> {
        let mut left = self.joined()?;
        while let Some(sign) = self.sign(&["=", "<", ">", "<=", ">=", "<>", "!="]) {
            let right = self.joined()?;
            let order = match (&left, &right) {
                (Known::Text(a), Known::Text(b)) => a.cmp(b),
                _ => left.number().total_cmp(&right.number()),
            };
            let holds = match sign.as_str() {
                "=" => order.is_eq(),
                "<" => order.is_lt(),
                ">" => order.is_gt(),
                "<=" => order.is_le(),
                ">=" => order.is_ge(),
                _ => order.is_ne(),
            };
            left = Known::Number(f64::from(u8::from(holds)));
        }
        Some(left)
    }

    fn joined(&mut self) -> Option<Known> {
        let mut left = self.sum()?;
        while self.sign(&["&"]).is_some() {
            let right = self.sum()?;
            left = Known::Text(left.text() + &right.text());
        }
        Some(left)
    }

    fn sum(&mut self) -> Option<Known> {
        let mut left = self.product()?;
        while let Some(sign) = self.sign(&["+", "-"]) {
            let right = self.product()?.number();
            let right = if sign == "-" { -right } else { right };
            left = Known::Number(left.number() + right);
        }
        Some(left)
    }

    fn product(&mut self) -> Option<Known> {
        let mut left = self.single()?;
        while let Some(sign) = self.sign(&["*", "/"]) {
            let right = self.single()?.number();
            left = Known::Number(if sign == "/" {
                left.number() / right
            } else {
                left.number() * right
            });
        }
        Some(left)
    }

    fn single(&mut self) -> Option<Known> {
        if self.sign(&["-"]).is_some() {
            return Some(Known::Number(-self.single()?.number()));
        }
        if self.sign(&["("]).is_some() {
            let inner = self.compared()?;
            self.sign(&[")"])?;
            return Some(inner);
        }
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::Field(name) => Some((self.named)(&name)),
            Token::Number(number) => Some(Known::Number(number)),
            Token::Text(text) => Some(Known::Text(text)),
            Token::Name(name) => {
                self.sign(&["("])?;
                let mut arguments = Vec::new();
                while self.sign(&[")"]).is_none() {
                    arguments.push(self.compared()?);
                    self.sign(&[",", "，"]);
                }
                call(&name, &arguments)
            }
            Token::Sign(_) => None,
        }
    }
}

fn call(name: &str, arguments: &[Known]) -> Option<Known> {
    let numbers = || arguments.iter().map(Known::number);
    Some(match name {
        "IF" => {
            let chosen = if arguments.first()?.truth() { 1 } else { 2 };
            arguments.get(chosen).cloned().unwrap_or(Known::Nothing)
        }
        "SUM" => Known::Number(numbers().sum()),
        "MAX" => Known::Number(numbers().fold(f64::NEG_INFINITY, f64::max)),
        "MIN" => Known::Number(numbers().fold(f64::INFINITY, f64::min)),
        "ABS" => Known::Number(arguments.first()?.number().abs()),
        "ROUND" => {
            let digits = arguments.get(1).map_or(0.0, Known::number);
            let scale = 10_f64.powf(digits.trunc());
            Known::Number((arguments.first()?.number() * scale).round() / scale)
        }
        "CONCATENATE" => Known::Text(arguments.iter().map(Known::text).collect()),
        "LEN" => {
            let length = arguments.first()?.text().chars().count();
            Known::Number(f64::from(u32::try_from(length).unwrap_or(u32::MAX)))
        }
        _ => return None,
    })
}

/// What a formula comes to.
pub(super) fn value(source: &str, named: &dyn Fn(&str) -> Known) -> Option<Known> {
    let tokens = tokens(source)?;
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        named,
    };
    let value = reader.compared()?;
    (reader.at == tokens.len()).then_some(value)
}

/// Whether a formula can be read and names fields of the table only.
pub(super) fn check(source: &str, table: &Table) -> Result<(), ()> {
    if source.is_empty() {
        return Ok(());
    }
    let tokens = tokens(source).ok_or(())?;
    let strange = tokens.iter().any(|token| match token {
        Token::Field(name) => table.named(name).or_else(|| table.field(name)).is_none(),
        _ => false,
    });
    let one = |_: &str| Known::Number(1.0);
    if strange || value(source, &one).is_none() {
        return Err(());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_follow_precedence_and_know_their_functions() {
        let named = |name: &str| match name {
            "数量" => Known::Number(4.0),
            "客户" => Known::Text("海天".to_owned()),
            _ => Known::Nothing,
        };
        let read = |source: &str| value(source, &named);
        assert_eq!(read("[数量] * 2 + 1"), Some(Known::Number(9.0)));
        assert_eq!(read("([数量] + 1) / 2"), Some(Known::Number(2.5)));
        assert_eq!(
            read("IF([数量] >= 4, [客户] & \"!\", \"\")"),
            Some(Known::Text("海天!".to_owned()))
        );
        assert_eq!(read("ROUND(10 / 3, 2)"), Some(Known::Number(3.33)));
        assert_eq!(read("NOPE(1)"), None);
        assert_eq!(read("1 +"), None);
    }
}
