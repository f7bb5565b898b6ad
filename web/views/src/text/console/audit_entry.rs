//! Words of one entry.

crate::text::catalogue! {
    /// Words of one entry.
    AuditEntryText {
        title: "Entry {n}", "记录 {n}";
        back: "Back to the log", "返回日志";
        how: "How it came about", "来龙去脉";
        change: "Change of the rules", "规则变更";
        no_change: "The rules of this version were not changed in the console, or the change is no longer kept.", "该版本规则未在后台变更过，或变更记录已不再保留。";
        policy: "Rules in force", "生效规则";
        version: "version {n}", "版本 {n}";
        decision: "Decision", "决策";
        allowed: "Allowed", "允许";
        refused: "Refused: {why}", "拒绝：{why}";
        why: "Why?", "原因？";
        begun: "What was announced before it ran", "执行前的记录";
        ended: "How it ended", "最终结果";
        feishu: "Feishu log id", "飞书日志 ID";
        feishu_hint: "Name it to Feishu's support.", "可提供给飞书支持团队。";
        facts: "Facts", "详细信息";
        at: "When", "时间";
        who: "Person", "人员";
        client: "Client", "客户端";
        door: "Door", "入口";
        target: "On", "对象";
        effect: "Effect", "影响";
        fault: "Fault", "错误";
        upstream: "Calls to Feishu", "飞书调用数";
        duration: "Duration", "耗时";
        id: "Entry id", "记录 ID";
        changed: "What changed", "变更内容";
        field: "Field", "字段";
        before: "Before", "变更前";
        after: "After", "变更后";
        no_difference: "Nothing differs.", "没有差异。";
        detail: "Arguments, redacted", "参数（已脱敏）";
        chain: "Place in the chain", "链上位置";
        prev: "Hash before", "前一哈希";
        hash: "Hash of this entry", "本记录哈希";
        holds: "The entry is what was written.", "本记录与写入时一致。";
        broken: "The entry is not what was written: its hash does not fit.", "本记录与写入时不一致：哈希不匹配。";
        nobody: "the platform", "平台";
    }
}
