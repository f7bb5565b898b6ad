//! The form of a rule, both ways.

use model::{
    Role,
    automation::{Definition, RecordChange, Step, Trigger},
};
use serde::Deserialize;
use store::Rule;
use views::console::rules::RuleForm;

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    pub(super) csrf: String,
    pub(super) version: String,
    name: String,
    kind: String,
    signed: String,
    cron: String,
    zone: String,
    token: String,
    table: String,
    change: String,
    condition: String,
    steps: String,
    role: String,
    per_minute: String,
}

impl Wish {
    /// As it was typed.
    pub(super) fn shown(&self) -> RuleForm {
        RuleForm {
            name: self.name.clone(),
            kind: self.kind.clone(),
            signed: self.signed == "yes",
            cron: self.cron.clone(),
            zone: self.zone.clone(),
            token: self.token.clone(),
            table: self.table.clone(),
            change: self.change.clone(),
            condition: self.condition.clone(),
            steps: self.steps.clone(),
            role: self.role.clone(),
            per_minute: self.per_minute.clone(),
        }
    }

    pub(super) fn name(&self) -> &str {
        self.name.trim()
    }

    /// The rule that it means; an error says why the steps cannot be read.
    pub(super) fn read(&self) -> Result<Definition, String> {
        let text = |field: &str| field.trim().to_owned();
        let trigger = match self.kind.as_str() {
            "schedule" => Trigger::Schedule {
                cron: text(&self.cron),
                zone: text(&self.zone),
            },
            "record" => Trigger::Record {
                base: text(&self.token),
                table: text(&self.table),
                on: RecordChange::from_name(&self.change).into_iter().collect(),
            },
            "edited" => Trigger::Edited {
                token: text(&self.token),
            },
            _ => Trigger::Hook {
                signed: self.signed == "yes",
            },
        };
        let steps = self.steps.trim();
        let steps: Vec<Step> = if steps.is_empty() {
            Vec::new()
        } else {
            serde_json::from_str(steps).map_err(|fault| fault.to_string())?
        };
        Ok(Definition {
            trigger,
            condition: self.condition.replace("\r\n", "\n").trim().to_owned(),
            steps,
            // What is no role is refused by the check, as a role that no rule may have.
            role: Role::from_name(&self.role).unwrap_or(Role::Owner),
            per_minute: self.per_minute.trim().parse().unwrap_or_default(),
        })
    }
}

/// A rule as it stands.
pub(super) fn of(rule: &Rule) -> RuleForm {
    let definition = &rule.definition;
    let mut form = RuleForm {
        name: rule.name.clone(),
        kind: definition.trigger.kind().name().to_owned(),
        condition: definition.condition.clone(),
        steps: serde_json::to_string_pretty(&definition.steps).unwrap_or_default(),
        role: definition.role.name(),
        per_minute: definition.per_minute.to_string(),
        ..RuleForm::default()
    };
    match &definition.trigger {
        Trigger::Hook { signed } => form.signed = *signed,
        Trigger::Schedule { cron, zone } => {
            form.cron.clone_from(cron);
            form.zone.clone_from(zone);
        }
        Trigger::Record { base, table, on } => {
            form.token.clone_from(base);
            form.table.clone_from(table);
            on.first()
                .map_or("", |change| change.name())
                .clone_into(&mut form.change);
        }
        Trigger::Edited { token } => form.token.clone_from(token),
    }
    form
}

/// What stands in the form of a new one.
pub(super) fn fresh() -> RuleForm {
    RuleForm {
        kind: "hook".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        role: Role::EndUser.name(),
        per_minute: "60".to_owned(),
        steps: "[\n  {\"tool\": \"send_message\", \"arguments\": {\"to\": \"oc_…\", \"text\": \"{{ event.body.text }}\"}}\n]".to_owned(),
        ..RuleForm::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_becomes_the_rule_that_it_shows() {
        let wish = Wish {
            name: " Orders ".to_owned(),
            kind: "record".to_owned(),
            token: "bascn1".to_owned(),
            change: "created".to_owned(),
            steps: r#"[{"tool": "send_message", "arguments": {"to": "oc_1"}}]"#.to_owned(),
            role: "custom_0".to_owned(),
            per_minute: "5".to_owned(),
            ..Wish::default()
        };
        let rule = wish.read().unwrap();
        let wanted = Trigger::Record {
            base: "bascn1".to_owned(),
            table: String::new(),
            on: vec![RecordChange::Created],
        };
        assert_eq!(rule.trigger, wanted);
        assert_eq!((rule.steps.len(), rule.per_minute), (1, 5));
        let wrong = Wish {
            steps: "[{\"tool\": 1}]".to_owned(),
            ..wish
        };
        assert!(wrong.read().is_err());
    }
}
