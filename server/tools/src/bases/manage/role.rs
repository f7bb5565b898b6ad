//! Roles of bases with advanced permissions.

use feishu::api::bitable::roles::{self, Role, RoleBody};
use serde_json::{Map, Value};

use super::{
    field::tables,
    settings::{Settings, parts},
};
use crate::{ToolCx, ToolError, args::people, bases::near, render::clean_line};

/// The role of this name.
pub(super) async fn find(cx: &ToolCx, app: &str, name: &str) -> Result<Role, ToolError> {
    let all = roles::list(&cx.feishu, app).await;
    let all = all.map_err(|fault| explain(cx, fault))?;
    let found = near::pick(&all, name, |one| &one.role_id, |one| &one.role_name);
    let names = all.iter().map(|role| role.role_name.as_str());
    let missing = || near::unknown(cx, cx.say("role", "角色"), name, names);
    found.cloned().ok_or_else(missing)
}

pub(super) fn explain(cx: &ToolCx, fault: feishu::FeishuError) -> ToolError {
    let off = matches!(
        &fault,
        feishu::FeishuError::Api {
            code: 1_254_301,
            ..
        }
    );
    let error = cx.fault(fault);
    if off {
        return error.with_hint(cx.say(
            "Roles need advanced permissions: kind=base op=update with \"advanced: on\" switches them on.",
            "角色需要高级权限：kind=base op=update 并设置 \"advanced: on\" 可开启。",
        ));
    }
    error
}

/// `table NAME: none | read | edit | manage`.
async fn rules(
    cx: &ToolCx,
    app: &str,
    settings: &Settings,
) -> Result<Vec<Map<String, Value>>, ToolError> {
    let tables = tables(cx, app).await?;
    let mut rules = Vec::new();
    for (name, word) in settings.about("table") {
        let found = near::pick(&tables, name, |one| &one.table_id, |one| &one.name);
        let names = tables.iter().map(|table| table.name.as_str());
        let missing = || near::unknown(cx, cx.say("table", "数据表"), name, names);
        let table = found.ok_or_else(missing)?;
        let words = ["none", "read", "edit", "manage"];
        let level = match word {
            "none" => 0,
            "read" => 1,
            "edit" => 2,
            "manage" => 4,
            _ => return Err(near::unknown(cx, cx.say("permission", "权限"), word, words)),
        };
        let mut rule = Map::new();
        rule.insert("table_id".to_owned(), table.table_id.as_str().into());
        rule.insert("table_perm".to_owned(), level.into());
        rules.push(rule);
    }
    Ok(rules)
}

pub(super) async fn create(
    cx: &ToolCx,
    app: &str,
    (name, settings): (&str, &Settings),
    dry: bool,
) -> Result<String, ToolError> {
    settings.only(cx, &["table …"])?;
    let role = RoleBody {
        role_name: name.to_owned(),
        table_roles: rules(cx, app, settings).await?,
    };
    if role.table_roles.is_empty() {
        return Err(ToolError::invalid(cx.say(
            "a role needs a permission for at least one table",
            "角色至少需要一个数据表的权限",
        ))
        .with_hint(cx.say(
            "For example \"table NAME: read\".",
            "例如 \"table 数据表名: read\"。",
        )));
    }
    if dry {
        return Ok(serde_json::to_string(&role).unwrap_or_default());
    }
    let id = roles::create(&cx.feishu, app, &role).await;
    let id = id.map_err(|fault| explain(cx, fault))?;
    Ok(format!("{} ({id})", clean_line(name, 80)))
}

/// Gives people the role, and takes it from people.
pub(super) async fn update(
    cx: &ToolCx,
    app: &str,
    (name, settings): (&str, &Settings),
    dry: bool,
) -> Result<String, ToolError> {
    settings.only(cx, &["add", "remove"])?;
    let role = find(cx, app, name).await?;
    let (mut new, mut gone) = (Vec::new(), Vec::new());
    for (word, ids) in [("add", &mut new), ("remove", &mut gone)] {
        for name in settings.all(word).flat_map(parts) {
            ids.push(people::person(cx, &name).await?);
        }
    }
    if !dry {
        let at = (app, role.role_id.as_str());
        if !new.is_empty() {
            let added = roles::add(&cx.feishu, at, &new).await;
            added.map_err(|fault| explain(cx, fault))?;
        }
        if !gone.is_empty() {
            let removed = roles::remove(&cx.feishu, at, &gone).await;
            removed.map_err(|fault| explain(cx, fault))?;
        }
    }
    let members = roles::members(&cx.feishu, app, &role.role_id).await;
    let members = members.map_err(|fault| explain(cx, fault))?;
    let names: Vec<String> = members
        .iter()
        .map(|one| clean_line(&one.member_name, 40))
        .collect();
    Ok(format!(
        "{} ({}): {}",
        clean_line(&role.role_name, 80),
        role.role_id,
        names.join(", ")
    ))
}
