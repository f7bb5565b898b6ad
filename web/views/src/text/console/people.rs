//! Words of who has access to the console.

crate::text::catalogue! {
    /// Words of who has access to the console.
    PeopleText {
        title: "Access to the console", "管理后台访问权限";
        lead: "Who may look at and change this organisation's settings. Employees need no access here to use the tools.", "可查看或修改本企业设置的人员。员工使用工具无需在此授权。";
        accounts: "Accounts", "账号";
        accounts_lead: "Sign in with an address and a password, also when Feishu cannot be reached. Keep at least two owners with a second factor: they are the way in when everything else is broken.", "使用邮箱与密码登录，飞书不可用时仍可进入。建议至少保留两位启用第二因素的所有者，以备紧急情况。";
        second_rule: "Second factor for accounts", "账号的第二因素";
        second_rule_on: "Every account must prove a second factor before it comes in.", "所有账号进入前须通过第二因素验证。";
        second_rule_off: "Accounts may come in by their password alone.", "账号仅凭密码即可进入。";
        second_help: "Holds from the next page on. Who has none is asked to set it up, which takes a minute. Members who come in through Feishu are not asked.", "下一次打开页面时生效。尚未设置的账号需先完成设置（约一分钟）。通过飞书登录的成员不受影响。";
        second_require: "Ask for it", "要求启用";
        second_release: "No longer ask for it", "取消要求";
        second_on: "Accounts are asked for their second factor from now on.", "现在起，账号须通过第二因素验证。";
        second_off: "Accounts are no longer asked for a second factor.", "不再要求账号使用第二因素。";
        owners_only: "Nothing was changed: only an owner may do that.", "未做更改：仅所有者可以执行此操作。";
        own_first: "Set up your own second factor first (your name leads there), sign in with it, and come back.", "请先为自己的账号设置第二因素（点击您的姓名进入），并以此登录后再试。";
        no_accounts: "No account has access.", "没有账号拥有访问权限。";
        members: "Through Feishu", "通过飞书登录";
        members_lead: "Members whose roles open the console. Their roles come from the role mapping.", "角色可进入管理后台的成员，其角色由角色映射决定。";
        mapping: "Role mapping", "角色映射";
        name: "Name", "姓名";
        email: "E-mail address", "邮箱";
        roles: "Roles", "角色";
        since: "Since", "加入时间";
        last: "Last sign-in", "最近登录";
        never: "never", "从未";
        second: "Second factor", "第二因素";
        yes: "on", "已启用";
        no: "off", "未启用";
        you: "you", "您";
        blocked: "Blocked", "已停用";
        waiting: "Invitations", "邀请";
        until: "Valid until", "有效期至";
        withdraw: "Withdraw", "撤回";
        invite: "Invite somebody", "邀请";
        invite_lead: "You get a link to hand over. It works once, for seven days, and only for this address.", "系统将生成一个链接供您转交。链接七天内有效，仅可使用一次，且仅限该邮箱。";
        make: "Make the link", "生成链接";
        fresh: "Link for {name}", "{name} 的邀请链接";
        fresh_lead: "It is shown once. Hand it over through a channel that you trust.", "仅显示一次，请通过可信渠道转交。";
        copy: "Copy", "复制";
        copied: "Copied", "已复制";
        bad_email: "This is no e-mail address.", "邮箱格式不正确。";
        no_role: "Choose at least one role.", "请至少选择一个角色。";
        not_yours: "Only an owner may give or take the roles owner and auditor.", "只有所有者可以授予或收回所有者与审计员角色。";
        owner_help: "As admin, and may give roles, close and erase the organisation.", "拥有管理员权限，并可授予角色、关闭与删除企业。";
        admin_help: "App, roles, policy, connections, settings, and the audit log.", "应用、角色、策略、连接、设置与审计日志。";
        auditor_help: "The audit log, its proof and its files. Changes nothing.", "查看、校验与导出审计日志，不能修改任何内容。";
        billing_help: "Usage, plan and statements.", "用量、套餐与账单。";
        developer_help: "Logs of calls, the tool reference, trying a tool.", "调用日志、工具参考与工具试用。";
        of: "Roles of {name}", "{name} 的角色";
        save: "Save", "保存";
        back: "Everybody with access", "全部人员";
        remove: "Take the access away", "移除访问权限";
        remove_lead: "Open sessions of this person lose this organisation at once. The account itself stays.", "此人在本企业的会话立即失效，账号本身保留。";
        own: "These are your own roles: somebody else has to change them.", "这是您自己的角色，需由他人更改。";
        saved: "Saved. It holds from the next click on.", "已保存，立即生效。";
        removed: "The access was taken away.", "访问权限已移除。";
        withdrawn: "The invitation no longer works.", "邀请已失效。";
        gone: "The invitation was used or had ended already.", "邀请已被使用或已过期。";
        same: "Nothing was changed.", "没有变化。";
        last_owner: "Nothing was changed: this is the last owner. Make somebody else an owner first.", "未做更改：这是最后一位所有者，请先指定其他所有者。";
        conflict: "Nothing was changed: somebody else changed these roles in the meantime. This is how they stand now.", "未做更改：角色已被他人修改。以下为当前状态。";
    }
}
