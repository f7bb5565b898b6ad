//! Words of an invitation.

super::catalogue! {
    /// Words of an invitation.
    InviteText {
        title: "You are invited", "您收到一份邀请";
        to_tenant: "{name} invites you to the console of this organisation:", "{name} 邀请您进入以下企业的管理后台：";
        to_platform: "{name} invites you to set up your organisation.", "{name} 邀请您开通您的企业。";
        address: "Address", "邮箱";
        roles: "Roles", "角色";
        your_name: "Your name", "您的姓名";
        password: "Password", "密码";
        again: "The same again", "再次输入";
        rule: "At least 12 characters. A few unrelated words are better than one word with signs.", "至少 12 个字符。几个互不相关的词，比一个夹杂符号的词更安全。";
        submit: "Make the account and go on", "创建账号并继续";
        accept: "Accept", "接受邀请";
        known: "There is an account of this address. Sign in with it, then you come back here.", "该邮箱已有账号。请先登录，之后将回到此页面。";
        sign_in: "Sign in", "登录";
        other: "You are signed in as {name}, and the invitation is for another address. Sign out and open the link again.", "您当前以 {name} 登录，而邀请属于另一个邮箱。请先退出，再重新打开链接。";
        sign_out: "Sign out", "退出登录";
        no_name: "Enter your name.", "请输入姓名。";
        gone_title: "This invitation no longer works", "此邀请已失效";
        gone_lead: "It was used, withdrawn, or its seven days are over. Ask for a new one.", "邀请已被使用、撤回或超过七天有效期，请重新获取。";
    }
}
