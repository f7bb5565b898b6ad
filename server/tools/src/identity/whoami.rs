//! `whoami`: the identity in force, what it may do and what time it is there.
//!
//! Calls no Feishu endpoint: all of it is known, and it must answer when Feishu does not.

use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, render};

pub(crate) struct Whoami;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

impl Tool for Whoami {
    const SPEC: ToolSpec = ToolSpec {
        name: "whoami",
        title: Text::new("Who am I", "当前身份"),
        description: Text::new(
            "Shows the Feishu user and organisation that every other tool acts as, the granted \
             access and scopes, the remaining quota, and the current time in the user's zone. \
             Call it first when a date, an identity or a missing permission matters.",
            "查看所有工具当前使用的飞书用户与企业身份、已授予的访问权限与 scope、剩余额度，以及用户时区的当前时间。涉及日期、身份或权限不足时先调用。",
        ),
        args: &[],
        effect: Effect::Read,
        reading_ops: &[],
        capability: None,
        scopes: &[],
        idempotent: true,
        open_world: false,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, _: Input) -> Result<ToolOutput, ToolError> {
        let facts = &cx.facts;
        let line = |en, zh, value: String| format!("{}: {value}", cx.say(en, zh));
        let capabilities: Vec<&str> = facts.capabilities.iter().map(|c| c.name()).collect();
        let missing: Vec<&str> = Capability::scopes_of(&facts.capabilities)
            .iter()
            .filter(|scope| scope.as_str() != "offline_access" && !facts.has_scope(scope))
            .filter_map(|scope| known_scope(&facts.capabilities, scope))
            .collect();
        let mut lines = vec![
            line(
                "user",
                "用户",
                format!(
                    "{} ({})",
                    render::clean_line(&facts.member_name, 80),
                    facts.open_id
                ),
            ),
            line(
                "organisation",
                "企业",
                format!(
                    "{} [{}]",
                    render::clean_line(&facts.tenant_name, 80),
                    facts.tenant_slug
                ),
            ),
            line(
                "identity",
                "调用身份",
                cx.say(
                    "every call is made as this user, with this user's Feishu permissions",
                    "所有调用均以该用户身份、按其飞书权限执行",
                )
                .to_owned(),
            ),
            line(
                "client",
                "客户端",
                render::clean_line(&facts.client_name, 80),
            ),
            line("access", "访问权限", facts.access.scope().to_owned()),
            line("roles", "角色", facts.roles.names()),
            line("capabilities", "已启用能力", capabilities.join(" ")),
        ];
        if !facts.scopes_granted.is_empty() {
            lines.push(line(
                "Feishu scopes",
                "飞书 scope",
                facts.scopes_granted.join(" "),
            ));
        }
        if !missing.is_empty() {
            lines.push(line(
                "scopes not granted (some calls will fail)",
                "未授予的 scope（部分调用会失败）",
                missing.join(" "),
            ));
        }
        lines.push(line(
            "quota left",
            "剩余额度",
            facts.quota_remaining.map_or_else(
                || cx.say("no limit", "不限").to_owned(),
                |left| left.to_string(),
            ),
        ));
        lines.push(line(
            "time",
            "当前时间",
            format!(
                "{} ({})",
                render::from_millis(cx.now.millis(), &facts.time_zone),
                facts.time_zone
            ),
        ));
        Ok(ToolOutput::text(lines.join("\n")))
    }
}

fn known_scope(capabilities: &[Capability], wanted: &str) -> Option<&'static str> {
    capabilities
        .iter()
        .flat_map(|capability| capability.user_scopes())
        .find(|scope| **scope == wanted)
        .copied()
}
