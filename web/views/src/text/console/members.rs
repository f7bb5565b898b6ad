//! Words of a tenant's members.

crate::text::catalogue! {
    /// Words of a tenant's members.
    MembersText {
        title: "People", "人员";
        lead: "Everybody who signed in through Feishu at least once.", "曾通过飞书登录的全部人员。";
        none: "Nobody has signed in yet.", "尚无人员登录。";
        name: "Name", "姓名";
        roles: "Roles", "角色";
        no_roles: "none", "无";
        first: "First sign-in", "首次登录";
        last: "Last sign-in", "最近登录";
        status: "Status", "状态";
        active: "Active", "正常";
        blocked: "Blocked", "已停用";
        more: "More", "更多";
        back: "All connections", "全部连接";
        mapping: "Which role for whom, and why", "角色与授予规则";
        connections: "Connections of this person", "此人的连接";
        block: "Block", "停用";
        block_lead: "All connections and open streams of this person end at once, and signing in is refused until you let the person in again.", "此人的所有连接与正在进行的会话立即中止，恢复之前无法再次登录。";
        unblock: "Let in again", "恢复";
        unblock_lead: "Connections that have not ended in the meantime work again.", "期间未到期的连接将恢复可用。";
        was_blocked: "Blocked. Nothing of this person gets in any more.", "已停用，此人的访问已全部中止。";
        was_unblocked: "Let in again.", "已恢复访问。";
        end_user: "End user", "普通用户";
        developer: "Developer", "开发者";
        auditor: "Auditor", "审计员";
        billing: "Billing", "账单管理员";
        admin: "Admin", "管理员";
        owner: "Owner", "所有者";
        custom: "Custom role", "自定义角色";
    }
}
