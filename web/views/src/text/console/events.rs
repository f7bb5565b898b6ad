//! Words of the page about events.

crate::text::catalogue! {
    /// Words of the page about events.
    EventsText {
        title: "Events", "事件订阅";
        lead: "Feishu tells us at once when somebody leaves, is frozen or moves. Without events that is found out at the next look at the enterprise, at a sign-in or at a refresh.", "人员离职、冻结或调动时，飞书会立即通知。未开启时，将在下一次同步、登录或刷新时得知。";
        back: "Back to the set-up", "返回应用设置";
        state: "State", "状态";
        off: "Events are not taken.", "尚未接收事件。";
        waiting: "Waiting for the first event.", "等待第一个事件。";
        asked: "Feishu checked the address", "飞书已校验请求地址：";
        received: "The last event was received", "最近收到事件：";
        kind: "Last event", "最近的事件";
        refused: "The last request was refused:", "最近一次请求被拒绝：";
        refused_also: "Last refused", "最近一次被拒";
        came: "Received", "已收到";
        came_value: "{n}, nothing to do for {ignored}", "{n} 个，其中 {ignored} 个无需处理";
        refusals: "Refused", "已拒绝";
        since: "Taken since", "开始接收";
        look: "The enterprise is looked at again", "将重新同步企业";
        previous: "The keys before are still accepted for a day, because Feishu repeats what it could not deliver.", "飞书会重发未送达的事件，因此旧密钥在一天内仍被接受。";
        keys_title: "1. Keys", "1. 密钥";
        keys_help: "In the developer console, Events & callbacks, Encryption strategy: set an Encrypt Key, and copy it and the Verification Token here. Both are stored encrypted and never shown again.", "在开发者后台「事件与回调 → 加密策略」设置 Encrypt Key，并将其与 Verification Token 填写到此处。两者加密保存，且不再显示。";
        encrypt_key: "Encrypt Key", "加密密钥（Encrypt Key）";
        encrypt_key_help: "Needed: without it events come unencrypted and unsigned, and are not taken.", "必填：未设置时事件不加密也不签名，不会被接收。";
        token: "Verification Token", "校验令牌（Verification Token）";
        save: "Take events", "开始接收事件";
        change: "Change the keys", "更换密钥";
        url_title: "2. Request URL", "2. 请求地址";
        url_help: "Under Event configuration choose “Send notifications to developer's server” and enter this address. Feishu checks it at once, so save the keys first.", "在「事件配置」选择「将事件发送至开发者服务器」，并填写以下地址。飞书会立即校验，请先保存密钥。";
        list_title: "3. Events", "3. 事件";
        list_help: "Add these events, then publish a version of the app.", "添加以下事件，然后发布应用版本。";
        event: "Event", "事件";
        what: "What follows", "处理";
        user_deleted: "The person's connections, keys and sessions end at once", "立即终止该人员的连接、密钥与会话";
        user_updated: "Who was frozen is cut off; roles follow a new department", "冻结者立即终止；角色随部门变更";
        department: "Everybody's roles are settled anew, a little later", "稍后重新计算所有人的角色";
        scope: "The same: the app sees more people, or fewer", "同上：应用可见范围发生变化";
        app: "The app is checked, and a fault is shown on every page", "检查应用，如有问题在各页面提示";
        stop_title: "Take no more events", "停止接收事件";
        stop_help: "The keys are forgotten. People are looked at every hour, as before.", "密钥将被删除，改为每小时同步。";
        stop: "Stop", "停止";
        copy: "Copy", "复制";
        copied: "Copied", "已复制";
        open_console: "Open in the developer console", "在开发者后台打开";
        fault_encrypt_key: "Enter the Encrypt Key: 8 to 128 characters. Events are not taken without one.", "请填写 Encrypt Key（8 至 128 个字符）。没有它则不接收事件。";
        fault_token: "Enter the Verification Token.", "请填写 Verification Token。";
        done_saved: "Saved. Enter the request URL at Feishu now.", "已保存，请在飞书填写请求地址。";
        done_stopped: "No more events are taken.", "已停止接收事件。";
        why_too_large: "it was too large", "内容过大";
        why_in_the_clear: "it was not encrypted; the app has no Encrypt Key at Feishu", "未加密：该应用在飞书未设置 Encrypt Key";
        why_unsigned: "it was not signed", "未签名";
        why_signature: "the signature does not fit; the Encrypt Key here is another", "签名不符：此处的 Encrypt Key 不一致";
        why_stale: "its time is more than ten minutes from ours", "请求时间与本服务相差超过十分钟";
        why_sealed: "it could not be decrypted; the Encrypt Key here is another", "无法解密：此处的 Encrypt Key 不一致";
        why_unreadable: "it was no event", "内容不是事件";
        why_token: "the Verification Token here is another", "此处的 Verification Token 不一致";
        why_other_app: "it was an event of another app", "来自另一个应用";
        why_other_tenant: "it was an event of another enterprise", "来自另一家企业";
        from_setup: "Events: leavers lose access at once", "事件订阅：离职立即失去访问权限";
    }
}
