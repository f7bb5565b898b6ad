//! `base_manage`: tables, fields, views, forms, roles, dashboards.

use super::*;

impl World {
    async fn manage(&self, part: &str, op: &str, arguments: Value) -> ToolOutput {
        self.ok("base_manage", whole(part, op, arguments)).await
    }

    async fn no_manage(&self, part: &str, op: &str, arguments: Value) -> ToolError {
        self.err("base_manage", whole(part, op, arguments)).await
    }
}

fn whole(part: &str, op: &str, mut arguments: Value) -> Value {
    arguments["ref"] = format!("base:{}", demo::BASE).into();
    arguments["part"] = part.into();
    arguments["op"] = op.into();
    arguments
}

#[tokio::test]
async fn tables_and_fields_are_made_changed_and_deleted() {
    let world = World::full().await;
    let fields = json!([
        "field 风险: text",
        "field 级别: select 高 | 低",
        "field 金额: currency",
        "field 需求: link 需求",
        "field 到期: date yyyy/MM/dd",
    ]);
    let made = world
        .manage(
            "table",
            "create",
            json!({"name": "风险", "settings": fields}),
        )
        .await;
    assert!(
        made.text.contains("tbl") && made.text.contains("revision"),
        "{}",
        made.text
    );
    let shown = world.base(json!({"table": "风险", "limit": 0})).await.text;
    for part in [
        "- 级别 · select · 高 | 低",
        "- 需求 · link → 需求",
        "- 金额 · currency",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let field = |settings: Value| json!({"table": "风险", "name": "级别", "settings": settings});
    world
        .manage("field", "update", field(json!(["add: 中"])))
        .await;
    let row =
        json!({"ref": demo::BASE, "table": "风险", "op": "create", "rows": "风险,级别\n断供,高"});
    world.ok("base_write", row).await;
    world
        .manage(
            "field",
            "update",
            field(json!(["options: 中 | 高", "name: 等级"])),
        )
        .await;
    let shown = world.base(json!({"table": "风险"})).await.text;
    assert!(
        shown.contains("断供\t高"),
        "a kept option keeps its cells: {shown}"
    );
    let formula = json!({"table": "风险", "name": "翻倍", "settings": ["type: formula", "formula: [金额] * 2"]});
    world.manage("field", "create", formula.clone()).await;
    let twin = world.no_manage("field", "create", formula).await;
    assert!(twin.render().0.contains("1254014"), "{twin:?}");
    let wrong = json!({"table": "风险", "name": "x", "settings": ["type: selekt"]});
    let error = world.no_manage("field", "create", wrong).await;
    assert!(error.render().0.contains("- select"), "{error:?}");
    for settings in [
        json!(["type: link"]),
        json!(["colour: red"]),
        json!(["type"]),
    ] {
        let call = json!({"table": "风险", "name": "x", "settings": settings});
        let error = world.no_manage("field", "create", call).await;
        assert!(error.hint.is_some(), "{settings}");
    }
    world
        .manage("field", "delete", json!({"table": "风险", "name": "翻倍"}))
        .await;
    world
        .manage(
            "table",
            "update",
            json!({"name": "风险", "settings": ["name: 风险清单"]}),
        )
        .await;
    world
        .manage("table", "delete", json!({"name": "风险清单"}))
        .await;
    let shown = world.base(json!({})).await.text;
    assert!(!shown.contains("风险"), "{shown}");
    assert_eq!(world.sandbox.unpublished_fields(), Vec::<String>::new());
}

#[tokio::test]
async fn views_and_forms_are_set_up() {
    let world = World::full().await;
    let call = json!({"table": "需求", "name": "大单", "settings": [
        "type: grid", "where: 合同金额 >= 400000", "where: 状态 is 开发中", "hide: 附件, 项目群",
    ]});
    world.manage("view", "create", call).await;
    let shown = world
        .base(json!({"table": "需求", "view": "大单"}))
        .await
        .text;
    assert!(shown.contains("3 records / 3"), "{shown}");
    let any = json!({"table": "需求", "name": "大单", "settings": ["where: any", "where: 状态 is 已发布", "where: 优先级 is P2"]});
    world.manage("view", "update", any).await;
    let shown = world
        .base(json!({"table": "需求", "view": "大单"}))
        .await
        .text;
    assert!(shown.contains("6 records / 6"), "{shown}");
    let none =
        json!({"table": "需求", "name": "大单", "settings": ["where: none", "name: 全部单"]});
    world.manage("view", "update", none).await;
    let shown = world
        .base(json!({"table": "需求", "view": "全部单"}))
        .await
        .text;
    assert!(shown.contains("16 records / 16"), "{shown}");
    for settings in [
        json!(["where: 客户等级 is 战略"]),
        json!(["sort: 合同金额"]),
    ] {
        let call = json!({"table": "需求", "name": "全部单", "settings": settings});
        assert!(world.no_manage("view", "update", call).await.hint.is_some());
    }
    let form = json!({"table": "需求", "name": "需求收集表", "settings": [
        "share: tenant", "required: 需求, 优先级", "hide: 附件", "description: 请填写",
    ]});
    let shown = world.manage("form", "update", form).await.text;
    assert!(
        shown.contains("- 需求 *") && !shown.contains("- 附件"),
        "{shown}"
    );
    assert!(shown.contains("tenant_editable"), "{shown}");
    let open = json!({"table": "需求", "name": "需求收集表", "settings": ["share: anyone"]});
    assert_eq!(
        world.no_manage("form", "update", open).await.kind,
        ErrorKind::Invalid
    );
    world
        .manage("view", "delete", json!({"table": "需求", "name": "全部单"}))
        .await;
}

#[tokio::test]
async fn roles_and_dashboards_are_what_the_interface_allows() {
    let world = World::full().await;
    let role = json!({"name": "审阅", "settings": ["table 需求: read", "table 客户: none"]});
    let off = world.no_manage("role", "create", role.clone()).await;
    assert!(off.hint.unwrap().contains("advanced: on"));
    world
        .manage("base", "update", json!({"settings": ["advanced: on"]}))
        .await;
    world.manage("role", "create", role).await;
    let add = json!({"name": "审阅", "settings": ["add: 周婷, me"]});
    let shown = world.manage("role", "update", add).await.text;
    assert!(shown.contains("周婷"), "{shown}");
    let shown = world.base(json!({})).await.text;
    assert!(shown.contains("审阅 (需求 read; 客户 none)"), "{shown}");
    world
        .manage(
            "role",
            "update",
            json!({"name": "审阅", "settings": ["remove: 周婷"]}),
        )
        .await;
    world
        .manage("role", "delete", json!({"name": "审阅"}))
        .await;
    let copy = json!({"name": "需求看板 Overview", "settings": ["name: 副本"]});
    world.manage("dashboard", "copy", copy).await;
    assert!(world.base(json!({})).await.text.contains("副本 (blk"));
    for (part, op) in [
        ("dashboard", "create"),
        ("base", "delete"),
        ("form", "create"),
        ("table", "copy"),
    ] {
        let error = world
            .no_manage(part, op, json!({"name": "x", "table": "需求"}))
            .await;
        assert_eq!(error.kind, ErrorKind::Invalid, "{part} {op}");
    }
}

#[tokio::test]
async fn what_loses_content_is_asked_about() {
    let world = World::full().await;
    let tool = tools::find("base_manage").unwrap();
    let loses = |call: &Value| tool.needs_confirmation(call, Locale::En).unwrap();
    let field = |settings: Value| {
        whole(
            "field",
            "update",
            json!({"table": "需求", "name": "状态", "settings": settings}),
        )
    };
    assert!(loses(&field(json!(["type: text"]))));
    assert!(loses(&field(json!(["options: A"]))));
    assert!(!loses(&field(json!(["add: A"]))));
    let delete = whole("table", "delete", json!({"name": "客户"}));
    assert!(loses(&delete));
    let asked = tool.question(&world.cx, delete).await.unwrap();
    assert!(
        asked.contains("客户") && asked.contains("客户需求池"),
        "{asked}"
    );
    let dry = json!({"name": "客户", "dry_run": true});
    let shown = world.manage("table", "delete", dry).await.text;
    assert!(shown.contains("Preview"), "{shown}");
    assert!(
        world
            .base(json!({"table": "客户", "limit": 0}))
            .await
            .text
            .contains("客户名称")
    );
}
