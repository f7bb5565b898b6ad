//! Words of the frame.

super::catalogue! {
    /// Words of the frame.
    ShellText {
        product: "Feishu MCP", "飞书 MCP";
        skip: "Skip to content", "跳到主要内容";
        switch: "中文", "English";
        sign_out: "Sign out", "退出登录";
        own: "Your account", "我的账号";
        footer: "Governed access to Feishu and Lark for AI clients.", "让 AI 客户端以受控方式访问飞书与 Lark。";
    }
}
