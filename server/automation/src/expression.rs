//! CEL: conditions, and the expressions inside texts.
//!
//! CEL has no loops but those over lists that exist, so an evaluation ends; how long it may take
//! and how much it may hold is bounded here, before it begins: the length of the text, how deep it
//! nests, what may stand inside a comprehension, and how much of an event it sees.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc};

use cel::{
    Context, Env, ExecutionError, Program, Value,
    common::ast::{EntryExpr, Expr, IdedExpr},
};
use model::{Locale, automation::MAX_TEXT};
use serde_json::Value as Json;

/// How deep brackets may nest: the parser is recursive.
const NESTING: usize = 24;
/// Items of a list that an expression sees.
const ITEMS: usize = 500;
/// Bytes of a text that an expression sees.
const TEXT: usize = 16 * 1024;
/// How deep values may nest that an expression sees.
const DEPTH: usize = 16;
/// Additions inside one comprehension; the macros need some themselves.
const ADDITIONS: usize = 4;

/// The names that expressions may use.
pub(crate) const NAMES: [&str; 4] = ["event", "steps", "rule", "now"];

/// An expression that can be evaluated.
pub(crate) struct Expression(Program);

/// Why a text is no expression, with the place of the fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{en} (line {line}, column {column})")]
pub struct ExpressionFault {
    /// What is wrong.
    pub en: String,
    /// The same in Chinese.
    pub zh: String,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

impl ExpressionFault {
    fn at_start(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            zh: zh.into(),
            line: 1,
            column: 1,
        }
    }

    /// In the reader's language.
    pub fn text(&self, locale: Locale) -> String {
        match locale {
            Locale::En => self.to_string(),
            Locale::Zh => format!("{}（第 {} 行第 {} 列）", self.zh, self.line, self.column),
        }
    }
}

/// What expressions see.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sight {
    pub(crate) event: Json,
    pub(crate) steps: Vec<Json>,
    pub(crate) rule: Json,
    pub(crate) now: String,
}

impl Expression {
    /// Reads a text.
    pub(crate) fn new(text: &str) -> Result<Self, ExpressionFault> {
        if text.chars().count() > MAX_TEXT {
            return Err(ExpressionFault::at_start(
                format!("an expression has at most {MAX_TEXT} characters"),
                format!("表达式最多 {MAX_TEXT} 个字符"),
            ));
        }
        nesting(text)?;
        // Parsers of other people's making: a panic in one must stay a fault of the text.
        let parsed = std::panic::catch_unwind(AssertUnwindSafe(|| Env::stdlib().compile(text)));
        let program = match parsed {
            Ok(Ok(program)) => program,
            Ok(Err(errors)) => return Err(first(&errors)),
            Err(_panic) => return Err(no_expression()),
        };
        let bound = bounded(program.expression(), false)?;
        let known = |name: &&str| NAMES.contains(name) || bound.iter().any(|own| own == name);
        let references = program.references();
        let mut strangers: Vec<&str> = references
            .variables()
            .into_iter()
            .filter(|name| !known(name))
            .collect();
        strangers.sort_unstable();
        if let Some(stranger) = strangers.first() {
            let (line, column) = place(text, stranger);
            return Err(ExpressionFault {
                en: format!("there is no `{stranger}`: use {}", NAMES.join(", ")),
                zh: format!("没有 `{stranger}`，可用：{}", NAMES.join("、")),
                line,
                column,
            });
        }
        // A function that is not there shows when it is called, whatever with.
        if let Err(ExecutionError::UndeclaredReference(name)) =
            program.execute(&context(&Sight::default()))
        {
            let (line, column) = place(text, &name);
            return Err(ExpressionFault {
                en: format!("there is no function `{name}`"),
                zh: format!("没有函数 `{name}`"),
                line,
                column,
            });
        }
        Ok(Self(program))
    }

    /// The value, or why there is none.
    pub(crate) fn value(&self, sight: &Sight) -> Result<Json, String> {
        let evaluated = std::panic::catch_unwind(AssertUnwindSafe(|| {
            let value = self.0.execute(&context(sight));
            value.map_err(|error| said(&error)).and_then(|value| {
                value
                    .json()
                    .map_err(|_| "the value is of a kind that JSON does not have".to_owned())
            })
        }));
        evaluated.unwrap_or_else(|_panic| Err("the expression could not be evaluated".to_owned()))
    }

    /// Whether a condition holds.
    pub(crate) fn holds(&self, sight: &Sight) -> Result<bool, String> {
        match self.value(sight)? {
            Json::Bool(held) => Ok(held),
            _ => Err("the condition is neither true nor false".to_owned()),
        }
    }
}

