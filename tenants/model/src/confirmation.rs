//! Agreement of a person to one call, which the model that makes the call cannot give itself.
//!
//! It is bound to everything that makes the call what it is ([`Bound`]) and is good once, for a
//! short time.

use std::time::Duration;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::{CallId, ClientId, ConfirmationId, GrantId, MemberId, Timestamp};

/// What a confirmation is bound to: a call that differs in any of it is another call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// In whose name the call is made; the only person who can agree.
    pub member: MemberId,
    /// The client that carries it; `None` for keys and pages.
    pub client: Option<ClientId>,
    /// The grant or key behind it; `None` for pages.
    pub grant: Option<GrantId>,
    /// The tool.
    pub tool: String,
    /// [`digest`] of the arguments.
    pub digest: [u8; 32],
    /// Version of the rules that allowed the call.
    pub policy_version: u64,
}

/// How far a confirmation is. Each step happens once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConfirmationState {
    /// Nobody has answered.
    Pending,
    /// The member agreed.
    Granted,
    /// The member said no.
    Declined,
    /// The call ran.
    Used,
}

impl ConfirmationState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Granted, Self::Declined, Self::Used];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Granted => "granted",
            Self::Declined => "declined",
            Self::Used => "used",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// One question to a member about one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// Identity.
    pub id: ConfirmationId,
    /// What it is about.
    pub bound: Bound,
    /// Name of the client, for people.
    pub client_name: String,
    /// Whether the client may bring the answer, or only the member's own page.
    pub page_only: bool,
    /// How far it is.
    pub state: ConfirmationState,
    /// The call that asked.
    pub asked_by: CallId,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// From then on it is worth nothing.
    pub expires_at: Timestamp,
    /// When the member answered.
    pub answered_at: Option<Timestamp>,
}

/// Why a confirmation does not let a call run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unfit {
    /// Nobody has answered yet.
    Pending,
    /// The member said no.
    Declined,
    /// Its time is over.
    Expired,
    /// It was used.
    Used,
    /// It is about other arguments.
    Arguments,
    /// It is another member's, or came by another client or key.
    Caller,
    /// It is about another tool.
    Tool,
    /// The rules have changed since.
    Rules,
}

impl Unfit {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Used => "used",
            Self::Arguments => "arguments",
            Self::Caller => "caller",
            Self::Tool => "tool",
            Self::Rules => "rules",
        }
    }
}

impl Confirmation {
    /// Time that a member has to answer, and the client to make the call.
    pub const LIFE: Duration = Duration::from_mins(10);
    /// Questions that may wait for one member at a time.
    pub const WAITING_MAX: u64 = 20;

    /// Whether it lets this call run now.
    ///
    /// # Errors
    /// What stands against it; what makes it another call comes first.
    pub fn lets(&self, call: &Bound, now: Timestamp) -> Result<(), Unfit> {
        let own = &self.bound;
        if (own.member, own.client, own.grant) != (call.member, call.client, call.grant) {
            return Err(Unfit::Caller);
        }
        if own.tool != call.tool {
            return Err(Unfit::Tool);
        }
        if own.digest != call.digest {
            return Err(Unfit::Arguments);
        }
        if own.policy_version != call.policy_version {
            return Err(Unfit::Rules);
        }
        if self.state == ConfirmationState::Used {
            return Err(Unfit::Used);
        }
        if self.is_over(now) {
            return Err(Unfit::Expired);
        }
        match self.state {
            ConfirmationState::Granted => Ok(()),
            ConfirmationState::Pending => Err(Unfit::Pending),
            ConfirmationState::Declined => Err(Unfit::Declined),
            ConfirmationState::Used => Err(Unfit::Used),
        }
    }

