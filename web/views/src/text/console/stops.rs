//! Words of the switches that stop things.

crate::text::catalogue! {
    /// Words of the switches that stop things.
    StopsText {
        title: "Switches", "开关";
        lead: "For when something must stop now. A switch reaches every server within seconds, also open streams.", "需要立即叫停时使用。数秒内在所有服务节点生效，正在进行的会话也不例外。";
        writing: "Writing", "写入";
        writing_lead: "Off: tools read as before, and nobody creates or changes anything through this platform.", "关闭后：工具仍可读取，但任何人都不能通过本平台创建或修改内容。";
        confirming: "Agreement on the page only", "仅在网页上确认";
        confirming_lead: "Deleting and sharing outside needs a person's agreement. Off: an AI client that can ask may bring the answer. On: only the signed-in member's own page counts.", "删除内容和对外共享须经本人确认。关闭时：支持提问的 AI 客户端可代为传达答复；开启后：仅以成员登录后在网页上的答复为准。";
        tools: "Tools", "工具";
        tools_lead: "A tool that is off disappears from every client's list, and calls of it are refused.", "关闭的工具会从所有客户端的工具列表中消失，对其调用会被拒绝。";
        clients: "AI clients", "AI 客户端";
        clients_lead: "A stopped client may stay connected, but every call of it is refused.", "被停用的客户端仍保持连接，但其所有调用都会被拒绝。";
        no_clients: "No client is connected.", "没有已接入的客户端。";
        save: "Apply", "应用";
        saved: "Applied on every server.", "已在所有服务节点生效。";
        same: "Nothing was changed.", "没有变化。";
        conflict: "Somebody else changed the rules in the meantime. This is how they stand now; choose again.", "规则已被他人修改。以下为当前状态，请重新选择。";
    }
}
