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
        ended: "That browser is signed out.", "该浏览器已退出登录。";
        ended_others: "Every other browser is signed out.", "其他浏览器均已退出登录。";
        changed: "The password is changed, and every other browser is signed out.", "密码已修改，其他浏览器均已退出登录。";
        gone: "That session had ended already.", "该会话此前已结束。";
    }
}
