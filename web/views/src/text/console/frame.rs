//! Words of the console's frame.

crate::text::catalogue! {
    /// Words of the console's frame.
    FrameText {
        navigation: "Console navigation", "管理后台导航";
        menu: "Menu", "菜单";
        switch: "Switch organisation", "切换企业";
        access: "Access", "访问";
        insight: "Insight", "洞察";
        organisation: "Organisation", "企业";
        overview: "Overview", "概览";
        setup: "Feishu app", "飞书应用";
        roles: "Roles", "角色";
        policy: "Access policy", "访问策略";
        connections: "Connections", "连接";
        audit: "Audit log", "审计日志";
        usage: "Usage", "用量";
        billing: "Plan and billing", "套餐与账单";
        people: "Console access", "后台成员";
        settings: "Settings", "设置";
        rules: "Automation", "自动化";
        developer: "Developer", "开发者";
    }
}
