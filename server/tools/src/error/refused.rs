//! What a refusal by policy says, always with what to do next.

use model::{Locale, policy::Reason};

use super::{ErrorKind, ToolError};

impl ToolError {
    /// Policy refuses. What belongs to another tenant is not there at all.
    #[expect(clippy::too_many_lines, reason = "a table of texts")]
    pub fn refused(reason: Reason, locale: Locale) -> Self {
        let (message, hint) = match reason {
            Reason::ReadOnlyCredential => locale.pick(
                (
                    "this connection may only read",
                    "Connect again and tick writing on the consent page, or ask the user to do so.",
                ),
                ("该连接仅可读取", "请重新连接，并在授权页面勾选写入权限。"),
            ),
            Reason::ReadOnlyTenant => locale.pick(
                (
                    "your organisation has switched writing off",
                    "Ask an admin of your organisation.",
                ),
                ("企业已关闭写入", "请联系企业管理员。"),
            ),
            Reason::CapabilityOff | Reason::ToolOff => locale.pick(
                (
                    "your organisation has not switched this tool on",
                    "Ask an admin of your organisation to switch it on.",
                ),
                ("企业未启用该工具", "请联系企业管理员启用。"),
            ),
            Reason::ClientStopped => locale.pick(
                (
                    "your organisation has stopped this AI client",
                    "Ask an admin of your organisation, or use another client.",
                ),
                (
                    "企业已停用该 AI 客户端",
                    "请联系企业管理员，或更换其他客户端。",
                ),
            ),
            Reason::RoleMissing | Reason::NotOwner => locale.pick(
                (
                    "you have no role that may use this tool",
                    "Ask an admin of your organisation for it.",
                ),
                ("你的角色无权使用该工具", "请联系企业管理员授予角色。"),
            ),
            Reason::RoleTool => locale.pick(
                (
                    "none of your roles may use this tool",
                    "Ask an admin of your organisation for a role that may.",
                ),
                ("你的角色不能使用该工具", "请联系企业管理员调整角色。"),
            ),
            Reason::RoleEffect => locale.pick(
                (
                    "your roles may not change this much with this tool",
                    "Use it for reading, or ask an admin of your organisation for a role that may.",
                ),
                (
                    "你的角色不能用该工具执行此类修改",
                    "请仅用于读取，或联系企业管理员调整角色。",
                ),
            ),
            Reason::RoleClient => locale.pick(
                (
                    "your roles may not use tools through this AI client",
                    "Use a client that your organisation allows, or ask its admin.",
                ),
                (
                    "你的角色不能通过该 AI 客户端使用工具",
                    "请改用企业允许的客户端，或联系企业管理员。",
                ),
            ),
            Reason::PlaceBarred | Reason::PlaceOutside => locale.pick(
                (
                    "this lies outside the places in Feishu that your organisation lets AI clients work in",
                    "Do not try other links to it. Use what `search` shows, or ask an admin.",
                ),
                (
                    "该内容不在企业允许 AI 客户端访问的飞书范围内",
                    "请勿尝试其他链接；可使用 `search` 列出的内容，或联系企业管理员。",
                ),
            ),
            Reason::PlaceUnknown => locale.pick(
                (
                    "Feishu did not tell where this lies, and your organisation's rules depend on it",
                    "Try again in a minute; else ask an admin of your organisation.",
                ),
                (
                    "无法确定该内容在飞书中的位置，而企业规则依赖于此",
                    "请稍后重试；仍不行请联系企业管理员。",
                ),
            ),
            Reason::ExternalSharing => locale.pick(
                (
                    "this would reach people outside the organisation, which its rules do not allow",
                    "Share it inside the organisation, or ask an admin to allow sharing outside.",
                ),
                (
                    "此操作会分享给企业外部人员，企业规则不允许",
                    "请仅在企业内部分享，或联系企业管理员开启外部分享。",
                ),
            ),
            Reason::NotAMember => locale.pick(
                (
                    "tools work in the name of a Feishu user, and you signed in without Feishu",
                    "Sign in with Feishu and try again.",
                ),
                (
                    "工具以飞书用户身份运行，而你未通过飞书登录",
                    "请使用飞书登录后重试。",
                ),
            ),
            Reason::OtherTenant => {
                return Self::new(ErrorKind::NotFound, locale.pick("not found", "未找到"));
            }
        };
        Self::new(ErrorKind::BlockedByPolicy, message)
            .with_hint(hint)
            .with_detail("reason", reason.name())
    }

    /// The reason of a refusal by policy.
    pub fn reason(&self) -> Option<Reason> {
        let name = self.details.get("reason")?.as_str()?;
        (self.kind == ErrorKind::BlockedByPolicy).then(|| Reason::from_name(name))?
    }
}
