//! Messages (`im/v1/messages`).

use serde::{Deserialize, Serialize};

use super::loose;
use crate::{FeishuError, Request, Session};

/// To whom a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// A person, by the id in the app.
    OpenId,
    /// A chat that the app is in.
    ChatId,
    /// A person, by the address in the organisation.
    Email,
}

impl Receiver {
    /// Feishu's word (`receive_id_type`).
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenId => "open_id",
            Self::ChatId => "chat_id",
            Self::Email => "email",
        }
    }

    /// By the form of the id.
    pub fn of(id: &str) -> Option<Self> {
        if id.starts_with("ou_") {
            Some(Self::OpenId)
        } else if id.starts_with("oc_") {
            Some(Self::ChatId)
        } else if id.contains('@') {
            Some(Self::Email)
        } else {
            None
        }
    }
}

/// What is sent.
#[derive(Debug, Clone, Serialize)]
pub struct NewMessage<'a> {
    /// The receiver's id.
    pub receive_id: &'a str,
    /// `text`, `post`, `interactive`.
    pub msg_type: &'a str,
    /// JSON, as a text.
    pub content: &'a str,
    /// For an hour the same value sends nothing more (at most 50 characters).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<&'a str>,
}

/// A message that was sent.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Message {
    /// `om_…`.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub message_id: String,
    /// The chat that it is in.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub chat_id: String,
}

/// `im.v1.message.create`.
pub async fn create(
    session: &Session,
    to: Receiver,
    message: &NewMessage<'_>,
) -> Result<Message, FeishuError> {
    let request = Request::post("/open-apis/im/v1/messages")
        .query("receive_id_type", to.name())
        .json(message);
    // Within its hour the uuid makes a repeated call harmless.
    session
        .fetch(request.idempotent(message.uuid.is_some()))
        .await
}
