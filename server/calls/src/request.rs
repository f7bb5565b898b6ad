//! A call as the doors hand it in, and what they get back.

use model::{CallId, ConfirmationId, Outcome, Timestamp, Unfit};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tools::{Incoming, Progress, Selection, ToolError, ToolOutput};

/// What the door shows and allows beyond policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Profile {
    /// Only tools, or operations of tools, that change nothing.
    pub read_only: bool,
    /// Only these tools.
    pub tools: Selection,
}

impl Profile {
    /// Everything, but only what changes nothing.
    pub const READ_ONLY: Self = Self {
        read_only: true,
        tools: Selection::ALL,
    };
}

/// What a client asked for when it caused a call. Recorded with the call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Via {
    /// The tool itself.
    #[default]
    Tool,
    /// A resource that the tool reads.
    Resource,
    /// The list of resources.
    Listing,
    /// The completion of an argument.
    Completion,
    /// A prompt that takes content in.
    Prompt,
    /// A subscription to what the tool reads; the tool itself does not run.
    Watch,
}

impl Via {
    /// Stable name; `None` for a plain call.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Tool => None,
            Self::Resource => Some("resource"),
            Self::Listing => Some("listing"),
            Self::Completion => Some("completion"),
            Self::Prompt => Some("prompt"),
            Self::Watch => Some("watch"),
        }
    }
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
    /// What the client asked for.
    pub via: Via,
    /// Where progress goes.
    pub progress: Progress,
    /// Fires when the caller gives up.
    pub cancel: CancellationToken,
    /// Bytes that come along, past the model.
    pub incoming: Option<Incoming>,
}

impl CallRequest {
    /// A call without progress that nobody cancels.
    pub fn new(tool: impl Into<String>, arguments: Value) -> Self {
        Self {
            tool: tool.into(),
            arguments,
            profile: Profile::default(),
            via: Via::default(),
            progress: Progress::silent(),
            cancel: CancellationToken::new(),
            incoming: None,
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
