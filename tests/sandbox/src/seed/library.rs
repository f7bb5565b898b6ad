//! The wikis, the sheet and the bases.

use super::numbers;
use super::tokens as t;
use super::{Card, DAY, Seeder, card, readable};
use crate::demo;
use crate::families::wiki::{Node, Space};

/// A page: node token (none: any), parent node, document.
type Page = (Option<&'static str>, &'static str, Card, &'static str);

const PAGES: &[Page] = &[
    (
        Some(t::WIKI_NODE),
        "",
        card(
            t::WIKI_HOME_DOC,
            "研发知识库首页",
            demo::ADMIN,
            None,
            (300, 10),
        ),
        include_str!("acme/wiki-home.md"),
    ),
    (
        None,
        t::WIKI_NODE,
        card(
            t::WIKI_ARCH_DOC,
            "系统架构总览 Architecture overview",
            demo::DEVELOPER,
            None,
            (280, 21),
        ),
        include_str!("acme/wiki-architecture.md"),
    ),
    (
        Some(t::WIKI_DB_NODE),
        t::WIKI_NODE,
        card(
            t::WIKI_DB_DOC,
            "数据库使用规范",
            demo::DEVELOPER,
            None,
            (250, 33),
        ),
        include_str!("acme/wiki-database.md"),
    ),
    (
        None,
        t::WIKI_NODE,
        card(
            t::WIKI_ONCALL_DOC,
            "On-call handbook 值班手册",
            demo::ADMIN,
            None,
            (190, 5),
        ),
        include_str!("acme/wiki-oncall.md"),
    ),
    (
        None,
        t::WIKI_DB_NODE,
        card(
            "m9Kc2XvQ7LrT4yWb8ZpN1sHd6Gf",
            "慢查询优化案例",
            demo::DEVELOPER,
            None,
            (120, 60),
        ),
        "## 案例一:缺失联合索引\n\n订单列表按 `tenant_id, created_at` 查询,补上联合索引后 p99 从 1.8 s 降到 40 ms。\n\n```sql\nCREATE INDEX idx_orders_tenant_created ON orders (tenant_id, created_at DESC);\n```\n\n## 案例二:N+1 查询\n\n- 现象:导出接口每行查一次用户\n- 处理:批量查询加缓存\n",
    ),
    (
        None,
        t::WIKI_DB_NODE,
        card(
            "p3Vd8JtR5NxY2kQw7BmS9cLf4Hz",
            "Schema change checklist",
            demo::DEVELOPER,
            None,
            (100, 44),
        ),
        "- [x] Expand first, contract later\n- [x] Every migration runs twice in staging\n- [ ] Announce locks longer than 200 ms\n- [ ] Roll-back script reviewed by a second person\n",
    ),
    (
        None,
        "",
        card(
            t::WIKI_FAQ_DOC,
            "常见问题 FAQ",
            demo::END_USER,
            None,
            (160, 18),
        ),
        include_str!("acme/wiki-faq.md"),
    ),
];

/// Puts a node into a space.
fn node(
    seeder: &mut Seeder<'_>,
    space: &str,
    token: Option<&str>,
    parent: &str,
    card: &Card,
    kind: &str,
) {
    let token = token.map_or_else(|| seeder.ids.token27(), str::to_owned);
    seeder.state.wiki.add(Node {
        token,
        space_id: space.to_owned(),
        parent: parent.to_owned(),
        obj_token: card.token.to_owned(),
        obj_type: kind.to_owned(),
        origin: None,
        creator: card.owner.to_owned(),
        created_ms: seeder.now_ms - card.age.0 * DAY,
    });
}

fn space(
    seeder: &mut Seeder<'_>,
    id: &str,
    name: &str,
    description: &str,
    public: bool,
    members: &[(&str, bool)],
) {
    let space = Space {
        id: id.to_owned(),
        tenant: seeder.tenant.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        kind: "team".to_owned(),
        public,
        members: members
            .iter()
            .map(|(who, admin)| ((*who).to_owned(), *admin))
            .collect(),
    };
    seeder.state.wiki.spaces.insert(id.to_owned(), space);
}

/// Adds everything.
pub(crate) fn shelve(seeder: &mut Seeder<'_>) {
    let everybody = [
        (demo::ADMIN, true),
        (demo::DEVELOPER, false),
        (demo::END_USER, false),
    ];
    space(
        seeder,
        t::WIKI_SPACE,
        "研发知识库 Engineering Wiki",
        "架构、规范、流程与排障",
        true,
        &everybody,
    );
    space(
        seeder,
        t::HR_SPACE,
        "人力资源(内部)",
        "薪酬与绩效",
        false,
        &[(demo::ADMIN, true)],
    );
    for (token, parent, card, source) in PAGES {
        seeder.document(card, source, true);
        node(seeder, t::WIKI_SPACE, *token, parent, card, "docx");
    }
    let ledger = card(
        t::WIKI_SHEET,
        "服务器台账 Server inventory",
        demo::ADMIN,
        None,
        (180, 9),
    );
    seeder.entry("sheet", &ledger, true);
    node(seeder, t::WIKI_SPACE, None, t::WIKI_NODE, &ledger, "sheet");
    let bugs = card(
        t::WIKI_BASE,
        "缺陷跟踪 Bug tracker",
        demo::DEVELOPER,
        None,
        (140, 1),
    );
    seeder.entry("bitable", &bugs, true);
    node(seeder, t::WIKI_SPACE, None, "", &bugs, "bitable");
    let reviews = card(t::HR_DOC, "绩效评估流程", demo::ADMIN, None, (90, 30));
    seeder.document(
        &reviews,
        "## 时间表\n\n1. 自评\n2. 上级评估\n3. 校准会\n4. 反馈面谈\n",
        true,
    );
    node(seeder, t::HR_SPACE, Some(t::HR_NODE), "", &reviews, "docx");
    for (number, owner) in [demo::ADMIN, demo::DEVELOPER, demo::END_USER]
        .into_iter()
        .enumerate()
    {
        let id = format!("70345026414554990{number:02}");
        space(seeder, &id, "我的文档库", "", false, &[(owner, true)]);
        if let Some(library) = seeder.state.wiki.spaces.get_mut(&id) {
            "my_library".clone_into(&mut library.kind);
        }
    }

    let budget = readable(card(
        t::SHEET,
        "2026 预算与支出 Budget",
        demo::END_USER,
        Some(t::TEAM_FOLDER),
        (110, 2),
    ));
    seeder.entry("sheet", &budget, false);
    let requests = readable(card(
        t::BASE,
        "客户需求池 Feature requests",
        demo::DEVELOPER,
        Some(t::PROJECT_FOLDER),
        (95, 1),
    ));
    seeder.entry("bitable", &requests, false);
    let sheets = &mut seeder.state.sheets.spreadsheets;
    sheets.insert(t::SHEET.to_owned(), numbers::budget());
    sheets.insert(t::WIKI_SHEET.to_owned(), numbers::servers());
    super::bases::fill(seeder);
}
