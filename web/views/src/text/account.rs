//! Words of one's own account.

super::catalogue! {
    /// Words of one's own account.
    AccountText {
        title: "Your account", "您的账号";
        console: "To the console", "进入管理后台";
        profile: "Profile", "基本信息";
        name: "Name", "姓名";
        name_hint: "Shown to colleagues and in the audit log.", "显示给同事，并记录在审计日志中。";
        name_fault: "A name has 1 to 80 characters.", "姓名须为 1 至 80 个字符。";
        language: "Language", "语言";
        save: "Save", "保存";
        saved: "Saved.", "已保存。";
        sessions: "Where you are signed in", "登录设备";
        sessions_lead: "A browser stays signed in for twelve hours. What you end here is out with its next click.", "每个浏览器最多保持登录 12 小时。在此结束的会话立即失效。";
        browser: "Browser", "浏览器";
        address: "Address", "地址";
        started: "Signed in", "登录时间";
        seen: "Last used", "最近使用";
        here: "this browser", "当前浏览器";
        unknown: "unknown", "未知";
        end: "Sign out", "退出登录";
        end_others: "Sign out everywhere else", "退出其他所有会话";
        password: "Password", "密码";
        password_lead: "Changing it signs out every other browser.", "修改密码将退出其他所有浏览器。";
        old: "Current password", "当前密码";
        new: "New password", "新密码";
        again: "The same again", "再次输入";
        rule: "At least 12 characters. A few unrelated words are better than one word with signs.", "至少 12 个字符。几个互不相关的词，比一个夹杂符号的词更安全。";
        change: "Change the password", "修改密码";
        wrong: "The current password is wrong.", "当前密码不正确。";
        slow: "Too many attempts. Wait a minute and try again.", "尝试次数过多，请稍后再试。";
        factor: "Second factor", "第二因素";
        factor_lead: "A code from an app on your phone, asked for after the password. Whoever learns your password still cannot come in.", "登录时在密码之后输入手机应用中的验证码。即使密码泄露，他人也无法登录。";
        factor_set: "Set it up", "立即设置";
        factor_on: "On", "已启用";
        factor_since: "since", "启用于";
        factor_off: "Take it away", "停用";
        factor_gone: "The second factor was taken away.", "第二因素已停用。";
        codes_left: "{n} recovery codes are left.", "剩余 {n} 个恢复代码。";
        codes_few: "Only {n} of your recovery codes are left: make new ones soon.", "仅剩 {n} 个恢复代码，请尽快重新生成。";
        codes_none: "No recovery code is left: make new ones now.", "恢复代码已用完，请立即重新生成。";
        codes_renew: "Make new recovery codes", "重新生成恢复代码";
        factor_title: "Set up the second factor", "设置第二因素";
        factor_asked: "This console asks for a second factor. It takes a minute. Signing in with a passkey counts too: add one on your account page.", "进入此后台需要第二因素，设置约需一分钟。使用通行密钥登录同样有效，可在账号页面添加。";
        factor_app: "Install an authenticator app", "安装身份验证器应用";
        factor_app_hint: "Any will do: the one of your password manager, Google Authenticator, Microsoft Authenticator, 1Password …", "任意一款均可：密码管理器自带的、Google Authenticator、Microsoft Authenticator、1Password 等。";
        factor_scan: "Scan this code with it", "用该应用扫描二维码";
        factor_qr: "Code to scan with an authenticator app", "供身份验证器应用扫描的二维码";
        factor_type: "On this very phone, or without a camera: copy this key into the app.", "若正在使用该手机或无法扫码：请将此密钥复制到应用中。";
        factor_enter: "Enter the six digits that it shows", "输入应用显示的六位数字";
        factor_confirm: "Turn it on", "启用";
        codes_title: "Keep these recovery codes", "请保存恢复代码";
        codes_lead: "They are shown once. Each lets you in once when your app is lost; keep them in a password manager, or on paper in a safe place.", "仅显示一次。无法使用应用时，每个代码可登录一次。请存入密码管理器，或打印后妥善保管。";
        codes_kept: "I have kept them", "我已保存";
        copy: "Copy", "复制";
        copied: "Copied", "已复制";
        ended: "That browser is signed out.", "该浏览器已退出登录。";
        ended_others: "Every other browser is signed out.", "其他浏览器均已退出登录。";
        changed: "The password is changed, and every other browser is signed out.", "密码已修改，其他浏览器均已退出登录。";
        gone: "That session had ended already.", "该会话此前已结束。";
    }
}
