//! The developer's desk: calls, one call, trying a tool.

use askama::Template;

pub use crate::pages::reference::DeveloperToolsPage;
use crate::{
    Moment,
    console::{ConsoleShell, audit},
    pages::{page, reference},
    text::{self, console::developer::DeveloperText},
};

/// A call.
#[derive(Debug, Clone)]
pub struct CallRow {
    /// Path of its page.
    pub path: String,
    /// When.
    pub at: Moment,
    /// Tool.
    pub tool: String,
    /// By whom.
    pub who: String,
    /// By which client.
    pub client: String,
    /// Stable name of the outcome.
    pub outcome: &'static str,
    /// Stable code of the failure.
    pub fault: String,
    /// Duration in milliseconds.
    pub millis: u64,
    /// Calls to Feishu.
    pub upstream: u32,
}

/// The list of calls.
#[derive(Debug, Clone, Template)]
#[template(path = "console/developer.html")]
pub struct DeveloperPage {
    /// Frame.
    pub console: ConsoleShell,
    /// The tools, and whether it is the one that is asked for.
    pub tools: Vec<(String, bool)>,
    /// Whether only what went wrong is shown.
    pub wrong: bool,
    /// Newest first.
    pub rows: Vec<CallRow>,
    /// Path of older calls.
    pub older: Option<String>,
    /// Whether anything is filtered.
    pub filtered: bool,
    /// Now, for ages.
    pub now: Moment,
}
page!(DeveloperPage);

impl DeveloperPage {
    fn t(&self) -> &'static DeveloperText {
        text::console::developer::of(self.console.lang())
    }

    fn choices(&self) -> Vec<(&str, &str, bool)> {
        let t = self.t();
        let none = !self.tools.iter().any(|(_, chosen)| *chosen);
        std::iter::once(("", t.any, none))
            .chain(
                self.tools
                    .iter()
                    .map(|(name, chosen)| (name.as_str(), name.as_str(), *chosen)),
            )
            .collect()
    }

    fn outcomes(&self) -> [(&'static str, &'static str, bool); 2] {
        let t = self.t();
        [("", t.any, !self.wrong), ("wrong", t.wrong, self.wrong)]
    }

    fn outcome(&self, name: &str) -> (&'static str, &'static str) {
        audit::outcome(audit::words(self.console.lang()), name)
    }
}

/// One call.
#[derive(Debug, Clone, Template)]
#[template(path = "console/developer_call.html")]
pub struct CallPage {
    /// Frame.
    pub console: ConsoleShell,
    /// The call.
    pub one: CallRow,
    /// Its id, as clients get it.
    pub id: String,
    /// `read`, `write` or `destroy`; empty when it was not decided.
    pub effect: String,
    /// By which door.
    pub channel: &'static str,
    /// On what.
    pub target: String,
    /// Version of the rules.
    pub policy: Option<u64>,
    /// What the rules said.
    pub decision: String,
    /// Feishu's log id.
    pub log_id: String,
    /// Arguments, masked.
    pub arguments: String,
    /// Path of the page that tries the tool.
    pub attempt: Option<String>,
    /// Now, for ages.
    pub now: Moment,
}
page!(CallPage);

impl CallPage {
    fn t(&self) -> &'static DeveloperText {
        text::console::developer::of(self.console.lang())
    }

    fn outcome(&self) -> (&'static str, &'static str) {
        audit::outcome(audit::words(self.console.lang()), self.one.outcome)
    }

    fn fault(&self) -> (&'static str, &'static str) {
        fault_words(self.t(), &self.one.fault)
    }

    fn took(&self) -> String {
        format!("{} ms", self.one.millis)
    }
}

/// How an argument is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// A number.
    Number,
    /// One of these.
    Choice(Vec<String>),
    /// Yes, no or neither.
    Flag,
    /// One item a line.
    List,
    /// JSON.
    Json,
}

