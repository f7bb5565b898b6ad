//! Asking a person through the client: a form that the client shows, or our own page that it
//! opens. The model never sees the question's answer before the server does.

use std::time::Duration;

use calls::Asked;
use model::{ConfirmationId, digest};
use serde_json::{Map, Value, json};

use super::{GateHost, ToolGate};
use crate::{
    Revision, RpcError,
    core::one,
    host::{Caller, FollowUp, Reply, ToolCall},
};

/// The question among the requests of a result (2026-07-28).
const KEY: &str = "confirm";
/// How often a page's answer is looked for.
const LOOK: Duration = Duration::from_secs(1);

/// How a client can ask the person in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// A form in the client.
    Form,
    /// Our page, which the client opens.
    Page,
}

/// The way that a client declared and that the tenant accepts; `None`: an ordinary result has to
/// carry the link.
pub(super) fn way(caller: &Caller, asked: &Asked) -> Option<Way> {
    if caller.revision < Revision::V2025_06_18 {
        return None;
    }
    let declared = caller.capabilities.get("elicitation")?.as_object()?;
    let page = declared.contains_key("url") && caller.revision >= Revision::V2025_11_25;
    // Declared without modes it means forms, as in the first revision that had it.
    let form = declared.contains_key("form") || !declared.contains_key("url");
    match (form && asked.by_client, page) {
        (true, _) => Some(Way::Form),
        (false, true) => Some(Way::Page),
        (false, false) => None,
    }
}

/// The parameters of `elicitation/create`.
fn params(way: Way, asked: &Asked, caller: &Caller) -> Value {
    let locale = caller.principal.locale();
    let message = &asked.question;
    match way {
        Way::Form => json!({
            "message": message,
            "requestedSchema": {
                "type": "object",
                "properties": { KEY: {
                    "type": "boolean",
                    "title": locale.pick("Yes, do it", "是，执行"),
                    "description": locale.pick(
                        "Good for this one call, exactly as asked.",
                        "仅对这一次调用有效。",
                    ),
                    "default": false,
                }},
                "required": [KEY],
            },
        }),
        Way::Page => {
            let mut params = json!({ "mode": "url", "message": message, "url": asked.link });
            if let (false, Some(fields)) = (caller.revision.is_stateless(), params.as_object_mut())
            {
                fields.insert("elicitationId".to_owned(), asked.id.to_string().into());
            }
            params
        }
    }
}

/// What a person said in the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// Yes to the form, or opened the page.
    Yes,
    /// No.
    No,
    /// Nothing that could be taken for either.
    Nothing,
}

/// Reads an `ElicitResult`.
fn said(way: Way, answer: &Value) -> Said {
    let ticked = answer
        .get("content")
        .and_then(|content| content.get(KEY)?.as_bool());
    match (answer.get("action").and_then(Value::as_str), way, ticked) {
        (Some("accept"), Way::Page, _) | (Some("accept"), Way::Form, Some(true)) => Said::Yes,
        (Some("decline"), _, _) | (Some("accept"), Way::Form, Some(false)) => Said::No,
        _ => Said::Nothing,
    }
}

/// What a question left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Make the call: it runs, or says that the person declined.
    Call,
    /// The person answers later, on the page.
    Later,
}

impl<G: ToolGate> GateHost<G> {
    /// Asks the client on its open stream (revisions of 2025), and takes the answer.
    pub(super) async fn ask_person(
        &self,
        caller: &Caller,
        call: &ToolCall,
        (way, asked): (Way, &Asked),
    ) -> Next {
        let params = params(way, asked, caller);
        let answer = tokio::select! {
            answer = call.peer.ask("elicitation/create", &params, self.patience) => answer,
            () = call.cancel.cancelled() => return Next::Later,
        };
        let Ok(Ok(answer)) = answer else {
            return Next::Later;
        };
        let next = self.take(caller, call, way, asked.id, &answer).await;
        if way == Way::Page && next == Next::Call {
            let done = json!({ "elicitationId": asked.id.to_string() });
            call.peer
                .notify("notifications/elicitation/complete", &done);
        }
        next
    }

    /// The question as a result (2026-07-28): the client asks, and makes the call again.
    pub(super) fn required(
        &self,
        caller: &Caller,
        call: &ToolCall,
        (way, asked): (Way, &Asked),
    ) -> Reply {
        let request = json!({
            "method": "elicitation/create",
            "params": params(way, asked, caller),
        });
        let body = State {
            id: asked.id,
            way,
            digest: digest_of(&call.arguments),
        };
        let state = self.seal.seal(
            &caller.principal,
            &about(&call.name),
            &body.write(),
            self.clock.now(),
        );
        Reply::InputRequired {
            requests: one(KEY, request),
            state: Some(state),
        }
    }

