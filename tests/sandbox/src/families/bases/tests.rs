//! Bases from outside, on the demo content.

use serde_json::{Value, json};

use crate::demo::{ADMIN, BASE, DEVELOPER, END_USER, OTHER_USER, TABLE};
use crate::families::testkit::Kit;

fn at(rest: &str) -> String {
    format!("/bitable/v1/apps/{BASE}/tables/{TABLE}/{rest}")
}

fn search(kit: &mut Kit, body: &Value) -> Value {
    let line = format!("POST {}?page_size=500", at("records/search"));
    kit.call(DEVELOPER, &line, body).expect("records")
}

fn filter(field: &str, operator: &str, value: &[&str]) -> Value {
    json!({ "filter": { "conjunction": "and", "conditions": [
        { "field_name": field, "operator": operator, "value": value },
    ]}})
}

fn count(kit: &mut Kit, field: &str, operator: &str, value: &[&str]) -> usize {
    let found = search(kit, &filter(field, operator, value));
    found["items"].as_array().map_or(0, Vec::len)
}

#[test]
fn records_are_printed_by_type_and_paged() {
    let mut kit = Kit::new();
    let all = search(&mut kit, &json!({}));
    assert_eq!(all["total"], 16);
    let fields = &all["items"][0]["fields"];
    assert_eq!(
        fields["需求"],
        json!([{ "type": "text", "text": "批量导出合同为 PDF" }])
    );
    assert_eq!(fields["状态"], "开发中");
    assert_eq!(fields["标签"], json!(["体验", "性能"]));
    assert_eq!(fields["负责人"][0]["name"], "陈雨");
    assert_eq!(
        fields["客户"],
        json!({ "link_record_ids": ["recCus00001"] })
    );
    assert_eq!(fields["折后金额"], json!({ "type": 2, "value": [432_000] }));
    assert_eq!(fields["客户等级"], json!({ "type": 3, "value": ["战略"] }));
    assert_eq!(fields["附件"][0]["type"], "image/png");
    assert_eq!(fields["编号"], "FR-0001");
    assert!(all["items"][1]["fields"].get("原型").is_none());
    let first = format!("POST {}?page_size=10", at("records/search"));
    let page = kit.call(
        END_USER,
        &first,
        &json!({ "sort": [{ "field_name": "合同金额", "desc": true }] }),
    );
    let page = page.expect("a page");
    assert_eq!(
        page["items"][0]["fields"]["需求"][0]["text"],
        "导入 10 万行不超时"
    );
    let next = format!(
        "{first}&page_token={}",
        page["page_token"].as_str().expect("a token")
    );
    let rest = kit.call(
        END_USER,
        &next,
        &json!({ "sort": [{ "field_name": "合同金额", "desc": true }] }),
    );
    let rest = rest.expect("a page");
    assert_eq!(
        (rest["items"].as_array().map(Vec::len), &rest["has_more"]),
        (Some(6), &json!(false))
    );
    assert_eq!(kit.code(END_USER, &next, &json!({})), 1_254_030);
    assert_eq!(kit.code(OTHER_USER, &first, &json!({})), 91_403);
}

