//! One step: a call of a tool through the gate.

use std::time::Duration;

use calls::CallRequest;
use model::{RunId, automation::Step, policy::Effect};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use store::{Claim, StepBegun, StepEnd, StoreError, TenantEntry};
use tools::{ErrorKind, ToolDef, ToolError, ToolOutput};

use crate::{Automation, expression::Sight, service, template};

/// Feishu knows a repeated message for an hour; a step that was begun longer ago is not begun
/// again.
const KEY_LIFE: Duration = Duration::from_mins(50);
/// Characters of a result's text that later steps see.
const TEXT: usize = 4_000;
/// Bytes of a result that is kept.
const RESULT: usize = 32 * 1024;
/// Shortest text that may be a token of Feishu.
const TOKEN: usize = 18;

/// How a step went.
pub(super) enum Did {
    /// Done, with what later steps see.
    Done(Value),
    /// To be tried again.
    Again { after: Duration, why: String },
    /// Not to be tried again.
    Never { reason: &'static str, why: String },
    /// Another process has the run.
    Lost,
}

impl Did {
    fn never(reason: &'static str, why: impl Into<String>) -> Self {
        Self::Never {
            reason,
            why: why.into(),
        }
    }
}

impl Automation {
    pub(super) async fn step(
        &self,
        entry: &TenantEntry,
        claim: &Claim,
        index: usize,
        sight: &Sight,
    ) -> Result<Did, StoreError> {
        let place = u32::try_from(index).unwrap_or_default();
        let Some(step) = claim.rule.definition.steps.get(index) else {
            return Ok(Did::never("rule_changed", "the rule has fewer steps now"));
        };
        let mut tools = self.parts().gate.for_rules();
        let Some(tool) = tools.find(|tool| tool.name() == step.tool) else {
            return Ok(Did::never("no_tool", format!("there is no {}", step.tool)));
        };
        let arguments = match filled(step, tool, claim.run.id, place, sight) {
            Ok(arguments) => arguments,
            Err(why) => return Ok(Did::never("arguments", why)),
        };
        let effect = tool.effect_of(&arguments).unwrap_or(tool.spec().effect);
        let repeatable = effect == Effect::Read || is_keyed(tool);
        match self
            .begin(entry, claim, place, step, &arguments, effect)
            .await?
        {
            StepBegun::Done(result) => return Ok(Did::Done(result)),
            StepBegun::Lost => return Ok(Did::Lost),
            StepBegun::Open(_) if !repeatable => return Ok(unclear(step)),
            StepBegun::Open(since) if self.now().since(since) > KEY_LIFE => {
                return Ok(unclear(step));
            }
            StepBegun::Fresh | StepBegun::Open(_) => {}
        }
        let principal = service::principal(&entry.tenant, &claim.rule);
        let request = CallRequest::new(step.tool.clone(), arguments);
        let reply = self.parts().gate.call(&principal, request).await;
        let (did, result) = judged(&reply.result, repeatable, step);
        let end = StepEnd {
            done: matches!(did, Did::Done(_)),
            call: Some(reply.call_id),
            outcome: reply.outcome.name(),
            result: &result,
        };
        let target = reply.result.as_ref().ok().and_then(|output| {
            let (_, token) = output.target.as_deref()?.split_once(':')?;
            Some(token.to_owned())
        });
        let target = target.filter(|_| effect != Effect::Read);
        let with = (claim, place, &end, target, self.options().lease);
        let scope = self.scope(entry.tenant.id);
        let kept = scope.retrying(&with, |tx, (claim, place, end, target, lease)| {
            Box::pin(async move {
                let runs = tx.automations();
                if let Some(target) = target {
                    runs.mark(claim, target).await?;
                }
                runs.end_step(claim.held, *place, end, *lease).await
            })
        });
        let kept: bool = kept.await?;
        Ok(if kept { did } else { Did::Lost })
    }