/// An argument of the form.
#[derive(Debug, Clone)]
pub struct ArgumentField {
    /// Name.
    pub name: String,
    /// What it is.
    pub about: String,
    /// Whether it must be given.
    pub required: bool,
    /// How it is written.
    pub input: Input,
    /// What was written.
    pub value: String,
    /// Whether that is not what the tool takes.
    pub wrong: bool,
}

impl ArgumentField {
    pub(crate) fn options(&self, t: &DeveloperText) -> Vec<(String, String, bool)> {
        let values: Vec<String> = match &self.input {
            Input::Choice(values) => values.clone(),
            _ => vec!["true".to_owned(), "false".to_owned()],
        };
        std::iter::once((String::new(), t.unset.to_owned(), self.value.is_empty()))
            .chain(values.into_iter().map(|value| {
                let chosen = value == self.value;
                (value.clone(), value, chosen)
            }))
            .collect()
    }

    pub(crate) fn is_area(&self) -> bool {
        matches!(self.input, Input::Text | Input::List | Input::Json)
    }

    pub(crate) fn is_choice(&self) -> bool {
        matches!(self.input, Input::Choice(_) | Input::Flag)
    }

    pub(crate) fn hint(&self, t: &DeveloperText) -> &'static str {
        match self.input {
            Input::List => t.one_a_line,
            Input::Json => t.as_json,
            _ => "",
        }
    }
}

/// What a call gave.
#[derive(Debug, Clone)]
pub struct Given {
    /// The JSON-RPC request.
    pub request: String,
    /// The JSON-RPC response.
    pub response: String,
    /// The text that a model reads.
    pub text: String,
    /// Whether it went wrong.
    pub failed: bool,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// Path of the call's page.
    pub path: Option<String>,
}

/// Trying a tool.
#[derive(Debug, Clone, Template)]
#[template(path = "console/developer_try.html")]
pub struct TryPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Name of the tool.
    pub tool: String,
    /// Its title.
    pub title: String,
    /// What it does.
    pub about: String,
    /// `read`, `write` or `destroy`: the strongest that a call can do.
    pub effect: &'static str,
    /// Whether only some operations change something.
    pub mixed: bool,
    /// The member in whose name it runs; `None` when there is none.
    pub member: Option<String>,
    /// Where to sign in at Feishu.
    pub sign_in: String,
    /// The arguments.
    pub fields: Vec<ArgumentField>,
    /// The box must be ticked and was not.
    pub unconfirmed: bool,
    /// What the call gave.
    pub given: Option<Given>,
}
page!(TryPage);

impl TryPage {
    fn t(&self) -> &'static DeveloperText {
        text::console::developer::of(self.console.lang())
    }

    fn effect(&self) -> (&'static str, &'static str) {
        reference::effect(self.t(), self.effect)
    }

    fn runs_as(&self, name: &str) -> String {
        let name = crate::clean(name);
        text::fill(self.t().runs_as, &[("name", name.as_ref())])
    }

    fn took(&self, given: &Given) -> String {
        let millis = given.millis.to_string();
        text::fill(self.t().took, &[("n", &millis)])
    }
}

/// What a stable code of a failure means, and what to do.
pub(crate) fn fault_words(t: &DeveloperText, name: &str) -> (&'static str, &'static str) {
    match name {
        "reauthorize" => (t.reauthorize, t.reauthorize_do),
        "missing_scope" => (t.missing_scope, t.missing_scope_do),
        "forbidden_resource" => (t.forbidden, t.forbidden_do),
        "not_found" => (t.not_found, t.not_found_do),
        "ambiguous" => (t.ambiguous, t.ambiguous_do),
        "conflict" => (t.conflict, t.conflict_do),
        "rate_limited" => (t.rate_limited, t.rate_limited_do),
        "quota_exhausted" => (t.quota, t.quota_do),
        "blocked_by_policy" => (t.blocked, t.blocked_do),
        "partial" => (t.partial, t.partial_do),
        "invalid" => (t.invalid, t.invalid_do),
        "upstream" => (t.upstream, t.upstream_do),
        "cancelled" => (t.cancelled, t.cancelled_do),
        _ => (t.internal, t.internal_do),
    }
}
