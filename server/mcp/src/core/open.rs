//! `initialize` and `server/discover`: who we are and what we can do.

use serde_json::{Map, Value, json};

use super::{one, server_info};
use crate::{
    Revision,
    host::{Caller, Host},
    rpc::Payload,
};

/// The result of `initialize`; the revision is agreed already.
pub(super) fn initialize(host: &dyn Host, caller: &Caller) -> Payload {
    let mut fields = one("protocolVersion", caller.revision.name().into());
    fields.insert(
        "capabilities".to_owned(),
        capabilities(host, caller.revision),
    );
    fields.insert("serverInfo".to_owned(), server_info());
    fields.insert("instructions".to_owned(), host.instructions(caller).into());
    Payload::Fields(fields)
}

/// The result of `server/discover`.
pub(super) fn discover(host: &dyn Host, caller: &Caller) -> Payload {
    let supported: Vec<_> = Revision::ALL.iter().map(|known| known.name()).collect();
    let mut fields = one("supportedVersions", supported.into());
    fields.insert(
        "capabilities".to_owned(),
        capabilities(host, caller.revision),
    );
    fields.insert("instructions".to_owned(), host.instructions(caller).into());
    Payload::Fields(fields)
}

fn capabilities(host: &dyn Host, revision: Revision) -> Value {
    let features = host.features();
    let mut list = Map::new();
    list.insert("tools".to_owned(), json!({ "listChanged": true }));
    let mut resources = Map::new();
    let mut prompts = Map::new();
    if features.changing_lists {
        resources.insert("listChanged".to_owned(), true.into());
        prompts.insert("listChanged".to_owned(), true.into());
    }
    if features.watch {
        resources.insert("subscribe".to_owned(), true.into());
    }
    list.insert("resources".to_owned(), resources.into());
    list.insert("prompts".to_owned(), prompts.into());
    if features.completion && revision >= Revision::V2025_03_26 {
        list.insert("completions".to_owned(), Value::Object(Map::new()));
    }
    // Deprecated by 2026-07-28; older clients may set a level.
    list.insert("logging".to_owned(), Value::Object(Map::new()));
    Value::Object(list)
}
