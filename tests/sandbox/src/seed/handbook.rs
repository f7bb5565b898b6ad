//! The long document: a handbook with one chapter per service.

use std::fmt::Write as _;

/// Name, what it does, team, language, port.
const SERVICES: &[(&str, &str, &str, &str, u16)] = &[
    (
        "gateway",
        "统一入口:鉴权、限流、路由",
        "接入组",
        "Rust",
        8080,
    ),
    ("identity", "账号、登录、组织架构同步", "账号组", "Go", 8101),
    ("billing", "计费、账单、发票", "商业化组", "Java", 8112),
    ("payments", "支付渠道与对账", "商业化组", "Java", 8113),
    ("notify", "短信、邮件、飞书消息", "触达组", "Go", 8124),
    ("search", "全文与向量检索", "数据组", "Rust", 8135),
    ("storage", "对象存储与签名下载", "基础设施组", "Go", 8140),
    ("workflow", "审批与自动化流程", "协作组", "TypeScript", 8151),
    ("reports", "报表与导出", "数据组", "Python", 8166),
    (
        "scheduler",
        "定时任务与延迟队列",
        "基础设施组",
        "Rust",
        8170,
    ),
    ("audit", "操作审计与留存", "安全组", "Go", 8181),
    ("console", "管理后台", "协作组", "TypeScript", 8190),
];

/// The handbook's source.
pub(crate) fn source() -> String {
    let mut out = String::from(
        "本手册描述极光平台的全部服务。改动任何接口之前,请先阅读对应章节,并在评审中 @{lin.wei}。\n\n\
         :::callout pushpin 4\n每章结构相同:职责、接口、依赖、容量、排障。\n:::end\n\n",
    );
    for (number, (name, purpose, team, language, port)) in SERVICES.iter().enumerate() {
        let chapter = number + 1;
        let _ = write!(
            out,
            "# {chapter}. {name} 服务\n\n\
             **职责**:{purpose}。由{team}维护,使用 {language} 编写,监听端口 `{port}`。\n\n\
             ## {chapter}.1 接口\n\n\
             | 方法 | 路径 | 说明 |\n|---|---|---|\n\
             | GET | `/v1/{name}/items` | 列表,分页,每页最多 200 条 |\n\
             | POST | `/v1/{name}/items` | 创建,需要幂等键 |\n\
             | DELETE | `/v1/{name}/items/:id` | 删除,进入回收站 30 天 |\n\n\
             ## {chapter}.2 依赖\n\n\
             - 上游\n  - gateway:所有外部流量\n  - scheduler:定时触发\n\
             - 下游\n  - PostgreSQL `{name}_prod`,两地三副本\n  - Redis 集群,键前缀 `{name}:`\n\n\
             ## {chapter}.3 容量\n\n\
             目标可用性 99.9{}%,单实例 {} QPS;所需实例数 $n = \\lceil Q / {} \\rceil + 1$。\n\n\
             ```yaml\nservice: {name}\nport: {port}\nreplicas: {}\nresources:\n  cpu: 2\n  memory: 4Gi\n```\n\n\
             ## {chapter}.4 排障\n\n\
             1. 查看仪表盘 {name}-overview 的错误率与延迟\n\
             2. 检查最近一次发布,必要时回滚\n\
             3. 升级:值班 15 分钟内无法恢复则电话通知 @{{chen.yu}}\n\n\
             - [{}] 告警阈值本季度已复核\n- [ ] 演练记录已归档\n\n\
             > 经验:先恢复服务,再寻找根因。\n\n---\n\n",
            number % 9,
            400 + number * 50,
            400 + number * 50,
            3 + number % 4,
            if number % 2 == 0 { "x" } else { " " },
        );
    }
    out.push_str("# 附录 A. Glossary\n\n");
    for (term, meaning) in [
        ("SLO", "service level objective, the promise a team makes"),
        ("RTO", "recovery time objective"),
        ("RPO", "recovery point objective"),
        ("幂等键", "同一个键的重复请求只生效一次"),
        ("灰度", "先对小部分流量生效的发布方式"),
        ("回收站", "删除后保留 30 天,可恢复"),
    ] {
        let _ = writeln!(out, "- **{term}**:{meaning}");
    }
    out
}