#[test]
fn filters_follow_the_table_of_operators() {
    let mut kit = Kit::new();
    assert_eq!(count(&mut kit, "状态", "is", &["开发中"]), 5);
    assert_eq!(count(&mut kit, "状态", "isNot", &["开发中"]), 11);
    assert_eq!(count(&mut kit, "标签", "contains", &["移动端"]), 3);
    assert_eq!(count(&mut kit, "标签", "is", &["体验"]), 5);
    assert_eq!(
        count(&mut kit, "合同金额", "isGreaterEqual", &["480000"]),
        3
    );
    assert_eq!(count(&mut kit, "已确认", "is", &["true"]), 8);
    assert_eq!(count(&mut kit, "原型", "isNotEmpty", &[]), 1);
    assert_eq!(count(&mut kit, "期望时间", "isLess", &["Today"]), 3);
    assert_eq!(count(&mut kit, "客户", "contains", &["recCus00001"]), 2);
    assert_eq!(
        count(&mut kit, "负责人", "contains", &[&Kit::open_id("chen.yu")]),
        4
    );
    let line = format!("POST {}", at("records/search"));
    for (field, operator, value, code) in [
        ("没有", "is", vec!["x"], 1_254_045),
        ("折后金额", "isGreater", vec!["1"], 1_254_018),
        ("附件", "contains", vec!["x"], 1_254_018),
        ("期望时间", "isGreaterEqual", vec!["Today"], 1_254_018),
        ("合同金额", "is", vec!["many"], 1_254_018),
        ("状态", "isEmpty", vec!["x"], 1_254_018),
        ("需求", "like", vec!["x"], 1_254_018),
    ] {
        let body = filter(field, operator, &value);
        assert_eq!(
            kit.code(DEVELOPER, &line, &body),
            code,
            "{field} {operator}"
        );
    }
    let view = json!({ "view_id": "vewMine005" });
    assert_eq!(search(&mut kit, &view)["total"], 3);
    let both = json!({ "view_id": "vewMine005", "sort": [{ "field_name": "需求" }] });
    assert_eq!(search(&mut kit, &both)["total"], 16);
}

#[test]
fn writes_check_every_type_and_do_all_or_nothing() {
    let mut kit = Kit::new();
    let line = format!("POST {}", at("records/batch_create"));
    let wrong = [
        (json!({ "需求": 5 }), 1_254_060),
        (json!({ "合同金额": "5" }), 1_254_061),
        (json!({ "状态": ["a"] }), 1_254_062),
        (json!({ "标签": "体验" }), 1_254_063),
        (json!({ "期望时间": "2026-01-01" }), 1_254_064),
        (json!({ "已确认": "true" }), 1_254_065),
        (json!({ "负责人": [{ "id": "ou_nobody" }] }), 1_254_066),
        (json!({ "客户": ["recNobody"] }), 1_254_074),
        (json!({ "原型": "https://a.example" }), 1_254_068),
        (json!({ "附件": [{ "file_token": "boxNone" }] }), 1_254_303),
        (json!({ "价值评分": 9 }), 1_254_061),
        (json!({ "没有": 1 }), 1_254_045),
        (json!({ "编号": "x" }), 1_254_010),
    ];
    for (fields, code) in wrong {
        let records =
            json!({ "records": [{ "fields": { "需求": "good" } }, { "fields": fields }] });
        assert_eq!(kit.code(DEVELOPER, &line, &records), code, "{fields}");
    }
    assert_eq!(
        search(&mut kit, &json!({}))["total"],
        16,
        "nothing was made"
    );
    let fields = json!({
        "需求": "新需求", "状态": "暂缓", "标签": ["安全"], "期望时间": 1_796_054_400_000_i64,
        "负责人": [{ "id": Kit::open_id("chen.yu") }], "客户": ["recCus00002"],
        "合同金额": 12.5, "已确认": false,
    });
    let made = kit.call(
        DEVELOPER,
        &line,
        &json!({ "records": [{ "fields": fields }] }),
    );
    let made = made.expect("made")["records"][0].clone();
    assert_eq!(
        (&made["fields"]["状态"], &made["fields"]["编号"]),
        (&json!("暂缓"), &json!("FR-0017"))
    );
    let id = made["record_id"].as_str().expect("an id").to_owned();
    let customer =
        format!("GET /bitable/v1/apps/{BASE}/tables/tblCu7sT0m3rS9pA/records/recCus00002");
    let back = kit
        .call(DEVELOPER, &customer, &Value::Null)
        .expect("a customer");
    let back = &back["record"]["fields"]["需求"]["link_record_ids"];
    assert!(
        back.as_array().is_some_and(|ids| ids.contains(&json!(id))),
        "{back}"
    );
    let gone = format!("DELETE {}", at(&format!("records/{id}")));
    kit.call(DEVELOPER, &gone, &Value::Null).expect("deleted");
    assert_eq!(kit.code(DEVELOPER, &gone, &Value::Null), 1_254_043);
    let back = kit
        .call(DEVELOPER, &customer, &Value::Null)
        .expect("a customer");
    assert!(!back.to_string().contains(&id));
    let many: Vec<Value> = (0..1001)
        .map(|_| json!({ "fields": { "需求": "x" } }))
        .collect();
    assert_eq!(
        kit.code(DEVELOPER, &line, &json!({ "records": many })),
        1_254_104
    );
    assert_eq!(kit.code("li.na", &line, &json!({ "records": [] })), 91_403);
}

