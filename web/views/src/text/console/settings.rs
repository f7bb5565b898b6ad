//! Words of the settings.

crate::text::catalogue! {
    /// Words of the settings.
    SettingsText {
        lead: "What the organisation is called, how fast calls may come, and where its data goes.", "企业名称、调用频率与数据去向。";
        saved: "Saved.", "已保存。";
        limits_saved: "The new limits are in force.", "新的限制已生效。";
        stale: "Somebody else changed this meanwhile. Look at it and save again.", "其他管理员刚刚修改了此处，请核对后重新保存。";
        organisation: "Organisation", "企业信息";
        name: "Name", "名称";
        name_hint: "Shown to employees on sign-in and consent pages.", "显示在员工的登录与授权页面上。";
        bad_name: "Enter a name of 1 to 80 characters.", "请输入 1 至 80 个字符的名称。";
        language: "Language", "语言";
        language_hint: "For errors and pages where the reader's own language is not known.", "无法得知读者语言时，错误信息与页面使用该语言。";
        short: "Short name", "短名称";
        short_hint: "Part of every client's address; it cannot change.", "包含在每个客户端的地址中，不可更改。";
        platform: "Platform", "平台";
        made: "Since", "创建于";
        save: "Save", "保存";
        limits: "Call rates", "调用频率";
        limits_hint: "A number of calls may come at once; after that they come at the steady rate. A call beyond it is refused with the time to wait, and is free. Your plan ({name}) sets how high you can go.", "允许短时间内连续调用若干次，之后按稳定频率放行。超出的调用会被拒绝并告知等待时间，且不计费。上限由套餐（{name}）决定。";
        member_burst: "Person: at once", "每人：连续次数";
        member_minute: "Person: a minute", "每人：每分钟";
        tenant_burst: "All: at once", "全企业：连续次数";
        tenant_minute: "All: a minute", "全企业：每分钟";
        most: "1 to {n}", "1 至 {n}";
        bad_rate: "Enter a whole number from 1 to {n}.", "请输入 1 至 {n} 的整数。";
        now_title: "In use now", "当前使用";
        now_minute: "Calls in the last minute", "最近一分钟调用";
        now_busiest: "Most by one person", "单人最多";
        now_refused: "Refused by a limit in 24 hours", "24 小时内因限制被拒";
        elsewhere: "Set elsewhere", "其他设置";
        go_app: "Feishu app and its secret", "飞书应用与密钥";
        go_app_hint: "Change the App Secret without a failed call, or move to another app.", "更换 App Secret 而不中断调用，或改用另一个应用。";
        go_keeping: "Retention and streams", "日志保留与推送";
        go_keeping_hint: "How long the audit log is kept, and which systems receive it.", "审计日志的保留时间与接收系统。";
        go_cap: "Monthly cap", "每月上限";
        go_cap_hint: "Where a month stops, whatever the plan.", "无论套餐如何，达到后当月停止。";
        go_switches: "Switches", "开关";
        data: "Your data", "您的数据";
        data_hint: "Export everything of the organisation, or give it up. Only owners can.", "导出企业全部数据，或注销企业。仅所有者可操作。";
        go_data: "Export or erase", "导出或注销";
        go_switches_hint: "Stop writing, single tools or clients at once.", "立即停止写入、某个工具或客户端。";
    }
}
