//! Whether a rule can be saved. Every fault is pointed at.

use std::collections::BTreeSet;

use model::{
    Locale, Role,
    automation::{Definition, MAX_PER_MINUTE, MAX_STEPS, Step, Trigger},
};
use serde_json::Value;
use tools::ToolDef;

use crate::{cron::Cron, expression::Expression, template};

/// Longest name of a rule in characters.
const MAX_NAME: usize = 80;

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `name`, `trigger`, `condition`, `steps`, `role`, `per_minute`.
    pub field: &'static str,
    /// What, in words.
    pub message: String,
}

impl Problem {
    fn at(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
        }
    }
}

/// Everything that is wrong with a rule; nothing when it can be saved.
pub fn check<'t>(
    name: &str,
    rule: &Definition,
    tools: impl Iterator<Item = &'t ToolDef>,
    locale: Locale,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let length = name.trim().chars().count();
    if length == 0 || length > MAX_NAME {
        let said = locale.pick("a name has 1 to 80 characters", "名称须为 1 至 80 个字符");
        problems.push(Problem::at("name", said));
    }
    problems.extend(trigger(&rule.trigger, locale));
    if !rule.condition.trim().is_empty()
        && let Err(fault) = Expression::new(rule.condition.trim())
    {
        problems.push(Problem::at("condition", fault.text(locale)));
    }
    if !matches!(rule.role, Role::EndUser | Role::Custom(_)) {
        let said = locale.pick(
            "a rule works as an end user or in a role that the organisation made",
            "规则只能以普通员工或企业自建角色运行",
        );
        problems.push(Problem::at("role", said));
    }
    if rule.per_minute == 0 || rule.per_minute > MAX_PER_MINUTE {
        problems.push(Problem::at(
            "per_minute",
            match locale {
                Locale::En => format!("a rule runs 1 to {MAX_PER_MINUTE} times in a minute"),
                Locale::Zh => format!("每分钟运行次数须为 1 至 {MAX_PER_MINUTE}"),
            },
        ));
    }
    if rule.steps.is_empty() || rule.steps.len() > MAX_STEPS {
        problems.push(Problem::at(
            "steps",
            match locale {
                Locale::En => format!("a rule has 1 to {MAX_STEPS} steps"),
                Locale::Zh => format!("规则须有 1 至 {MAX_STEPS} 个步骤"),
            },
        ));
    }
    let tools: Vec<&ToolDef> = tools.collect();
    for (index, one) in rule.steps.iter().enumerate() {
        if let Err(message) = step(one, &tools, locale) {
            problems.push(Problem::at(
                "steps",
                match locale {
                    Locale::En => format!("step {}: {message}", index + 1),
                    Locale::Zh => format!("第 {} 步：{message}", index + 1),
                },
            ));
        }
    }
    problems
}

fn trigger(trigger: &Trigger, locale: Locale) -> Option<Problem> {
    let is_token = |text: &str| {
        (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    match trigger {
        Trigger::Hook { .. } => None,
        Trigger::Schedule { cron, zone } => {
            let fault = Cron::new(cron, zone).err()?;
            Some(Problem::at("trigger", fault.text(locale)))
        }
        Trigger::Record { base, table, .. } => {
            let whole = is_token(base) && (table.is_empty() || is_token(table));
            (!whole).then(|| {
                Problem::at(
                    "trigger",
                    locale.pick(
                        "name the base by its token, and the table by its id",
                        "请填写多维表格的 token 与数据表 ID",
                    ),
                )
            })
        }
        Trigger::Edited { token } => (!is_token(token)).then(|| {
            Problem::at(
                "trigger",
                locale.pick(
                    "name the document or spreadsheet by its token",
                    "请填写文档或电子表格的 token",
                ),
            )
        }),
    }
}

fn step(step: &Step, tools: &[&ToolDef], locale: Locale) -> Result<(), String> {
    let Some(tool) = tools.iter().find(|tool| tool.name() == step.tool) else {
        let names: Vec<&str> = tools.iter().map(|tool| tool.name()).collect();
        let (wanted, names) = (
            step.tool.chars().take(64).collect::<String>(),
            names.join(", "),
        );
        return Err(match locale {
            Locale::En => format!("there is no tool `{wanted}`: use one of {names}"),
            Locale::Zh => format!("没有工具 `{wanted}`，可用：{names}"),
        });
    };
    template::check(&step.arguments).map_err(|fault| fault.text(locale))?;
    if !step.when.trim().is_empty()
        && let Err(fault) = Expression::new(step.when.trim())
    {
        return Err(format!("when: {}", fault.text(locale)));
    }
    let schema = tool.input_schema(Locale::En);
    let known: BTreeSet<&str> = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    if let Some(stranger) = step
        .arguments
        .keys()
        .find(|name| !known.contains(name.as_str()))
    {
        let known: Vec<&str> = known.into_iter().collect();
        let (tool, known) = (&step.tool, known.join(", "));
        return Err(match locale {
            Locale::En => format!("{tool} has no argument `{stranger}`: use {known}"),
            Locale::Zh => format!("{tool} 没有参数 `{stranger}`，可用：{known}"),
        });
    }
    let required = schema["required"].as_array().into_iter().flatten();
    for name in required.filter_map(Value::as_str) {
        if !step.arguments.contains_key(name) {
            return Err(match locale {
                Locale::En => format!("{} needs the argument `{name}`", step.tool),
                Locale::Zh => format!("{} 缺少参数 `{name}`", step.tool),
            });
        }
    }
    // What holds no expression can be read as it stands.
    let arguments = Value::Object(step.arguments.clone());
    if !arguments.to_string().contains("{{") {
        let wants = tool.needs_confirmation(&arguments, locale);
        let wants = wants.map_err(|error| error.message)?;
        if wants {
            return Err(match locale {
                Locale::En => format!(
                    "a person must agree to this call of {}, and a rule has nobody who can",
                    step.tool
                ),
                Locale::Zh => format!("{} 的此操作须由人确认，规则无法执行", step.tool),
            });
        }
    }
    Ok(())
}
