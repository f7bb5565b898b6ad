//! Words of the overview.

crate::text::catalogue! {
    /// Words of the overview.
    OverviewText {
        lead: "What your AI clients did with Feishu, and what needs you.", "AI 客户端在飞书中的活动与待处理事项。";
        calls_today: "Calls today", "今日调用";
        calls_month: "Calls this month", "本月调用";
        of_included: "of {n} included", "套餐含 {n} 次";
        no_ceiling: "no ceiling", "不限量";
        people: "People", "人员";
        people_hint: "signed in through Feishu", "已通过飞书登录";
        connections: "Connections", "连接";
        connections_hint: "AI clients and keys in use", "使用中的 AI 客户端与密钥";
        peak: "Calls of the last {days} days; the most in one day: {n}", "最近 {days} 天的调用，单日最高 {n} 次";
        trend: "Last 30 days", "最近 30 天";
        of_quota: "Used of the included calls", "套餐内次数的使用情况";
        start: "Get your organisation going", "开始使用";
        progress: "{n} of 4 done", "已完成 {n}/4";
        done: "done", "已完成";
        open_step: "to do", "待完成";
        step_app: "Connect your Feishu app", "接入飞书应用";
        step_app_lead: "Paste its App ID and secret. We check it live and tell you what is missing.", "填写 App ID 与 App Secret，平台会实时检测并告诉您还缺什么。";
        step_person: "Sign in with Feishu", "使用飞书登录";
        step_person_lead: "The first sign-in proves that the app works from end to end.", "首次登录成功，即说明应用已全线打通。";
        step_client: "Connect an AI client", "连接 AI 客户端";
        step_client_lead: "One click for Cursor, VS Code and Claude Code; one address for all others.", "Cursor、VS Code、Claude Code 一键接入，其他客户端填写一个地址即可。";
        step_call: "Make the first call", "完成首次调用";
        step_call_lead: "Ask your client to read a Feishu document. The call appears in the audit log.", "让客户端读取一篇飞书文档，该调用会立即出现在审计日志中。";
        go_app: "Set up", "去配置";
        go_connect: "Open", "打开";
        all_entries: "Audit log", "审计日志";
        none_lead: "Refused, limited and failed calls appear here within seconds.", "被拒绝、超出限额或失败的调用会在数秒内显示在这里。";
        copy: "Copy", "复制";
        copied: "Copied", "已复制";
        latest: "Latest refused or failed calls", "最近被拒绝或失败的调用";
        none: "All calls went well", "一切正常";
        when: "When", "时间";
        who: "Who", "人员";
        what: "Tool", "工具";
        outcome: "Outcome", "结果";
        share: "Share the connect page", "分享接入页面";
        share_hint: "Employees open it, choose their AI client and sign in with Feishu once.", "员工打开此页面，选择 AI 客户端，使用飞书登录一次即可。";
        open: "Open it", "打开页面";
        unknown: "unknown", "未知";
        denied: "Refused by policy", "被策略拒绝";
        limited: "Limited", "超出限额";
        upstream: "Feishu failed", "飞书侧失败";
        failed: "Failed", "失败";
        reauthorize: "Sign-in needed", "需要重新登录";
        invalid: "Wrong arguments", "参数错误";
    }
}
