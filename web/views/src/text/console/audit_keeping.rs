//! Words of retention and streams.

crate::text::catalogue! {
    /// Words of retention and streams.
    AuditKeepingText {
        title: "Retention and streams", "保留与推送";
        back: "Back to the log", "返回日志";
        retention: "Retention", "保留期";
        retention_hint: "Older entries are let go, never those of this and the last month, from which bills are made. A signed record of what was let go stays in the chain.", "超过保留期的记录会被删除；本月与上月的记录用于计费，始终保留。删除会在链上留下签名记录。";
        days: "Days, 30 to 1095", "天数（30 至 1095）";
        hold: "Legal hold", "法律保全";
        hold_hint: "Nothing is let go while it is on; the database itself refuses.", "开启期间不删除任何记录，由数据库强制执行。";
        save: "Save", "保存";
        saved: "Saved.", "已保存。";
        stale: "Somebody else changed these settings meanwhile. Look at them and save again.", "其他管理员刚刚修改了设置，请核对后重新保存。";
        bad_days: "Choose 30 to 1095 days.", "请填写 30 至 1095 天。";
        streams: "Streams", "推送";
        streams_hint: "New entries are sent on as they are written, at least once; a receiver tells repeats by the id of the event.", "新记录写入后即推送，至少送达一次；接收方可按事件 ID 去重。";
        no_streams: "Nothing is sent anywhere.", "尚未配置推送。";
        name: "Name", "名称";
        kind: "Form", "格式";
        url: "Address (https)", "地址（https）";
        secret: "Secret", "密钥";
        secret_hint: "Webhook: key of the HMAC-SHA256 signature, at least 16 characters. OTLP: bearer token, or empty.", "Webhook：HMAC-SHA256 签名密钥，至少 16 个字符；OTLP：Bearer 令牌，可留空。";
        webhook: "Webhook (JSON)", "Webhook 回调（JSON）";
        otlp: "OTLP/HTTP logs", "OTLP/HTTP 日志";
        add: "Add a stream", "添加推送";
        added: "The stream begins with the next entry.", "推送将从下一条记录开始。";
        bad_stream: "A stream needs a name, an https address and, for a webhook, a secret of at least 16 characters.", "推送需要名称、https 地址；Webhook 还需至少 16 个字符的密钥。";
        state: "State", "状态";
        fine: "up to date", "已同步";
        behind: "{n} entries behind", "落后 {n} 条";
        failing: "failing, attempt {n}", "失败中，第 {n} 次尝试";
        off: "off", "已停用";
        given_up: "{n} entries given up", "放弃 {n} 条";
        on_again: "Switch on", "启用";
        switch_off: "Switch off", "停用";
        send_again: "Send again", "重新发送";
        remove: "Remove", "移除";
        done: "Done.", "已完成。";
    }
}