#[test]
fn a_client_token_is_answered_once() {
    let mut kit = Kit::new();
    let line = |token: &str| format!("POST {}?client_token={token}", at("records/batch_create"));
    let token = "fe599b60-450f-46ff-b2ef-9f6675625b97";
    let body = json!({ "records": [{ "fields": { "需求": "once" } }] });
    let first = kit.call(DEVELOPER, &line(token), &body).expect("made");
    let second = kit.call(DEVELOPER, &line(token), &body).expect("known");
    assert_eq!(first, second);
    assert_eq!(search(&mut kit, &json!({}))["total"], 17);
    let other = json!({ "records": [{ "fields": { "需求": "twice" } }] });
    assert_eq!(kit.code(DEVELOPER, &line(token), &other), 1_255_006);
    assert_eq!(kit.code(DEVELOPER, &line("mine"), &other), 1_254_037);
}

#[test]
fn fields_are_checked_replaced_and_taken_away() {
    let mut kit = Kit::new();
    let line = format!("POST {}", at("fields"));
    for (field, code) in [
        (json!({ "field_name": "状态", "type": 1 }), 1_254_014),
        (json!({ "field_name": " ", "type": 1 }), 1_254_028),
        (
            json!({ "field_name": "n", "type": 2, "property": { "formatter": "x" } }),
            1_254_081,
        ),
        (
            json!({ "field_name": "n", "type": 3, "property": { "options": [{ "name": "a" }, { "name": "a" }] } }),
            1_254_082,
        ),
        (
            json!({ "field_name": "n", "type": 18, "property": { "table_id": "tblNone" } }),
            1_254_089,
        ),
        (
            json!({ "field_name": "n", "type": 20, "property": { "formula_expression": "[没有] + 1" } }),
            1_254_091,
        ),
        (
            json!({ "field_name": "n", "type": 1, "ui_type": "Number" }),
            1_254_015,
        ),
    ] {
        assert_eq!(kit.code(DEVELOPER, &line, &field), code, "{field}");
    }
    let made = json!({ "field_name": "阶段", "type": 3, "property": { "options": [{ "name": "A" }, { "name": "B" }] } });
    let made = kit.call(DEVELOPER, &line, &made).expect("made")["field"].clone();
    let id = made["field_id"].as_str().expect("an id").to_owned();
    let patch = format!("PUT {}", at(&format!("fields/{id}")));
    let renamed =
        json!({ "field_name": "Phase", "type": 3, "property": { "options": [{ "name": "B" }] } });
    let renamed = kit.call(DEVELOPER, &patch, &renamed).expect("changed")["field"].clone();
    assert_eq!(
        renamed["property"]["options"][0]["id"],
        made["property"]["options"][1]["id"]
    );
    let drop = format!("DELETE {}", at(&format!("fields/{id}")));
    kit.call(DEVELOPER, &drop, &Value::Null).expect("gone");
    assert_eq!(kit.code(DEVELOPER, &drop, &Value::Null), 1_254_044);
    let first = format!("DELETE {}", at("fields/fldTitle01"));
    assert_eq!(kit.code(DEVELOPER, &first, &Value::Null), 1_254_046);
}

