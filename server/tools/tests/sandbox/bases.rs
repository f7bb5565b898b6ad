//! `base_read`: schemas, conditions, sums and pages.

use super::*;

impl World {
    pub(super) async fn base(&self, mut arguments: Value) -> ToolOutput {
        if arguments.get("ref").is_none() {
            arguments["ref"] = format!("base:{}", demo::BASE).into();
        }
        self.ok("base_read", arguments).await
    }

    /// Values of the first column of the table of requests.
    async fn titles(&self, conditions: &[&str]) -> Vec<String> {
        let output = self
            .base(json!({"table": "需求", "where": conditions, "fields": ["需求"]}))
            .await;
        let data = output.structured.unwrap();
        let items = data["items"].as_array().unwrap();
        let title = |item: &Value| item["fields"]["需求"].as_str().unwrap().to_owned();
        items.iter().map(title).collect()
    }
}

#[tokio::test]
async fn a_base_tells_its_tables_fields_options_and_views() {
    let world = World::full().await;
    let shown = world.base(json!({})).await.text;
    for part in [
        "Asia/Shanghai",
        "## 需求",
        "- 状态 · select · 待评估 | 已排期 | 开发中 | 已发布",
        "- 客户 · two_way_link → 客户",
        "- 折后金额 · formula = [合同金额] * 0.9 · read-only",
        "按状态 (kanban",
        "- 邮箱 · email",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let one = world.base(json!({"table": "客户", "limit": 0})).await.text;
    assert!(one.contains("## 客户") && !one.contains("## 需求"), "{one}");
    assert_eq!(world.sandbox.unpublished_fields(), Vec::<String>::new());
}

#[tokio::test]
async fn every_type_is_read_as_text() {
    let world = World::full().await;
    let output = world
        .base(json!({"table": demo::TABLE, "where": ["recReq00001"]}))
        .await;
    let data = output.structured.unwrap();
    let fields = &data["items"][0]["fields"];
    assert_eq!(fields["客户"], "海天物流");
    assert_eq!(fields["负责人"], "陈雨");
    assert_eq!(fields["合同金额"], "480000");
    assert_eq!(fields["标签"], "体验, 性能");
    assert_eq!(fields["折后金额"], "432000");
    assert_eq!(fields["客户等级"], "战略");
    assert_eq!(fields["已确认"], "true");
    assert_eq!(fields["原型"], "原型 v3 <https://design.example/p/3>");
    assert!(
        fields["附件"]
            .as_str()
            .unwrap()
            .starts_with("看板草图.png (box")
    );
    let due = fields["期望时间"].as_str().unwrap();
    assert_eq!(due.len(), 10, "a date without a time: {due}");
    assert!(fields["创建时间"].as_str().unwrap().ends_with("+08:00"));
    assert_eq!(world.sandbox.unpublished_fields(), Vec::<String>::new());
}

#[tokio::test]
async fn conditions_are_judged_by_feishu_or_here() {
    let world = World::full().await;
    for (conditions, count) in [
        (vec!["状态 is 开发中"], 5),
        (vec!["状态 in 开发中, 已发布"], 8),
        (vec!["any", "状态 is 已发布", "优先级 is P2"], 6),
        (vec!["状态 is 开发中", "合同金额 > 400000"], 3),
        (vec!["标签 contains 移动端"], 3),
        (vec!["负责人 is 陈雨"], 4),
        (vec!["客户 is 海天物流"], 2),
        (vec!["期望时间 < today"], 3),
        (vec!["已确认 is true"], 8),
        (vec!["原型 not empty"], 1),
        // Feishu filters neither formulas nor lookups, and looks in one field at a time.
        (vec!["折后金额 >= 432000"], 3),
        (vec!["客户等级 is 战略"], 6),
        (vec!["* contains okta"], 1),
        (vec!["any", "客户等级 is 普通", "状态 is 已发布"], 4),
        (vec!["进度 >= 80%"], 4),
    ] {
        let found = world.titles(&conditions).await;
        assert_eq!(found.len(), count, "{conditions:?}: {found:?}");
    }
    let wrong = |conditions: Value| {
        let world = &world;
        async move {
            let call = json!({"ref": demo::BASE, "table": "需求", "where": conditions});
            world.err("base_read", call).await
        }
    };
    let error = wrong(json!(["状况 is 开发中"])).await;
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.render().0.contains("- 状态"), "{error:?}");
    let error = wrong(json!(["状态 is 开发"])).await;
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(error.render().0.contains("- 开发中"), "{error:?}");
    for bad in ["合同金额 is many", "期望时间 is soon", "状态"] {
        assert_eq!(wrong(json!([bad])).await.kind, ErrorKind::Invalid, "{bad}");
    }
    let call = json!({"ref": demo::BASE, "table": "需要"});
    let error = world.err("base_read", call).await;
    assert!(error.render().0.contains("- 需求"), "{error:?}");
    let call = json!({"ref": demo::BASE, "fields": ["x"]});
    assert_eq!(world.err("base_read", call).await.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn sums_are_grouped_sorted_and_named() {
    let world = World::full().await;
    let output = world
        .base(json!({
            "table": "需求", "fields": ["状态", "count()", "sum(合同金额)", "avg(价值评分)"],
            "sort": ["-sum(合同金额)"],
        }))
        .await;
    let lines: Vec<&str> = output.text.lines().collect();
    assert_eq!(lines[1], "状态\tcount()\tsum(合同金额)\tavg(价值评分)");
    assert_eq!(lines[2], "开发中\t5\t1970000\t4.6");
    assert_eq!(lines.len(), 6, "{}", output.text);
    let by_customer = world
        .base(json!({"table": "需求", "fields": ["客户", "count()", "max(期望时间)"], "sort": ["-count()"]}))
        .await;
    assert!(
        by_customer.text.contains("海天物流\t2\t"),
        "{}",
        by_customer.text
    );
    let none = world
        .base(json!({"table": "需求", "where": ["合同金额 < 0"], "fields": ["count()"]}))
        .await;
    assert!(none.text.ends_with("\n0"), "{}", none.text);
    let call = json!({"ref": demo::BASE, "table": "需求", "fields": ["count()", "sum(钱)"]});
    assert_eq!(world.err("base_read", call).await.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn pages_go_on_where_they_ended() {
    let world = World::full().await;
    for conditions in [json!([]), json!(["折后金额 > 0"])] {
        let mut cursor = Value::Null;
        let mut seen = Vec::new();
        loop {
            let page = world
                .base(json!({
                    "table": "需求", "fields": ["需求"], "where": conditions, "limit": 5,
                    "sort": ["-合同金额"], "cursor": cursor,
                }))
                .await;
            let data = page.structured.unwrap();
            for item in data["items"].as_array().unwrap() {
                seen.push(item["record_id"].as_str().unwrap().to_owned());
            }
            assert_eq!(data["truncated"], data["next"].is_string());
            if data["next"].is_null() {
                break;
            }
            cursor = data["next"].clone();
        }
        assert_eq!(seen.len(), 16, "{conditions}");
        assert_eq!(seen[0], "recReq00013");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 16);
    }
    for cursor in ["zzz", "0.5.abc"] {
        let call = json!({"ref": demo::BASE, "table": "需求", "cursor": cursor});
        let error = world.err("base_read", call).await;
        assert_eq!(error.kind, ErrorKind::Invalid, "{cursor}");
    }
}

#[tokio::test]
async fn links_name_table_and_view_and_wiki_pages_are_followed() {
    let world = World::full().await;
    let host = world.sandbox.base_url();
    let link = format!(
        "{host}/base/{}?table={}&view=vewMine005",
        demo::BASE,
        demo::TABLE
    );
    let shown = world.base(json!({"ref": link})).await;
    assert!(shown.text.contains("3 records / 3"), "{}", shown.text);
    let named = world
        .base(json!({"table": "需求", "view": "P0 进行中"}))
        .await;
    assert!(named.text.contains("3 records / 3"), "{}", named.text);
    let call = json!({"ref": demo::BASE, "table": "需求", "view": "P0"});
    let error = world.err("base_read", call).await;
    assert!(error.render().0.contains("- P0 进行中"), "{error:?}");
    let listed = world
        .files(
            "list",
            json!({"ref": format!("wiki_space:{}", demo::WIKI_SPACE)}),
        )
        .await;
    let data = listed.structured.unwrap();
    let items = data["items"].as_array().unwrap();
    let page = items
        .iter()
        .find(|item| {
            item["title"]
                .as_str()
                .is_some_and(|title| title.contains("缺陷"))
        })
        .unwrap();
    let bugs = world
        .base(json!({"ref": page["ref"], "where": ["已修复 is false"]}))
        .await;
    assert!(bugs.text.contains("4 records / 4"), "{}", bugs.text);
    let sheet = json!({"ref": format!("sheet:{}", demo::SHEET)});
    assert_eq!(world.err("base_read", sheet).await.kind, ErrorKind::Invalid);
}
