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
        or: "or", "或";
        organisation: "Short name of your organisation", "企业短名称";
        organisation_hint: "It stands in the address of your connect page: /t/short-name/connect", "即接入页面地址中的名称：/t/短名称/connect";
        feishu: "Sign in with Feishu", "使用飞书登录";
        onward: "On to Feishu", "前往飞书登录";
        onward_lead: "You sign in with the Feishu account that you use at:", "请使用您在以下企业的飞书账号登录：";
        onward_act: "Go on to Feishu", "前往飞书";
        unknown: "No organisation here is called so, or it is not set up for signing in with Feishu yet.", "没有该名称的企业，或其尚未设置飞书登录。";
        no_account: "New here?", "首次使用？";
        sign_up: "Create an account", "创建账号";
        link_title: "Sign in as {name}", "以 {name} 的身份登录";
        link_lead: "This link works once, in this browser.", "此链接仅可在本浏览器使用一次。";
        link_submit: "Open the console", "进入管理后台";
        second_title: "Second factor", "第二因素验证";
        second_lead: "Open your authenticator app and enter the six digits it shows for this service.", "请打开身份验证器应用，输入本服务对应的六位数字。";
        code: "Code", "验证码";
        code_hint: "Lost the app? Enter one of your recovery codes instead.", "无法使用该应用？请输入一个恢复代码。";
        code_wrong: "The code is wrong, or it was used before. Wait for the next one.", "验证码不正确或已被使用，请等待下一个验证码。";
        start_over: "Sign in as somebody else", "使用其他账号登录";
        step_code: "What comes next cannot be taken back easily, so we ask for a code of your authenticator app.", "接下来的操作影响较大，请输入身份验证器应用中的验证码。";
        step_title: "Confirm that it is you", "请确认是您本人";
        step_lead: "What comes next cannot be taken back easily, so we ask for your password again.", "接下来的操作影响较大，请再次输入密码。";
        step_passkey: "What comes next cannot be taken back easily, so we ask for your passkey again.", "接下来的操作影响较大，请再次使用通行密钥。";
        step_no_script: "A passkey needs JavaScript in this browser.", "使用通行密钥需要在浏览器中启用 JavaScript。";
        step_submit: "Confirm", "确认";
        cancel: "Cancel", "取消";
        set_title: "Choose a password", "设置密码";
        new_password: "New password", "新密码";
        again: "The same again", "再次输入";
        rule: "At least 12 characters. A few unrelated words are better than one word with signs.", "至少 12 个字符。几个互不相关的词，比一个夹杂符号的词更安全。";
        set_submit: "Set the password and sign in", "设置密码并登录";
        gone_set: "It was used, or its time is over. Ask for a new one.", "链接已被使用或已过期，请重新获取。";
        short: "The password has fewer than 12 characters.", "密码少于 12 个字符。";
        long: "The password has more than 200 characters.", "密码超过 200 个字符。";
        common: "The password is too easy to guess: it holds a very common one, your address, or few different characters.", "密码过于简单：包含常见密码、您的邮箱，或重复字符过多。";
        differs: "The two passwords differ.", "两次输入的密码不一致。";
        gone_title: "This link no longer works", "此链接已失效";
        gone_lead: "It was used, or its time is over. Sign in with your address and password.", "链接已被使用或已过期，请使用邮箱和密码登录。";
    }
}
