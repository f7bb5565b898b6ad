//! Words of the audit log.

crate::text::catalogue! {
    /// Words of the audit log.
    AuditText {
        lead: "Every call, sign-in and administrative act, newest first. Reading it is recorded too.", "所有调用、登录与管理操作，最新的在前。查看本日志同样会被记录。";
        proof: "Proof and exports", "验证与导出记录";
        keeping: "Retention and streams", "保留与推送";
        filter: "Filter", "筛选";
        apply: "Show", "查看";
        clear: "Clear", "清除";
        who: "Person", "人员";
        who_hint: "Name or id", "姓名或 ID";
        action: "Tool or act", "工具或操作";
        action_hint: "doc_read, or doc_*", "doc_read 或 doc_*";
        client: "Client", "客户端";
        target: "Document", "文档";
        target_hint: "Link or token", "链接或 token";
        kind: "Kind", "类型";
        outcome: "Outcome", "结果";
        channel: "Door", "入口";
        when: "Time", "时间";
        from: "From", "开始";
        to: "To", "结束";
        any: "Any", "不限";
        within_hour: "Last hour", "最近 1 小时";
        within_day: "Last 24 hours", "最近 24 小时";
        within_week: "Last 7 days", "最近 7 天";
        within_month: "Last 30 days", "最近 30 天";
        more: "More filters", "更多筛选";
        everything: "All but look-ups", "除查阅外的全部";
        with_looks: "Everything", "全部";
        calls: "Calls of tools", "工具调用";
        sign_ins: "Sign-ins and access", "登录与授权";
        admin: "Administrative acts", "管理操作";
        looks: "Reading of this log", "查看日志";
        bad: "All that did not go well", "所有未成功";
        ok: "Done", "成功";
        partial: "Done in part", "部分成功";
        invalid: "Wrong arguments", "参数错误";
        denied: "Refused by policy", "被策略拒绝";
        limited: "Limited", "超出限额";
        reauthorize: "Sign-in needed", "需要重新登录";
        upstream: "Feishu failed", "飞书侧失败";
        cancelled: "Cancelled", "已取消";
        failed: "Failed", "失败";
        pending: "Begun, or waits for a person", "已开始或等待确认";
        call: "Call", "调用";
        act: "Admin act", "管理操作";
        intent: "Intent", "意图";
        sign_in: "Sign-in", "登录";
        consent: "Consent", "授权";
        revocation: "Revocation", "撤销";
        feishu_grant: "Feishu sign-in", "飞书凭证";
        look: "Look", "查看";
        newer: "Newer", "较新";
        older: "Older", "较早";
        export_csv: "Export CSV", "导出 CSV";
        export_jsonl: "Export JSONL", "导出 JSONL";
        export_hint: "Exports hold exactly what this filter shows, all pages of it.", "导出内容与当前筛选完全一致，包含所有分页。";
        none: "Nothing has been recorded yet. Calls appear here the moment they end.", "尚无记录。调用结束后会立即显示在这里。";
        looked_to: "Searched only as far as {when}. Go on to search further, or narrow the filter.", "目前只查找到{when}。可继续翻页查找，或缩小筛选范围。";
        none_match: "Nothing matches this filter.", "没有符合筛选条件的记录。";
        nobody: "the platform", "平台";
        place: "Entry {n}", "记录 {n}";
    }
}
