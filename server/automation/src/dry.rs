//! What a rule would do, without doing it.

use model::automation::Definition;
use serde_json::{Value, json};

use crate::{
    expression::Sight,
    run::{holds, moment},
    template,
};

/// What a rule would do about an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Dry {
    /// Whether its condition holds, or why that cannot be said.
    pub condition: Result<bool, String>,
    /// The calls that it would make, in order.
    pub steps: Vec<DryStep>,
}

/// A call that a rule would make.
#[derive(Debug, Clone, PartialEq)]
pub struct DryStep {
    /// The tool.
    pub tool: String,
    /// The arguments, or why there are none.
    pub arguments: Result<Value, String>,
}

impl Dry {
    /// Of a rule and an event. What a step would answer is not known: later steps see nothing of
    /// it.
    pub fn run(name: &str, rule: &Definition, event: &Value, now: model::Timestamp) -> Self {
        let mut sight = Sight {
            event: event.clone(),
            steps: Vec::new(),
            rule: json!({"name": name}),
            now: moment(now),
        };
        let condition = rule.condition.trim();
        let held = if condition.is_empty() {
            Ok(true)
        } else {
            holds(condition, &sight)
        };
        let mut steps = Vec::new();
        if held == Ok(true) {
            for step in &rule.steps {
                steps.push(DryStep {
                    tool: step.tool.clone(),
                    arguments: template::fill(&step.arguments, &sight),
                });
                sight.steps.push(json!({}));
            }
        }
        Self {
            condition: held,
            steps,
        }
    }
}
