//! A document as people write them every year: five chapters of six sections, in two languages.

use std::fmt::Write as _;

/// A chapter and its five sections below: title, text, and what else it holds.
type Chapter = (
    &'static str,
    &'static str,
    [(&'static str, &'static str, Extra); 5],
);

/// What a section holds besides its text.
#[derive(Debug, Clone, Copy)]
enum Extra {
    Nothing,
    Table,
    Todos,
    Image,
    Callout,
    Code,
}

const CHAPTERS: [Chapter; 5] = [
    (
        "1. Where we stand",
        "The year ended with 1,240 paying organisations and a net revenue retention of 112 %. \
         Growth came from existing customers rather than from new ones, which makes us less \
         dependent on campaigns. It also hides how slowly new teams become active.",
        [
            (
                "1.1 Customers",
                "Mid-sized companies of 200 to 2,000 seats make up 61 % of revenue. The retention of teams \
                 after 90 days rose from 71 to 78 %. Two of the ten largest customers have asked for \
                 contracts of three years.",
                Extra::Table,
            ),
            (
                "1.2 产品使用情况",
                "日活跃席位占付费席位的 64%,文档与多维表格是使用最多的两个入口。移动端占比首次超过 40%,\
                 但移动端编辑的完成率仍低于桌面端 18 个百分点。",
                Extra::Image,
            ),
            (
                "1.3 Reliability",
                "Availability was 99.95 %, with two incidents above thirty minutes. Both were caused by \
                 changes of configuration that no test had seen. The review of the second one led to \
                 staged configuration, which is now the default.",
                Extra::Nothing,
            ),
            (
                "1.4 Team",
                "We are 84 people in four places. The platform group is still short of two senior \
                 engineers, and the time from offer to start has grown to eleven weeks.",
                Extra::Nothing,
            ),
            (
                "1.5 经验教训",
                "上半年同时推进的项目过多,平均每个小组并行 4.2 个项目,导致承诺的交付推迟。\
                 下半年限制为两个之后,按期率从 55% 提升到 83%。",
                Extra::Callout,
            ),
        ],
    ),
    (
        "2. 市场与客户",
        "客户的采购决策正在从单个工具转向整套协作平台。安全与合规在评分表中的权重两年内翻了一倍,\
         而价格的权重基本没有变化。",
        [
            (
                "2.1 Segments",
                "We serve three segments: software companies, manufacturing, and services. \
                 Manufacturing grows fastest and asks for offline use on the shop floor. Services pay \
                 the most per seat and leave soonest.",
                Extra::Table,
            ),
            (
                "2.2 Competitors",
                "Three competitors have announced assistants that read and write documents. None of \
                 them keeps a record of what an assistant did in whose name. Our lead in governance is \
                 about three quarters.",
                Extra::Nothing,
            ),
            (
                "2.3 客户声音",
                "访谈了 38 家客户。最常被提到的三点是:权限难以解释、搜索找不到旧文档、外部协作流程太长。\
                 超过一半的客户希望在合同中写明数据驻留的位置。",
                Extra::Nothing,
            ),
            (
                "2.4 Pricing",
                "List prices stay as they are. The bundle of documents and bases gets a yearly discount of \
                 15 %, and seats that only read become free. Finance expects the change to be neutral after \
                 two quarters.",
                Extra::Table,
            ),
            (
                "2.5 渠道",
                "合作伙伴贡献了 27% 的新签金额,主要来自华东与东南亚。明年将合作伙伴分为两级,\
                 并为一级伙伴提供联合实施团队。",
                Extra::Nothing,
            ),
        ],
    ),
    (
        "3. Goals for the year",
        "We set three goals and say what we will not do. Each goal has one owner and one measure, and \
         is looked at on the first Tuesday of every month.",
        [
            (
                "3.1 Activation",
                "A new team should reach its first shared document within one day. Today it takes a median of \
                 four days. The owner is the growth group; the measure is the share of teams active in week two.",
                Extra::Todos,
            ),
            (
                "3.2 AI 助手",
                "助手只以用户本人的身份工作,所有读写都有记录,管理员可以随时停用。第一季度覆盖文档,\
                 第二季度覆盖表格与多维表格。",
                Extra::Callout,
            ),
            (
                "3.3 Trust",
                "Every customer can see who or what opened a document. We finish the second certification \
                 and publish the results of the penetration test. Support answers security questions within \
                 one working day.",
                Extra::Todos,
            ),
            (
                "3.4 What we will not do",
                "No chat of our own, no marketplace, and no version on premises. Each has been asked for; none \
                 of them would make the three goals easier.",
                Extra::Nothing,
            ),
            (
                "3.5 衡量方式",
                "所有指标来自同一张表,由数据组每周一更新。口径变更需要目标负责人和数据组双方确认,\
                 并在表内保留旧口径一个季度。",
                Extra::Code,
            ),
        ],
    ),
    (
        "4. 路线图",
        "路线图按季度滚动,只承诺最近两个季度。更远的内容是方向而不是日期,对外沟通时请使用“计划中”。",
        [
            (
                "4.1 First quarter",
                "Onboarding by template, comments next to the text, and the first version of the assistant \
                 for documents. The release of the week of 9 March is frozen one week earlier because of the audit.",
                Extra::Table,
            ),
            (
                "4.2 Second quarter",
                "Tables in documents become first-class: merged cells, formulas and filters. Import from two \
                 competitors keeps comments and history.",
                Extra::Image,
            ),
            (
                "4.3 下半年方向",
                "离线编辑、跨企业空间、更细的导出权限。三者的顺序取决于上半年客户访谈的结论,七月的评审会决定。",
                Extra::Nothing,
            ),
            (
                "4.4 Dependencies",
                "The identity group delivers short-lived tokens before the assistant can write. Search needs the \
                 new index before cross-organisation spaces can be found.",
                Extra::Todos,
            ),
            (
                "4.5 风险",
                "最大的风险是关键岗位招聘延迟,其次是上游接口限额收紧。前者由外包缓冲,后者由缓存与批量接口缓解。",
                Extra::Table,
            ),
        ],
    ),
    (
        "5. People and money",
        "The plan needs eleven new people and a budget that grows by 9 %. Half of the new positions are in \
         engineering. Travel stays at the level of this year.",
        [
            (
                "5.1 Hiring",
                "Two senior platform engineers come first, then the mobile team. Every group may interview for one \
                 position at a time, so that the interviews do not eat the quarter.",
                Extra::Todos,
            ),
            (
                "5.2 预算",
                "总预算 4,620 万元,其中云资源 38%、人力 49%、市场 9%、其他 4%。云资源单价下降,但用量预计增长 30%。",
                Extra::Table,
            ),
            (
                "5.3 Offices",
                "The office in Shenzhen moves in May. Until then desks are shared on Tuesdays and Thursdays.",
                Extra::Image,
            ),
            (
                "5.4 学习与成长",
                "每人每年 5 天学习时间,不计入假期。内部分享每两周一次,录像与文字稿放入知识库。",
                Extra::Nothing,
            ),
            (
                "5.5 Next steps",
                "The groups add their risks by Friday. The board sees this document on the twelfth; after that it \
                 changes only with a note at the top.",
                Extra::Todos,
            ),
        ],
    ),
];