#[test]
fn views_forms_and_tables_are_made_and_changed() {
    let mut kit = Kit::new();
    let line = format!("POST {}", at("views"));
    let view = kit.call(
        DEVELOPER,
        &line,
        &json!({ "view_name": "登记", "view_type": "form" }),
    );
    let id = view.expect("a view")["view"]["view_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(
        kit.code(DEVELOPER, &line, &json!({ "view_name": "登记" })),
        1_254_020
    );
    let form = at(&format!("forms/{id}"));
    let shared = json!({ "shared": true, "shared_limit": "tenant_editable" });
    let shared = kit
        .call(DEVELOPER, &format!("PATCH {form}"), &shared)
        .expect("shared");
    assert!(
        shared["form"]["shared_url"]
            .as_str()
            .is_some_and(|url| url.contains(&id))
    );
    let asked = kit
        .call(DEVELOPER, &format!("GET {form}/fields"), &Value::Null)
        .expect("questions");
    assert_eq!(asked["items"][0]["title"], "需求");
    let question = format!("PATCH {form}/fields/fldTitle01");
    kit.call(DEVELOPER, &question, &json!({ "required": true }))
        .expect("changed");
    let hide = json!({ "property": { "hidden_fields": ["fldTitle01"] } });
    let grid = format!("PATCH {}", at("views/vewGrid001"));
    assert_eq!(kit.code(DEVELOPER, &grid, &hide), 1_254_012);
    let tables = format!("/bitable/v1/apps/{BASE}/tables");
    let body = json!({ "table": { "name": "风险", "fields": [{ "field_name": "风险", "type": 1 }, { "field_name": "级别", "type": 2 }] } });
    let made = kit
        .call(DEVELOPER, &format!("POST {tables}"), &body)
        .expect("made");
    assert_eq!(made["field_id_list"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        kit.code(DEVELOPER, &format!("POST {tables}"), &body),
        1_254_013
    );
    let table = made["table_id"].as_str().expect("an id");
    kit.call(DEVELOPER, &format!("DELETE {tables}/{table}"), &Value::Null)
        .expect("gone");
}

#[test]
fn roles_need_advanced_permissions() {
    let mut kit = Kit::new();
    let roles = format!("/bitable/v1/apps/{BASE}/roles");
    let role =
        json!({ "role_name": "审阅", "table_roles": [{ "table_perm": 1, "table_id": TABLE }] });
    assert_eq!(
        kit.code(DEVELOPER, &format!("POST {roles}"), &role),
        1_254_301
    );
    let on = json!({ "is_advanced": true });
    kit.call(DEVELOPER, &format!("PUT /bitable/v1/apps/{BASE}"), &on)
        .expect("on");
    let made = kit
        .call(DEVELOPER, &format!("POST {roles}"), &role)
        .expect("made");
    let id = made["role"]["role_id"].as_str().expect("an id").to_owned();
    assert_eq!(
        kit.code(DEVELOPER, &format!("POST {roles}"), &role),
        1_254_033
    );
    let members = format!("{roles}/{id}/members");
    let one = json!({ "member_list": [{ "type": "open_id", "id": Kit::open_id("chen.yu") }] });
    kit.call(DEVELOPER, &format!("POST {members}/batch_create"), &one)
        .expect("added");
    let listed = kit
        .call(DEVELOPER, &format!("GET {members}"), &Value::Null)
        .expect("members");
    assert_eq!(listed["items"][0]["member_name"], "陈雨");
    assert_eq!(
        kit.code(END_USER, &format!("GET {roles}"), &Value::Null),
        91_403
    );
    assert_ne!(
        kit.code(ADMIN, &format!("GET {roles}/{id}x/members"), &Value::Null),
        0
    );
}
