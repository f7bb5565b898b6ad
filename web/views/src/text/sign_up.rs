//! Words of making an account.

super::catalogue! {
    /// Words of making an account.
    SignUpText {
        title: "Create your account", "创建账号";
        lead: "For those who set up and govern an organisation. Employees need none: they sign in with Feishu.", "供企业的设置与管理人员使用。员工无需创建账号，直接使用飞书登录。";
        name: "Your name", "您的姓名";
        email: "Work e-mail address", "工作邮箱";
        bad_email: "This is no e-mail address.", "邮箱格式不正确。";
        taken: "This address cannot be used. If the account is yours, sign in.", "该邮箱不可用。如果这是您的账号，请直接登录。";
        submit: "Create account", "创建账号";
        have: "You have an account?", "已有账号？";
        closed_title: "An invitation is needed", "需要邀请";
        closed_lead: "Accounts of this service are made by invitation. Ask the owner of your organisation, or whoever runs this service, for a link.", "本服务的账号仅限受邀创建。请向企业所有者或本服务的运营方索取邀请链接。";
    }
}