/// What every group writes below its own sections, in turn.
const USUAL: [&str; 6] = [
    "The numbers come from the shared base and are corrected once a month. Where two sources \
     disagree we take the lower one and say so in a note. Nobody has to ask for access: everyone in \
     the company can read the base.",
    "负责人每月第一周更新本节内容,并在评审会上用三分钟说明变化。没有变化时写明“无变化”,\
     避免读者误以为内容过期。超过两个月未更新的内容会被标为待确认。",
    "We considered two alternatives. The first was to wait until the next quarter, which would have \
     moved the work into the busiest weeks of support. The second was to buy a product; none of the \
     four that we tried keeps the history of a change.",
    "与去年相比,主要变化有两点:一是把结果而不是工作量写进目标,二是把跨组依赖提前到季度开始前确认。\
     去年有三分之一的延期来自依赖确认过晚。",
    "Open questions stay in this section until they are answered, with a name and a date behind each. \
     An answer of one line is enough. Decisions that cost more than two weeks of work go to the \
     monthly meeting.",
    "如需更多背景,请先查看知识库中的相关页面;仍有疑问可以在本段添加评论并提及负责人。\
     评论在两个工作日内得到回复,结论写回正文后再标记为已解决。",
];

/// The source of the document.
pub(crate) fn source() -> String {
    let mut out = String::from(
        "This document says what we want to reach in 2027 and how. It is read by every group; \
         questions go to @{lin.wei}.\n\n",
    );
    let mut usual = USUAL.iter().cycle();
    for (chapter, intro, sections) in CHAPTERS {
        let _ = write!(out, "# {chapter}\n\n{intro}\n\n");
        for (title, text, extra) in sections {
            let _ = write!(out, "## {title}\n\n{text}\n\n{}", held(extra));
            for paragraph in usual.by_ref().take(2) {
                let _ = write!(out, "{paragraph}\n\n");
            }
        }
    }
    out
}

const fn held(extra: Extra) -> &'static str {
    match extra {
        Extra::Nothing => "",
        Extra::Table => {
            "| 项目 Item | 2026 | 2027 目标 | 负责人 |\n|---|---:|---:|---|\n\
             | 活跃团队 Active teams | 1,240 | 1,600 | @{lin.wei} |\n\
             | 续费率 Retention | 112 % | 116 % | @{chen.yu} |\n\
             | 工单首次响应 First answer | 5.1 h | 3.0 h | @{zhao.min} |\n\n"
        }
        Extra::Todos => {
            "- [x] Baseline measured and written down\n- [ ] Owner confirmed in the monthly review\n\
             - [ ] 与相关小组对齐时间与依赖\n\n"
        }
        Extra::Image => ":::image\n\n图:按月的变化,数据截至十月底。\n\n",
        Extra::Callout => ":::callout bulb 4\n请先阅读上一年的复盘,再提出修改建议。\n:::end\n\n",
        Extra::Code => {
            "```sql\nSELECT week, count(DISTINCT team_id) AS active\nFROM facts.team_week\n\
             WHERE actions >= 5\nGROUP BY week\nORDER BY week;\n```\n\n"
        }
    }
}
