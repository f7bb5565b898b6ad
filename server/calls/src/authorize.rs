//! Step 1: may this principal call this tool in this way?

use model::{
    Principal,
    policy::{self, CallTool, Effect, Permit, Reason, Rules},
};
use serde_json::Value;
use tools::{ToolDef, ToolError};

use crate::Profile;

/// The proof, and what the call does.
#[derive(Debug)]
pub(crate) struct Authorized {
    pub(crate) permit: Permit<CallTool>,
    pub(crate) effect: Effect,
    /// A person must agree first.
    pub(crate) needs_confirmation: bool,
}

/// Why there is no proof.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The arguments do not even say what is asked for.
    Arguments(ToolError),
    /// The rules say no.
    Rule(Reason),
    /// The client chose a profile without this tool, or without calls of it that change something.
    Profile,
}

/// Reads the arguments for the effect, and decides.
pub(crate) fn call(
    rules: &Rules,
    principal: &Principal,
    tool: &ToolDef,
    arguments: &Value,
    profile: Profile,
) -> Result<Authorized, Refused> {
    if !profile.tools.holds(tool.name()) {
        return Err(Refused::Profile);
    }
    let effect = tool
        .effect_in(arguments, principal.locale())
        .map_err(Refused::Arguments)?;
    if profile.read_only && effect != Effect::Read {
        return Err(Refused::Profile);
    }
    let facts = tool.spec().facts(effect);
    let permit = policy::authorize::<CallTool>(rules, principal, &facts)
        .map_err(|denied| Refused::Rule(denied.reason))?;
    let needs_confirmation = tool
        .needs_confirmation(arguments, principal.locale())
        .map_err(Refused::Arguments)?;
    Ok(Authorized {
        permit,
        effect,
        needs_confirmation,
    })
}

/// Whether the principal may read with a tool, whatever the arguments of a call would be.
pub(crate) fn watch(
    rules: &Rules,
    principal: &Principal,
    tool: &ToolDef,
    profile: Profile,
) -> Result<Authorized, Refused> {
    if !profile.tools.holds(tool.name()) || !tool.spec().can_read() {
        return Err(Refused::Profile);
    }
    let effect = Effect::Read;
    let permit = policy::authorize::<CallTool>(rules, principal, &tool.spec().facts(effect))
        .map_err(|denied| Refused::Rule(denied.reason))?;
    Ok(Authorized {
        permit,
        effect,
        needs_confirmation: false,
    })
}

/// Whether the list shows a tool: some call of it is allowed.
pub(crate) fn visible(
    rules: &Rules,
    principal: &Principal,
    tool: &ToolDef,
    profile: Profile,
) -> bool {
    let spec = tool.spec();
    let allowed =
        |effect| policy::decide::<CallTool>(rules, principal, &spec.facts(effect)).is_ok();
    profile.tools.holds(spec.name)
        && ((spec.can_read() && allowed(Effect::Read))
            || (!profile.read_only && allowed(spec.effect)))
}
