//! What a tool declares about itself.

use model::{
    Capability,
    policy::{Effect, ToolFacts},
};
use serde::Serialize;

use crate::Text;

/// The declaration of one tool. Effects, scopes and texts are declared, never inferred.
#[derive(Debug, Clone, Copy)]
pub struct ToolSpec {
    /// Unique name, `^[a-z][a-z0-9_]{2,40}$`.
    pub name: &'static str,
    /// Short title for people.
    pub title: Text,
    /// What it does and when to use it, at most 350 characters.
    pub description: Text,
    /// The arguments, in the order of the schema, each with its text.
    pub args: &'static [(&'static str, Text)],
    /// The strongest effect that any call of this tool can have.
    pub effect: Effect,
    /// Values of the `op` argument that only read, for tools that mix effects; empty otherwise.
    pub reading_ops: &'static [&'static str],
    /// The capability it belongs to; `None` is always on.
    pub capability: Option<Capability>,
    /// Feishu user scopes without which no call of it can succeed.
    pub scopes: &'static [&'static str],
    /// The same call twice has the effect of one call.
    pub idempotent: bool,
    /// Whether it talks to Feishu at all (`help` does not).
    pub open_world: bool,
}

impl ToolSpec {
    /// Whether some calls of it change nothing, so that the read-only profile lists it.
    pub const fn can_read(&self) -> bool {
        matches!(self.effect, Effect::Read) || !self.reading_ops.is_empty()
    }

    /// The facts that policy decides on, for a call with this effect.
    pub const fn facts(&self, effect: Effect) -> ToolFacts {
        ToolFacts {
            name: self.name,
            effect,
            capability: self.capability,
        }
    }

    /// The annotations of MCP's `Tool`, for the whole tool or for what the read-only profile
    /// leaves of it.
    pub const fn annotations(&self, read_only: bool) -> Annotations {
        let reads = read_only || matches!(self.effect, Effect::Read);
        Annotations {
            read_only_hint: reads,
            destructive_hint: !reads && matches!(self.effect, Effect::Destroy),
            idempotent_hint: reads || self.idempotent,
            open_world_hint: self.open_world,
        }
    }
}

/// Hints for clients, as MCP names them. They are hints: the gate decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotations {
    /// Changes nothing.
    pub read_only_hint: bool,
    /// May delete or overwrite.
    pub destructive_hint: bool,
    /// A repeated call changes nothing more.
    pub idempotent_hint: bool,
    /// Reaches outside the platform.
    pub open_world_hint: bool,
}
