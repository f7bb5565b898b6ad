//! Messages: sent by apps to chats that they are in, and to people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{body_or_empty, body_text, fault, wanted};
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call, CallerIdentity, Reply};
use crate::identity::IdKind;

/// How long the same `uuid` sends nothing more.
const SAME_MS: i64 = 3_600_000;
/// Bytes of a text, and of other content.
const TEXT_MAX: usize = 150 * 1024;
const OTHER_MAX: usize = 30 * 1024;

/// A group chat.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Chat {
    /// Its tenant.
    pub(crate) tenant: String,
    /// Apps that are in it.
    pub(crate) apps: Vec<String>,
}

/// A message that was sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Sent {
    /// `om_…`.
    pub(crate) id: String,
    /// The app that sent it.
    pub(crate) app: String,
    /// Chat id.
    pub(crate) chat: String,
    /// Chat or person, as named.
    pub(crate) to: String,
    /// Type.
    pub(crate) kind: String,
    /// Content, as sent.
    pub(crate) content: String,
    /// What makes a repeated call the same.
    pub(crate) uuid: String,
    /// When.
    pub(crate) at_ms: i64,
}

/// All chats and messages.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Messages {
    /// By id.
    pub(crate) chats: BTreeMap<String, Chat>,
    /// In the order of sending.
    pub(crate) sent: Vec<Sent>,
}

/// The chat that a message goes to.
fn chat(state: &State, call: &Call<'_>, kind: &str, id: &str) -> Result<String, ApiError> {
    let tenant = &call.caller.tenant_key;
    if kind == "chat_id" {
        let known = state.messages.chats.get(id);
        let known = known.filter(|chat| chat.tenant == *tenant);
        let known = known.ok_or_else(|| fault(230_001))?;
        return if known.apps.contains(&call.caller.app_id) {
            Ok(id.to_owned())
        } else {
            Err(fault(230_002))
        };
    }
    let person = if kind == "email" {
        let users = state.identity.tenant(tenant).map(|tenant| &tenant.users);
        let mut users = users.into_iter().flat_map(|users| users.values());
        users
            .find(|user| user.email == id)
            .map(|user| user.key.clone())
    } else {
        let id = state.identity.resolve(call.caller, id, IdKind::parse(kind));
        id.ok()
    };
    let person = person.ok_or_else(|| fault(230_001))?;
    Ok(format!("oc_p2p_{}_{person}", call.caller.app_id))
}

fn printed(sent: &Sent) -> Value {
    json!({
        "message_id": sent.id,
        "chat_id": sent.chat,
        "msg_type": sent.kind,
        "create_time": sent.at_ms.to_string(),
        "update_time": sent.at_ms.to_string(),
        "deleted": false,
        "updated": false,
        "sender": {"id": sent.app, "id_type": "app_id", "sender_type": "app"},
        "body": {"content": sent.content},
    })
}

/// `POST im/v1/messages`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    if !matches!(call.caller.identity, CallerIdentity::App)
        && !call.caller.has_any(&["im:message.send_as_user"])
    {
        return Err(fault(230_027));
    }
    let to_kind = wanted(call, "receive_id_type")?.to_owned();
    let to = body_text(call, "receive_id")?.to_owned();
    let kind = body_text(call, "msg_type")?.to_owned();
    let content = body_text(call, "content")?.to_owned();
    let uuid = body_or_empty(call, "uuid").to_owned();
    let parsed: Value = serde_json::from_str(&content).map_err(|_| fault(230_001))?;
    let most = if kind == "text" { TEXT_MAX } else { OTHER_MAX };
    if content.len() > most {
        return Err(fault(230_025));
    }
    let whole = match kind.as_str() {
        "text" => parsed["text"].as_str().is_some_and(|text| !text.is_empty()),
        "interactive" | "post" => parsed.as_object().is_some_and(|fields| !fields.is_empty()),
        _ => false,
    };
    if !whole {
        return Err(fault(230_001));
    }
    let chat = chat(state, call, &to_kind, &to)?;
    let app = call.caller.app_id.clone();
    let known = state.messages.sent.iter().find(|sent| {
        !uuid.is_empty()
            && sent.uuid == uuid
            && sent.app == app
            && call.now_ms - sent.at_ms < SAME_MS
    });
    if let Some(known) = known {
        return Ok(Reply::Data(printed(known)));
    }
    let sent = Sent {
        id: format!("om_{}", call.ids.hex(32)),
        app,
        chat,
        to,
        kind,
        content,
        uuid,
        at_ms: call.now_ms,
    };
    let data = printed(&sent);
    state.messages.sent.push(sent);
    Ok(Reply::Data(data))
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[("POST", "/open-apis/im/v1/messages", create)];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::demo::{CHAT, END_USER};
    use crate::families::testkit::Kit;

    const SEND: &str = "POST /im/v1/messages?receive_id_type=";

    fn text(to: &str, uuid: &str) -> Value {
        json!({"receive_id": to, "msg_type": "text", "content": "{\"text\":\"hi\"}", "uuid": uuid})
    }

    #[test]
    fn the_same_uuid_sends_once_within_its_hour() {
        let mut kit = Kit::new();
        let line = format!("{SEND}chat_id");
        let first = kit.call("app", &line, &text(CHAT, "u1")).expect("sent");
        let again = kit.call("app", &line, &text(CHAT, "u1")).expect("known");
        assert_eq!(first["message_id"], again["message_id"]);
        let other = kit.call("app", &line, &text(CHAT, "u2")).expect("sent");
        assert_ne!(first["message_id"], other["message_id"]);
        kit.now_ms += super::SAME_MS;
        let late = kit.call("app", &line, &text(CHAT, "u1")).expect("sent");
        assert_ne!(first["message_id"], late["message_id"]);
        assert_eq!(kit.state.messages.sent.len(), 3);
    }

    #[test]
    fn strangers_and_broken_content_are_refused() {
        let mut kit = Kit::new();
        let person = format!("{SEND}open_id");
        let known = Kit::open_id(END_USER);
        kit.call("app", &person, &text(&known, "")).expect("sent");
        let stranger = kit.call("app", &person, &text("ou_nobody", ""));
        assert_eq!(stranger.expect_err("refused").code, 230_001);
        let chat = format!("{SEND}chat_id");
        let nowhere = kit.call("app", &chat, &text("oc_nowhere", ""));
        assert_eq!(nowhere.expect_err("refused").code, 230_001);
        for content in ["no json", "{\"text\":\"\"}", "[]"] {
            let body = json!({"receive_id": CHAT, "msg_type": "text", "content": content});
            let refused = kit.call("app", &chat, &body).expect_err("refused");
            assert_eq!(refused.code, 230_001, "{content}");
        }
        if let Some(chat) = kit.state.messages.chats.get_mut(CHAT) {
            chat.apps.clear();
        }
        let outside = kit.call("app", &chat, &text(CHAT, ""));
        assert_eq!(outside.expect_err("refused").code, 230_002);
    }
}