/// Without values of the event, which may be long and secret.
fn said(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => format!("the event has no `{key}` here; ask with has()"),
        ExecutionError::UndeclaredReference(name) => format!("there is no `{name}`"),
        ExecutionError::NoSuchOverload(fault) => fault.to_string(),
        ExecutionError::UnexpectedType { got, want } => format!("got {got}, wanted {want}"),
        ExecutionError::ValuesNotComparable(..) => "these values cannot be compared".to_owned(),
        ExecutionError::IndexOutOfBounds(_) => "the list is shorter".to_owned(),
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "division by zero".to_owned()
        }
        _ => "the values do not fit the operation".to_owned(),
    }
}

fn context(sight: &Sight) -> Context<'static, 'static> {
    let mut context = Context::with_env(Arc::new(Env::stdlib()));
    let steps = sight.steps.iter().map(|step| shown(step, DEPTH)).collect();
    context.add_variable_from_value("event", shown(&sight.event, DEPTH));
    context.add_variable_from_value("steps", Value::List(Arc::new(steps)));
    context.add_variable_from_value("rule", shown(&sight.rule, DEPTH));
    context.add_variable_from_value("now", sight.now.clone());
    context
}

/// JSON as expressions see it: whole numbers are numbers that can be compared with the ones that
/// people write.
fn shown(json: &Json, depth: usize) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => number.as_i64().map_or_else(
            || Value::Float(number.as_f64().unwrap_or_default()),
            Value::Int,
        ),
        Json::String(text) => Value::String(Arc::new(cut(text).to_owned())),
        Json::Array(items) => Value::List(Arc::new(
            items
                .iter()
                .take(ITEMS)
                .map(|item| shown(item, depth - 1))
                .collect(),
        )),
        Json::Object(fields) => {
            let fields: HashMap<String, Value> = fields
                .iter()
                .map(|(name, value)| (name.clone(), shown(value, depth - 1)))
                .collect();
            fields.into()
        }
    }
}

fn cut(text: &str) -> &str {
    let mut end = TEXT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn nesting(text: &str) -> Result<(), ExpressionFault> {
    let mut open = 0_usize;
    // Signs count too: they are operators that nest without brackets.
    let mut signs = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '?' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        signs = if matches!(c, '!' | '-') { signs + 1 } else { 0 };
        if open > NESTING || signs > NESTING {
            let (line, column) = line_of(text, at);
            return Err(ExpressionFault {
                en: "this nests too deep".to_owned(),
                zh: "嵌套过深".to_owned(),
                line,
                column,
            });
        }
    }
    Ok(())
}

fn no_expression() -> ExpressionFault {
    ExpressionFault::at_start("this is no CEL expression", "不是有效的 CEL 表达式")
}

fn first(errors: &cel::ParseErrors) -> ExpressionFault {
    let Some(error) = errors.errors.first() else {
        return no_expression();
    };
    let said: String = error.msg.chars().take(200).collect();
    ExpressionFault {
        zh: format!("语法有误：{said}"),
        en: said,
        line: usize::try_from(error.pos.0).unwrap_or(1).max(1),
        column: usize::try_from(error.pos.1).unwrap_or(1).max(1),
    }
}

/// The names that comprehensions bind; refuses one inside another.
fn bounded(node: &IdedExpr, inside: bool) -> Result<Vec<String>, ExpressionFault> {
    let mut names = Vec::new();
    if let Expr::Comprehension(loops) = &node.expr {
        if inside {
            return Err(ExpressionFault::at_start(
                "a loop (all, exists, filter, map) cannot stand inside another",
                "循环（all、exists、filter、map）不能嵌套",
            ));
        }
        if additions(&loops.loop_step) > ADDITIONS {
            return Err(ExpressionFault::at_start(
                "there are too many additions inside a loop (all, exists, filter, map)",
                "循环（all、exists、filter、map）中的加法过多",
            ));
        }
        names.push(loops.iter_var.clone());
        names.extend(loops.iter_var2.clone());
        names.push(loops.accu_var.clone());
    }
    let inner = inside || matches!(node.expr, Expr::Comprehension(_));
    let range = match &node.expr {
        Expr::Comprehension(loops) => Some(&loops.iter_range),
        _ => None,
    };
    for child in children(node) {
        // What is looped over is evaluated once.
        let inner = inner && !range.is_some_and(|range| std::ptr::eq(range, child));
        names.extend(bounded(child, inner)?);
    }
    Ok(names)
}

