//! Words of the connections of a tenant.

crate::text::catalogue! {
    /// Words of the connections of a tenant.
    ConnectionsText {
        lead: "Every AI client and key that acts for your people. Ending one takes effect at once, also on open streams.", "代表员工访问飞书的所有 AI 客户端与密钥。断开后立即生效，正在进行的会话也会中止。";
        clients: "AI clients", "AI 客户端";
        keys: "API keys", "API 密钥";
        none: "No AI client is connected yet. Share the connect page with your people.", "尚无 AI 客户端接入，请将接入页面分享给员工。";
        none_match: "Nothing matches.", "没有符合条件的连接。";
        no_keys: "No API key is in use.", "没有使用中的 API 密钥。";
        select: "Select", "选择";
        client: "Client", "客户端";
        person: "Person", "人员";
        access: "Access", "权限";
        read: "Read", "只读";
        write: "Read and write", "读写";
        verified: "Verified: {host}", "已验证：{host}";
        declared: "Name as the client gives it", "客户端自称的名称";
        connected: "Connected", "接入时间";
        used: "Last used", "最近使用";
        never: "not yet", "未使用";
        expires: "Ends", "到期";
        key: "Key", "密钥";
        end_selected: "End the selected", "断开所选";
        end_all: "End all that match…", "断开全部符合条件的连接…";
        nothing: "Select at least one connection.", "请至少选择一个连接。";
        ended: "{n} ended.", "已断开 {n} 个连接。";
        older: "Older", "更早";
        filtered: "Only {name}", "仅 {name}";
        clear: "Show all", "显示全部";
        sure_title: "End {n} connections?", "断开 {n} 个连接？";
        sure_lead: "These people must connect their AI clients again. Documents and Feishu sign-ins stay as they are.", "相关人员需要重新接入 AI 客户端，文档与飞书登录不受影响。";
        sure: "End them", "确认断开";
        cancel: "Cancel", "取消";
        people: "People", "人员";
        stops: "Switches", "开关";
    }
}
