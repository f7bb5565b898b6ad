//! Words of the page with a member's connections and keys.

super::catalogue! {
    /// Words of the page with a member's connections and keys.
    ConnectionsText {
        title: "Your connections", "我的连接";
        lead: "Clients that work in {organisation} in your name. Ending one takes effect within seconds, also on work in progress.", "以您的名义在“{organisation}”中工作的客户端。断开后数秒内生效，正在进行的操作也会停止。";
        back: "Connect another client", "连接其他客户端";
        waiting: "Waiting for your answer", "等待您的确认";
        waiting_help: "These calls do nothing until you agree. What you did not ask for, decline.", "在您同意之前，这些调用不会执行任何操作。不是您要求的，请拒绝。";
        waiting_question: "What is asked", "请求内容";
        waiting_answer: "Look and answer", "查看并答复";
        clients: "Connected clients", "已连接的客户端";
        client: "Client", "客户端";
        access: "Access", "权限";
        used: "Last used", "上次使用";
        created: "Approved", "授权时间";
        action: "Action", "操作";
        read: "Read", "读取";
        write: "Read and write", "读取和写入";
        never: "Never", "从未";
        verified: "Verified: {host}", "已验证：{host}";
        unverified: "Unverified", "未验证";
        end: "End", "断开";
        end_named: "End {name}", "断开 {name}";
        key_end: "Revoke", "停用";
        key_end_named: "Revoke {name}", "停用 {name}";
        none: "No client is connected in your name.", "没有以您的名义连接的客户端。";
        end_all: "End all …", "全部断开……";
        end_all_help: "Every client has to be approved again. API keys stay.", "所有客户端都需要重新授权，API 密钥不受影响。";
        end_all_sure: "Yes, end all connections", "确认断开全部连接";
        keys: "API keys", "API 密钥";
        keys_help: "For scripts and clients that cannot sign in. A key works in your name: treat it like a password.", "用于脚本和无法登录的客户端。密钥以您的名义工作，请像密码一样妥善保管。";
        key_name: "Name", "名称";
        key_name_help: "What it is for, such as “nightly report”.", "用途说明，例如“每日报表”。";
        key_days: "Valid for", "有效期";
        days: "{n} days", "{n} 天";
        key_expires: "Ends", "到期时间";
        key_made: "Made", "创建时间";
        key_write: "Also allow writing", "同时允许写入";
        key_write_help: "Without it the key can only read.", "不勾选时密钥只能读取。";
        key_make: "Make a key", "创建密钥";
        key_none: "You have no API keys.", "您还没有 API 密钥。";
        fresh: "Your new key “{name}”", "您的新密钥“{name}”";
        fresh_help: "Copy it now: it is not shown again and cannot be recovered.", "请立即复制：它不会再次显示，也无法找回。";
        fresh_use: "Send it as a header to {address}", "将其作为请求头发送至 {address}";
        copy: "Copy", "复制";
        copied: "Copied", "已复制";
        done_connection: "The connection was ended.", "连接已断开。";
        done_all: "All connections were ended.", "全部连接已断开。";
        done_key: "The key was revoked.", "密钥已停用。";
        fault_name: "Give the key a name of at most {max} characters.", "请为密钥填写名称，最多 {max} 个字符。";
        fault_lifetime: "Choose one of the offered lifetimes.", "请选择列出的有效期之一。";
        fault_too_many: "You have as many keys as are allowed. Revoke one that you do not need.", "您的密钥数量已达上限，请先停用不需要的密钥。";
    }
}
