//! Words of the hand-over page.

crate::text::catalogue! {
    /// Words of the hand-over page.
    HandoverText {
        title: "Help set up a Feishu app", "协助设置飞书应用";
        asks: "{name} asks you to set up the Feishu app of {organisation}.", "{name} 邀请您设置 {organisation} 的飞书应用。";
        what: "You will see what the app lacks, can enter its credentials and check again. You get no account and no access to anything else.", "您可以查看应用缺少的设置、填写凭证并重新检查；不会获得账号或其他权限。";
        one_browser: "The link works in one browser only. Open it on the computer where you manage the app.", "此链接仅限一个浏览器使用，请在管理应用的电脑上打开。";
        open: "Open here", "在此打开";
        until: "The link ends", "链接失效时间：";
        credentials: "1. Credentials", "1. 凭证";
        redirect: "2. Redirect URL", "2. 重定向 URL";
        permissions: "3. Permissions", "3. 权限";
        publish: "4. Publish, then check", "4. 发布并检查";
        entered: "The credentials are in. Enter the secret again only if it was reset.", "凭证已填写。仅当密钥重置后才需重新填写。";
        thanks: "When everything is ticked you can close this page.", "全部打勾后即可关闭此页面。";
        done_saved: "Feishu accepts the credentials.", "飞书已接受凭证。";
        done_checked: "Checked just now.", "已完成检查。";
        done_busy: "Too many checks. Wait a minute.", "检查过于频繁，请稍候一分钟。";
        done_away: "Feishu could not be reached. Try again.", "无法访问飞书，请重试。";
    }
}