    /// Says that the step is about to be done, and which files it may write to.
    async fn begin(
        &self,
        entry: &TenantEntry,
        claim: &Claim,
        place: u32,
        step: &Step,
        arguments: &Value,
        effect: Effect,
    ) -> Result<StepBegun, StoreError> {
        let marks = if effect == Effect::Read {
            Vec::new()
        } else {
            tokens(arguments)
        };
        let with = (claim, place, step, marks, self.options().lease);
        let scope = self.scope(entry.tenant.id);
        let begun = scope.retrying(&with, |tx, (claim, place, step, marks, lease)| {
            Box::pin(async move {
                let runs = tx.automations();
                for mark in marks {
                    runs.mark(claim, mark).await?;
                }
                runs.begin_step(claim.held, *place, &step.tool, *lease)
                    .await
            })
        });
        begun.await
    }
}

fn unclear(step: &Step) -> Did {
    Did::never(
        "unclear",
        format!(
            "{} was begun and its end is not known: look whether it was done before you try again",
            step.tool
        ),
    )
}

fn judged(result: &Result<ToolOutput, ToolError>, repeatable: bool, step: &Step) -> (Did, Value) {
    match result {
        Ok(output) if output.partial => (
            Did::never("partial", cut(&output.text).to_owned()),
            seen(output),
        ),
        Ok(output) => (Did::Done(seen(output)), seen(output)),
        Err(error) => {
            let why = format!("{}: {}", step.tool, error.message);
            let seconds = error.details.get("retry_after").and_then(Value::as_u64);
            let after = Duration::from_secs(seconds.unwrap_or_default());
            let did = match error.kind {
                // Refused before anything was done.
                ErrorKind::RateLimited => Did::Again { after, why },
                ErrorKind::QuotaExhausted => Did::never("quota", why),
                ErrorKind::Upstream | ErrorKind::Internal | ErrorKind::Cancelled => {
                    // What is wrong with the app does not pass by itself.
                    if error.details.contains_key("diagnosis") {
                        Did::never("app", why)
                    } else if repeatable {
                        Did::Again { after, why }
                    } else {
                        unclear(step)
                    }
                }
                _ => Did::never(error.kind.name(), why),
            };
            (
                did,
                json!({"error": error.kind.name(), "text": why_text(error)}),
            )
        }
    }
}

fn why_text(error: &ToolError) -> &str {
    cut(&error.message)
}

/// What later steps see: the data of the answer, its text and what was touched.
fn seen(output: &ToolOutput) -> Value {
    let mut fields = match &output.structured {
        Some(Value::Object(fields)) => fields.clone(),
        Some(other) => Map::from_iter([("data".to_owned(), other.clone())]),
        None => Map::new(),
    };
    if Value::Object(fields.clone()).to_string().len() > RESULT {
        fields = Map::from_iter([("truncated".to_owned(), true.into())]);
    }
    fields.insert("text".to_owned(), cut(&output.text).into());
    if let Some(target) = &output.target {
        fields.insert("target".to_owned(), target.as_str().into());
    }
    Value::Object(fields)
}

fn cut(text: &str) -> &str {
    text.char_indices()
        .nth(TEXT)
        .map_or(text, |(end, _)| &text[..end])
}

fn filled(
    step: &Step,
    tool: &ToolDef,
    run: RunId,
    place: u32,
    sight: &Sight,
) -> Result<Value, String> {
    let mut arguments = template::fill(&step.arguments, sight)?;
    if is_keyed(tool)
        && let Some(fields) = arguments.as_object_mut()
    {
        // The key is the run's: one that an event could choose would stop other runs.
        fields.insert("idempotency_key".to_owned(), key(run, place).into());
    }
    Ok(arguments)
}

/// Whether a repeated call with the same key does nothing more.
fn is_keyed(tool: &ToolDef) -> bool {
    let schema = tool.input_schema(model::Locale::En);
    schema["properties"].get("idempotency_key").is_some()
}

/// The same in every attempt; in the form that Feishu wants of a `client_token`.
fn key(run: RunId, place: u32) -> String {
    let mut hasher = Sha256::new();
    hasher.update(run.uuid().as_bytes());
    hasher.update(place.to_be_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize()[..16]);
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}

/// What may be a token of a file in the arguments.
fn tokens(arguments: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let fields = arguments.as_object().into_iter().flatten();
    for (_, value) in fields {
        let Some(text) = value.as_str().filter(|text| text.len() <= 400) else {
            continue;
        };
        let parts = text.split(|c: char| !c.is_ascii_alphanumeric());
        found.extend(parts.filter(|part| part.len() >= TOKEN).map(str::to_owned));
    }
    found.truncate(16);
    found
}

#[cfg(test)]
mod tests {
    use model::{ManualClock, SeededEntropy, Timestamp};

    use super::*;

    #[test]
    fn a_key_is_the_same_in_every_attempt_and_another_for_every_step() {
        let clock = ManualClock::at(Timestamp::from_millis(1));
        let run = RunId::mint(&clock, &SeededEntropy::new(1));
        assert_eq!(key(run, 0), key(run, 0));
        assert_ne!(key(run, 0), key(run, 1));
        let parsed = uuid::Uuid::parse_str(&key(run, 0)).unwrap();
        assert_eq!(parsed.get_version_num(), 4);
    }

    #[test]
    fn files_are_found_in_links_and_tokens() {
        let arguments = json!({
            "ref": "https://acme.feishu.cn/base/bascnCMII2ORej2RItqpZZUNMIe?table=tblsRc9GRRXKqhvW",
            "to": "docx:doxcnAJ9VRRJqVMYZ1MyKnavXWe", "text": "short words only", "n": 7,
        });
        let found = tokens(&arguments);
        assert!(
            found.contains(&"bascnCMII2ORej2RItqpZZUNMIe".to_owned()),
            "{found:?}"
        );
        assert!(
            found.contains(&"doxcnAJ9VRRJqVMYZ1MyKnavXWe".to_owned()),
            "{found:?}"
        );
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
