//! Words of the overview.

crate::text::catalogue! {
    /// Words of the overview.
    OverviewText {
        lead: "What your AI clients did with Feishu, and what needs you.", "AI 客户端在飞书中的活动，以及需要您处理的事项。";
        calls_today: "Calls today", "今日调用";
        calls_month: "Calls this month", "本月调用";
        of_included: "of {n} included", "套餐含 {n} 次";
        no_ceiling: "no ceiling", "不限量";
        people: "People", "人员";
        people_hint: "signed in through Feishu", "已通过飞书登录";
        connections: "Connections", "连接";
        connections_hint: "AI clients and keys in use", "使用中的 AI 客户端与密钥";
        latest: "Latest refused or failed calls", "最近被拒绝或失败的调用";
        none: "Nothing was refused and nothing failed lately.", "近期没有被拒绝或失败的调用。";
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
