//! Words of the continue page.

super::catalogue! {
    /// Words of the continue page.
    ProceedText {
        title: "Connected", "已连接";
        title_denied: "Not connected", "未连接";
        lead: "Going back to {client} …", "正在返回 {client}……";
        lead_denied: "You chose not to give access. Going back to {client} …", "您没有授予权限。正在返回 {client}……";
        open: "Go back to {client}", "返回 {client}";
        help: "If nothing happens, use the button. Your browser may ask whether to open the application. Afterwards you can close this page.", "如果没有反应，请点击按钮。浏览器可能会询问是否打开该应用。完成后即可关闭本页。";
    }
}
