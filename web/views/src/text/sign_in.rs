//! Words of the console's sign-in.

super::catalogue! {
    /// Words of the console's sign-in.
    SignInText {
        title: "Sign in to the console", "登录管理后台";
        lead: "For admins, auditors and operators.", "供管理员、审计员与平台运营人员使用。";
        email: "E-mail address", "邮箱";
        password: "Password", "密码";
        submit: "Sign in", "登录";
        wrong: "The address or the password is wrong, or the account may not sign in.", "邮箱或密码不正确，或该账号不可登录。";
        slow: "Too many attempts. Wait {n} seconds and try again.", "尝试次数过多，请等待 {n} 秒后再试。";
        employees: "Employees need no account here: they open their organisation's connect page.", "普通员工无需在此登录：请打开企业的接入页面。";
        link_title: "Sign in as {name}", "以 {name} 的身份登录";
        link_lead: "This link works once, in this browser.", "此链接仅可在本浏览器使用一次。";
        link_submit: "Open the console", "进入管理后台";
        gone_title: "This link no longer works", "此链接已失效";
        gone_lead: "It was used, or its time is over. Sign in with your address and password.", "链接已被使用或已过期，请使用邮箱和密码登录。";
    }
}
