//! Words of the usage page.

crate::text::catalogue! {
    /// Words of the usage page.
    UsageText {
        lead: "Who called which tool, from which department. Days and months are counted in UTC.", "按人员、部门与工具查看调用情况。日期与月份按 UTC 统计。";
        period: "Month", "月份";
        rows: "Rows", "行";
        columns: "Columns", "列";
        measure: "Count", "统计";
        show: "Show", "查看";
        person: "Person", "人员";
        department: "Department", "部门";
        tool: "Tool", "工具";
        client: "Client", "客户端";
        nothing: "None", "不分列";
        delivered: "Delivered", "成功交付";
        free: "Free", "免费";
        all: "All calls", "全部调用";
        feishu: "Calls to Feishu", "飞书接口调用";
        total: "Total", "合计";
        others: "Others", "其他";
        nobody: "Nobody known", "未知人员";
        no_department: "No department", "无部门";
        no_tool: "No such tool", "不存在的工具";
        former: "Former member", "已移除的成员";
        csv: "This table (CSV)", "下载此表 (CSV)";
        csv_flat: "Every combination (CSV)", "全部明细 (CSV)";
        events: "Events (CloudEvents)", "用量事件 (CloudEvents)";
        none: "No calls in this month.", "本月暂无调用。";
        filtered: "Only", "仅显示";
        lift: "Remove this filter", "移除此筛选";
        page: "Rows {from} to {to} of {all}", "第 {from} 至 {to} 行，共 {all} 行";
        next: "Next rows", "下一页";
        previous: "Previous rows", "上一页";
        quota: "Included calls", "套餐用量";
        used_of: "{used} of {included} included calls", "已用 {used} 次，套餐含 {included} 次";
        expected: "About {n} by the end of the month", "预计月底约 {n} 次";
        full_on: "At this pace 100 % is reached on {day}.", "按当前速度将在 {day} 达到 100%。";
        full_was: "100 % was reached on {day}.", "已于 {day} 达到 100%。";
        not_full: "At this pace the month stays below 100 %.", "按当前速度本月不会达到 100%。";
        forecast_how: "How this is forecast: each day to come counts like the mean of the same weekday in the past four weeks.", "预测方法：未来每一天按过去四周同一星期几的平均值计算。";
        capped: "Your cap stops calls at {n} a month.", "您设置的上限为每月 {n} 次，达到后停止调用。";
        stops: "On this plan calls stop at 100 %.", "当前套餐达到 100% 后停止调用。";
        goes_on: "Beyond 100 % each call costs {price}.", "超出 100% 后每次调用 {price}。";
        charts: "Charts", "图表";
        per_day: "Calls per day", "每日调用";
        per_day_of: "Calls per day: {name}", "每日调用：{name}";
        per_tool: "Calls per tool", "按工具统计";
        per_person: "Calls per person", "按人员统计";
        per_client: "Calls per client", "按客户端统计";
        per_department: "Calls per department", "按部门统计";
        day: "Day", "日期";
        busiest: "{delivered} delivered and {free} free calls; most on {name}.", "成功交付 {delivered} 次，免费 {free} 次；最多的是 {name}。";
        no_bars: "No calls.", "没有调用。";
        as_table: "The same as a table", "以表格查看";
        why_free: "What is free", "哪些调用免费";
        why_free_lead: "Only delivered calls are counted towards the plan. All others cost nothing:", "只有成功交付的调用计入套餐，其余均不收费：";
        free_denied: "Refused by policy", "被策略拒绝";
        free_limited: "Refused by a limit or the quota", "超出限额或配额";
        free_upstream: "Feishu refused or failed", "飞书拒绝或失败";
        free_failed: "The platform failed", "平台自身故障";
        free_reauthorize: "A Feishu sign-in or scope was missing", "缺少飞书登录或权限";
        free_invalid: "Wrong arguments", "参数错误";
        free_cancelled: "Cancelled by the caller", "调用方取消";
        calls: "Calls", "调用次数";
        price: "Price", "价格";
        nothing_due: "Free", "免费";
        counted: "Delivered: counts towards the plan", "成功交付：计入套餐";
        included_or_overage: "Included, then overage", "先计入套餐，超出后计费";
        warn_80: "{percent} % of this month's calls are used up.", "本月用量已达 {percent}%。";
        warn_100: "All included calls of this month are used up.", "本月套餐用量已用完。";
        warn_stopped: "All calls of this month are used up: further calls are refused until the month ends.", "本月调用次数已用完：月底之前的后续调用将被拒绝。";
        see_billing: "Plan and billing", "套餐与账单";
    }
}
