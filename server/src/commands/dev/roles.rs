//! The demo's role mapping: rules that an enterprise like the sandbox's would set.

use model::{
    CallId, Channel, EntryKind, Id, LedgerEntry, Outcome, Principal, Purpose, Role, Slug,
    policy::{ManageTenant, authorize},
    role_mapping::{Gives, RoleMapping, Whom},
};
use sandbox::{RunningSandbox, demo};
use serde_json::json;

use crate::wire::Platform;

/// Sets the rules of the demo; does nothing when there are some. Who administers, develops and
/// pays follows from groups and people of the sandbox; everybody uses the tools.
pub(super) async fn set(
    platform: &Platform,
    sandbox: &RunningSandbox,
    slug: &Slug,
) -> anyhow::Result<()> {
    let Some(entry) = platform.store.directory().by_slug(slug).await? else {
        return Ok(());
    };
    let operator = Principal::platform(entry.tenant.id, Purpose::Operator);
    let permit = authorize::<ManageTenant>(&entry.rules, &operator, &())?;
    let group = |id: &str, name: &str, role: Role| {
        let whom = Whom::Group { id: id.to_owned() };
        RoleMapping::new(whom, Gives::Role(role), name)
    };
    let person = |key: &str, role: Role| {
        let people = sandbox.people(demo::APP_ID).into_iter();
        let found = people.into_iter().find(|person| person.key == key);
        found.map(|found| {
            let whom = Whom::Person { id: found.open_id };
            RoleMapping::new(whom, Gives::Role(role), &found.name)
        })
    };
    let rules: Vec<RoleMapping> = [
        Some(group(
            demo::GROUP_ADMINS,
            "IT 管理员 IT Admins",
            Role::Admin,
        )),
        Some(group(
            demo::GROUP_DEVELOPERS,
            "开发者 Developers",
            Role::Developer,
        )),
        person(demo::ADMIN, Role::Auditor),
        person("wu.hao", Role::Billing),
        Some(RoleMapping::newcomers()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let tx = platform.store.scope(&operator).write().await?;
    if tx.role_mappings().read().await?.mappings.version > 0 {
        return Ok(());
    }
    tx.role_mappings()
        .replace(&permit, 0, &rules, "feishu-mcp dev")
        .await?;
    let id: CallId = Id::mint(platform.clock.as_ref(), platform.entropy.as_ref());
    tx.record(&LedgerEntry {
        tenant: entry.tenant.id,
        id,
        kind: EntryKind::Admin,
        at: platform.clock.now(),
        member: None,
        account: None,
        client: None,
        client_name: "feishu-mcp dev".to_owned(),
        grant: None,
        channel: Channel::Internal,
        action: "role_mapping.change".to_owned(),
        effect: String::new(),
        target: None,
        policy_version: None,
        decision: None,
        outcome: Outcome::Ok,
        fault: None,
        feishu_log_id: None,
        upstream_calls: 0,
        duration_us: 0,
        detail: json!({ "before": [], "after": rules }).to_string(),
    })
    .await?;
    tx.commit().await?;
    Ok(())
}