fn additions(node: &IdedExpr) -> usize {
    let own = matches!(&node.expr, Expr::Call(call) if call.func_name == "_+_");
    usize::from(own) + children(node).into_iter().map(additions).sum::<usize>()
}

fn children(node: &IdedExpr) -> Vec<&IdedExpr> {
    fn entries(entries: &[cel::common::ast::IdedEntryExpr]) -> Vec<&IdedExpr> {
        entries
            .iter()
            .flat_map(|entry| match &entry.expr {
                EntryExpr::StructField(field) => vec![&field.value],
                EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
            })
            .collect()
    }
    match &node.expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Vec::new(),
        Expr::Call(call) => call
            .target
            .as_deref()
            .into_iter()
            .chain(&call.args)
            .collect(),
        Expr::Comprehension(loops) => vec![
            &loops.iter_range,
            &loops.accu_init,
            &loops.loop_cond,
            &loops.loop_step,
            &loops.result,
        ],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => entries(&map.entries),
        Expr::Select(select) => vec![&*select.operand],
        Expr::Struct(one) => entries(&one.entries),
    }
}

fn place(text: &str, name: &str) -> (usize, usize) {
    line_of(text, text.find(name).unwrap_or_default())
}

fn line_of(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sight() -> Sight {
        Sight {
            event: json!({
                "change": "created", "count": 3, "rate": 0.5, "tags": ["a", "b"],
                "fields": {"Name": "Ann", "名称": "安"},
            }),
            steps: vec![json!({"message_id": "om_1"})],
            rule: json!({"name": "r"}),
            now: "2026-01-01T00:00:00Z".to_owned(),
        }
    }

    fn value(text: &str) -> Result<Json, String> {
        Expression::new(text)
            .map_err(|fault| fault.to_string())?
            .value(&sight())
    }

    #[test]
    fn expressions_read_the_event() {
        for (text, wanted) in [
            ("event.change == 'created' && event.count > 2", json!(true)),
            ("event.fields['名称'] + '!'", json!("安!")),
            ("event.tags.exists(t, t == 'b')", json!(true)),
            ("event.tags.filter(t, t != 'a')", json!(["b"])),
            ("has(event.fields.Age) ? 1 : 2", json!(2)),
            ("event.rate * 2.0", json!(1.0)),
            ("size(event.tags)", json!(2)),
            ("steps[0].message_id", json!("om_1")),
            ("rule.name + now", json!("r2026-01-01T00:00:00Z")),
        ] {
            assert_eq!(value(text), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn faults_are_pointed_at() {
        let fault = |text: &str| match Expression::new(text) {
            Ok(_) => panic!("{text} was taken"),
            Err(fault) => fault,
        };
        let unknown = fault("event.a == 1 &&\n evnt.b == 2");
        assert_eq!((unknown.line, unknown.column), (2, 2), "{unknown}");
        assert!(unknown.en.contains("evnt"), "{unknown}");
        assert!(unknown.text(Locale::Zh).starts_with("没有 `evnt`"));
        let broken = fault("event.count >");
        assert_eq!(broken.line, 1);
        assert!(broken.column > 1, "{broken}");
        assert!(fault("launch(event)").en.contains("launch"));
    }

    #[test]
    fn what_would_take_too_long_is_refused() {
        let deep = format!("{}1{}", "(".repeat(60), ")".repeat(60));
        let signs = format!("{}true", "!".repeat(3000));
        let long = format!("'{}'", "x".repeat(MAX_TEXT));
        let nested = "event.tags.all(a, event.tags.all(b, a != b))";
        let grows = "event.tags.map(t, t + t + t + t + t + t + t)";
        for text in [&deep, &signs, &long, nested, grows, "", "\u{0}", "))(("] {
            assert!(Expression::new(text).is_err(), "{}", cut(text));
        }
    }

    #[test]
    fn a_fault_of_evaluation_is_told_without_values() {
        let said = value("event.secret == 1").expect_err("no such key");
        assert!(said.contains("secret"), "{said}");
        assert_eq!(value("event.count / 0"), Err("division by zero".to_owned()));
        let condition = Expression::new("event.count").expect("an expression");
        assert!(condition.holds(&sight()).is_err());
    }

    #[test]
    fn a_large_event_is_seen_in_part() {
        let sight = Sight {
            event: json!({"list": vec![1; 5_000], "text": "字".repeat(20_000)}),
            ..Sight::default()
        };
        let size = |text| Expression::new(text).expect("text").value(&sight);
        assert_eq!(size("size(event.list)"), Ok(json!(ITEMS)));
        assert!(size("size(event.text) < 6000").expect("a value") == json!(true));
    }
}
