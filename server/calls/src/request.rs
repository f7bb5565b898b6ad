//! A call as the doors hand it in, and what they get back.

use model::{CallId, ConfirmationId, Outcome, Timestamp, Unfit};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tools::{Progress, ToolError, ToolOutput};

/// What the door shows and allows beyond policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Profile {
    /// Only tools, or operations of tools, that change nothing.
    pub read_only: bool,
}

/// One call.
#[derive(Debug)]
pub struct CallRequest {
    /// Name of the tool.
    pub tool: String,
    /// Its arguments: an object, or null for none.
    pub arguments: Value,
    /// The profile of the door.
    pub profile: Profile,
    /// Where progress goes.
    pub progress: Progress,
    /// Fires when the caller gives up.
    pub cancel: CancellationToken,
}

impl CallRequest {
    /// A call without progress that nobody cancels.
    pub fn new(tool: impl Into<String>, arguments: Value) -> Self {
        Self {
            tool: tool.into(),
            arguments,
            profile: Profile::default(),
            progress: Progress::silent(),
            cancel: CancellationToken::new(),
        }
    }
}

/// A call that did nothing, because a person must agree to it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub id: ConfirmationId,
    /// What the person is asked, in the caller's language.
    pub question: String,
    /// The page on which the person answers.
    pub link: String,
    /// Until when it can be answered, and the call then made.
    pub expires_at: Timestamp,
    /// Why an earlier agreement does not cover this call.
    pub because: Option<Unfit>,
    /// Whether the client may bring the answer; otherwise only the page counts.
    pub by_client: bool,
}

/// How a call ended.
#[derive(Debug)]
pub struct CallReply {
    /// Its place in the ledger.
    pub call_id: CallId,
    /// How it is recorded.
    pub outcome: Outcome,
    /// The result, or the typed error in the caller's language. Of a call that waits for a person
    /// it says so.
    pub result: Result<ToolOutput, ToolError>,
    /// What it waits for, when a person must agree first.
    pub asked: Option<Asked>,
}