    /// Whether its time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

/// Digest of the arguments of a call: the same for the same arguments however they were written,
/// and different for different ones. No arguments and an empty object are the same.
pub fn digest(arguments: &Value) -> [u8; 32] {
    let empty = Value::Object(Map::new());
    let arguments = if arguments.is_null() {
        &empty
    } else {
        arguments
    };
    let mut text = String::new();
    canonical(arguments, &mut text);
    Sha256::digest(text.as_bytes()).into()
}

/// JSON with the keys of objects in order and no space.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_unstable();
            out.push('{');
            for (at, name) in names.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                canonical(&fields[name], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::Id;

    fn id<K: crate::IdKind>(raw: u128) -> Id<K> {
        Id::from_uuid(Uuid::from_u128(raw))
    }

    fn bound() -> Bound {
        Bound {
            member: id(1),
            client: Some(id(2)),
            grant: Some(id(3)),
            tool: "files".to_owned(),
            digest: digest(&json!({ "op": "delete", "ref": "doxcnA" })),
            policy_version: 4,
        }
    }

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_millis(1_000) + Duration::from_mins(minutes)
    }

    fn granted() -> Confirmation {
        Confirmation {
            id: id(9),
            bound: bound(),
            client_name: "Cursor".to_owned(),
            page_only: false,
            state: ConfirmationState::Granted,
            asked_by: id(8),
            asked_at: at(0),
            expires_at: at(10),
            answered_at: Some(at(1)),
        }
    }

    #[test]
    fn it_lets_exactly_the_call_run_that_was_agreed_to() {
        assert_eq!(granted().lets(&bound(), at(5)), Ok(()));
        let other = |change: fn(&mut Bound)| {
            let mut call = bound();
            change(&mut call);
            granted().lets(&call, at(5))
        };
        assert_eq!(other(|call| call.member = id(7)), Err(Unfit::Caller));
        assert_eq!(other(|call| call.client = Some(id(7))), Err(Unfit::Caller));
        assert_eq!(other(|call| call.client = None), Err(Unfit::Caller));
        assert_eq!(other(|call| call.grant = Some(id(7))), Err(Unfit::Caller));
        assert_eq!(other(|call| call.tool = "x".to_owned()), Err(Unfit::Tool));
        assert_eq!(other(|call| call.digest[0] ^= 1), Err(Unfit::Arguments));
        assert_eq!(other(|call| call.policy_version = 5), Err(Unfit::Rules));
    }

    #[test]
    fn it_lets_a_call_run_only_when_it_was_given_and_is_fresh_and_unused() {
        use ConfirmationState::{Declined, Granted, Pending, Used};
        let in_state = |state, minutes| {
            let one = Confirmation { state, ..granted() };
            one.lets(&bound(), at(minutes))
        };
        assert_eq!(in_state(Pending, 5), Err(Unfit::Pending));
        assert_eq!(in_state(Declined, 5), Err(Unfit::Declined));
        assert_eq!(in_state(Used, 5), Err(Unfit::Used));
        assert_eq!(in_state(Used, 11), Err(Unfit::Used));
        assert_eq!(in_state(Granted, 9), Ok(()));
        for state in [Granted, Pending, Declined] {
            assert_eq!(in_state(state, 10), Err(Unfit::Expired), "{state:?}");
        }
    }

    #[test]
    fn the_digest_is_of_what_the_arguments_say_and_not_of_how() {
        let one: Value = serde_json::from_str(r#"{"a":1,"b":{"c":[1,2],"d":"x"}}"#).unwrap();
        let same: Value =
            serde_json::from_str(r#"{ "b": {"d":"\u0078", "c":[1, 2]}, "a":1 }"#).unwrap();
        assert_eq!(digest(&one), digest(&same));
        assert_eq!(digest(&Value::Null), digest(&json!({})));
        for other in [
            json!({ "a": 1, "b": { "c": [2, 1], "d": "x" } }),
            json!({ "a": "1", "b": { "c": [1, 2], "d": "x" } }),
            json!({ "a": 1, "b": { "c": [1, 2], "d": "x", "e": null } }),
            json!({ "a": 1, "b": { "c": [1, 2], "d": "x\u{202e}" } }),
        ] {
            assert_ne!(digest(&one), digest(&other), "{other}");
        }
        assert_ne!(
            digest(&json!({ "a": "x\",\"b\":\"y" })),
            digest(&json!({ "a": "x", "b": "y" }))
        );
    }

    #[test]
    fn states_are_read_back_by_name() {
        for state in ConfirmationState::ALL {
            assert_eq!(ConfirmationState::from_name(state.name()), Some(state));
        }
    }
}