    /// The answer that comes with a call made again (2026-07-28). `None` when there is none, and
    /// it is to be asked for again.
    ///
    /// # Errors
    /// A state that is not ours, is another caller's or too old.
    pub(super) async fn answered(
        &self,
        caller: &Caller,
        call: &ToolCall,
    ) -> Result<Option<Next>, RpcError> {
        let FollowUp { responses, state } = &call.follow_up;
        let Some(state) = state else {
            return Ok(None);
        };
        let now = self.clock.now();
        let state = self
            .seal
            .open(&caller.principal, &about(&call.name), state, now)
            .and_then(|body| State::read(&body))
            .ok_or_else(|| RpcError::invalid_params("requestState is not acceptable"))?;
        // The answer was to another question.
        if state.digest != digest_of(&call.arguments) {
            return Ok(None);
        }
        match responses.get(KEY) {
            Some(answer) => {
                let next = self.take(caller, call, state.way, state.id, answer).await;
                Ok(Some(next))
            }
            None => Ok(None),
        }
    }

    async fn take(
        &self,
        caller: &Caller,
        call: &ToolCall,
        way: Way,
        id: ConfirmationId,
        answer: &Value,
    ) -> Next {
        let agreed = match (said(way, answer), way) {
            (Said::Nothing, _) => return Next::Later,
            (Said::No, _) => false,
            (Said::Yes, Way::Form) => true,
            // It was opened: what the person says there is what counts.
            (Said::Yes, Way::Page) => return self.wait(caller, call, id).await,
        };
        if self.gate.answer(&caller.principal, id, agreed).await {
            Next::Call
        } else {
            Next::Later
        }
    }

    /// Waits for the answer on the page.
    async fn wait(&self, caller: &Caller, call: &ToolCall, id: ConfirmationId) -> Next {
        let answered = async {
            while !self.gate.is_answered(&caller.principal, id).await {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::select! {
            () = answered => Next::Call,
            () = call.cancel.cancelled() => Next::Later,
            () = tokio::time::sleep(self.patience) => Next::Later,
        }
    }
}

fn about(tool: &str) -> String {
    format!("tools/call {tool}")
}

fn digest_of(arguments: &Map<String, Value>) -> String {
    hex::encode(digest(&Value::Object(arguments.clone())))
}

/// What a client keeps for us between two requests.
struct State {
    id: ConfirmationId,
    way: Way,
    digest: String,
}

impl State {
    fn write(&self) -> String {
        let way = match self.way {
            Way::Form => "form",
            Way::Page => "page",
        };
        format!("{} {way} {}", self.id, self.digest)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let (id, way, digest) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            id: id.parse().ok()?,
            way: match way {
                "form" => Way::Form,
                "page" => Way::Page,
                _ => return None,
            },
            digest: digest.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_is_one() {
        let form = |answer: Value| said(Way::Form, &answer);
        assert_eq!(
            form(json!({ "action": "accept", "content": { "confirm": true } })),
            Said::Yes
        );
        for no in [
            json!({ "action": "decline" }),
            json!({ "action": "accept", "content": { "confirm": false } }),
        ] {
            assert_eq!(form(no.clone()), Said::No, "{no}");
        }
        for nothing in [
            json!({ "action": "cancel" }),
            json!({ "action": "cancel", "content": { "confirm": true } }),
            json!({ "action": "accept" }),
            json!({ "action": "accept", "content": {} }),
            json!({ "action": "accept", "content": { "confirm": "true" } }),
            json!({ "action": "accept", "content": { "confirm": 1 } }),
            json!({ "content": { "confirm": true } }),
            json!("accept"),
            json!(null),
        ] {
            assert_eq!(form(nothing.clone()), Said::Nothing, "{nothing}");
        }
    }

    #[test]
    fn a_state_says_which_question_was_asked_in_which_way_about_which_arguments() {
        let id: ConfirmationId = "cnf_01jd3v8s2k4x7m9p0q5r6t8v2w".parse().unwrap();
        for way in [Way::Form, Way::Page] {
            let text = State {
                id,
                way,
                digest: "ab".to_owned(),
            }
            .write();
            let state = State::read(&text).unwrap();
            assert_eq!(
                (state.id, state.way, state.digest.as_str()),
                (id, way, "ab")
            );
        }
        assert!(State::read("cnf_x form ab").is_none());
    }
}
