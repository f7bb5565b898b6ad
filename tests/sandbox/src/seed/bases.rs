//! The bases: a pool of feature requests with its customers, and a bug tracker.

mod rows;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use self::rows::{BUGS, PATRONS, REQUESTS};
use super::{DAY, Seeder, tokens as t};
use crate::demo;
use crate::families::bases::checks::form_of;
use crate::families::bases::{Base, Choice, Field, Lookup, Record, Table, View};
use crate::families::media::Upload;

/// The table of customers in the pool of feature requests.
const CUSTOMERS: &str = "tblCu7sT0m3rS9pA";
/// A picture that a request carries.
const SKETCH: &str = "boxSk3tchOfTheB0ardV1ew9aBc";

fn field(id: &str, name: &str, kind: i64, ui: &str) -> Field {
    Field {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
        ui: ui.to_owned(),
        ..Field::default()
    }
}

/// A field with the members of a `property` object.
fn with(mut field: Field, property: Value) -> Field {
    if let Value::Object(property) = property {
        field.property = property;
    }
    field
}

fn choosing(mut field: Field, names: &[&str]) -> Field {
    let numbered = names.iter().zip(0_i64..);
    field.options = numbered
        .map(|(name, color)| Choice {
            id: format!("opt{}{color}", field.id),
            name: (*name).to_owned(),
            color,
        })
        .collect();
    field
}

fn view(id: &str, name: &str, kind: &str) -> View {
    View {
        id: id.to_owned(),
        name: name.to_owned(),
        kind: kind.to_owned(),
        ..View::default()
    }
}

fn table(id: &str, name: &str, fields: Vec<Field>, views: Vec<View>) -> Table {
    Table {
        id: id.to_owned(),
        name: name.to_owned(),
        fields,
        views,
        revision: 1,
        ..Table::default()
    }
}

fn option(field: &str, at: usize) -> Value {
    format!("opt{field}{at}").into()
}

fn record(id: String, who: &str, ms: i64, values: Vec<(&str, Value)>) -> Record {
    let values: BTreeMap<String, Value> = values
        .into_iter()
        .map(|(field, value)| (field.to_owned(), value))
        .collect();
    Record {
        id,
        values,
        created_ms: ms,
        created_by: who.to_owned(),
        modified_ms: ms + DAY,
        modified_by: who.to_owned(),
    }
}

fn request_fields() -> Vec<Field> {
    let mut lookup = field("fldTier015", "客户等级", 19, "Lookup");
    lookup.lookup = Some(Lookup {
        link: "fldCust002".to_owned(),
        shown: "fldTier102".to_owned(),
    });
    let number = json!({ "auto_serial": { "type": "custom", "options": [
        { "type": "fixed_text", "value": "FR-" },
        { "type": "system_number", "value": "4" },
    ]}});
    vec![
        field("fldTitle01", "需求", 1, "Text"),
        with(
            field("fldCust002", "客户", 21, "DuplexLink"),
            json!({ "table_id": CUSTOMERS, "multiple": true, "back_field_name": "需求", "back_field": "fldBack104" }),
        ),
        choosing(
            field("fldPrio003", "优先级", 3, "SingleSelect"),
            &["P0", "P1", "P2"],
        ),
        choosing(
            field("fldStat004", "状态", 3, "SingleSelect"),
            &["待评估", "已排期", "开发中", "已发布"],
        ),
        with(
            field("fldOwnr005", "负责人", 11, "User"),
            json!({ "multiple": true }),
        ),
        with(
            field("fldDue0006", "期望时间", 5, "DateTime"),
            json!({ "date_formatter": "yyyy/MM/dd", "auto_fill": false }),
        ),
        with(
            field("fldAmt0007", "合同金额", 2, "Currency"),
            json!({ "formatter": "1,000.00", "currency_code": "CNY" }),
        ),
        choosing(
            field("fldTags008", "标签", 4, "MultiSelect"),
            &["体验", "安全", "性能", "移动端"],
        ),
        with(
            field("fldProg009", "进度", 2, "Progress"),
            json!({ "formatter": "0%", "range_customize": true, "min": 0, "max": 1 }),
        ),
        with(
            field("fldRate010", "价值评分", 2, "Rating"),
            json!({ "formatter": "0", "min": 1, "max": 5, "rating": { "symbol": "star" } }),
        ),
        field("fldDone011", "已确认", 7, "Checkbox"),
        field("fldLink012", "原型", 15, "Url"),
        field("fldFile013", "附件", 17, "Attachment"),
        with(
            field("fldCalc014", "折后金额", 20, "Formula"),
            json!({ "formatter": "0.00", "formula_expression": "[合同金额] * 0.9" }),
        ),
        lookup,
        with(
            field("fldChat016", "项目群", 23, "GroupChat"),
            json!({ "multiple": true }),
        ),
        {
            let mut serial = with(field("fldSeri017", "编号", 1005, "AutoNumber"), number);
            serial.serial = REQUESTS.len() as u64;
            serial
        },
        field("fldMade018", "创建人", 1003, "CreatedUser"),
        with(
            field("fldWhen019", "创建时间", 1001, "CreatedTime"),
            json!({ "date_formatter": "yyyy-MM-dd HH:mm" }),
        ),
        with(
            field("fldEdit020", "最近修改", 1002, "ModifiedTime"),
            json!({ "date_formatter": "yyyy-MM-dd HH:mm" }),
        ),
    ]
}

fn requests(now_ms: i64) -> Table {
    let mut views = vec![
        view("vewGrid001", "全部需求", "grid"),
        view("vewKanb002", "按状态", "kanban"),
        view("vewGant003", "排期", "gantt"),
        view("vewForm004", "需求收集表", "form"),
        view("vewMine005", "P0 进行中", "grid"),
    ];
    let fields = request_fields();
    views[3].form = Some(form_of(&fields));
    let urgent = json!({ "conjunction": "and", "conditions": [
        { "field_id": "fldPrio003", "operator": "is", "value": "[\"optfldPrio0030\"]" },
        { "field_id": "fldStat004", "operator": "is", "value": "[\"optfldStat0042\"]" },
    ]});
    views[4].property.insert("filter_info".to_owned(), urgent);
    let hidden = json!(["fldFile013", "fldChat016"]);
    views[4].property.insert("hidden_fields".to_owned(), hidden);
    let mut table = table(t::TABLE, "需求", fields, views);
    let midnight = (now_ms + 8 * 3_600_000) / DAY * DAY - 8 * 3_600_000;
    for (at, row) in REQUESTS.iter().enumerate() {
        let (title, customer, priority, status, owner, due, amount, tags, done, value) = *row;
        let place = i64::try_from(at).unwrap_or(0);
        let tags: Vec<Value> = tags.iter().map(|tag| option("fldTags008", *tag)).collect();
        let mut values = vec![
            ("fldTitle01", json!(title)),
            ("fldCust002", json!([patron(customer)])),
            ("fldPrio003", option("fldPrio003", priority)),
            ("fldStat004", option("fldStat004", status)),
            ("fldOwnr005", json!([owner])),
            ("fldDue0006", json!(midnight + due * DAY)),
            ("fldAmt0007", json!(amount)),
            ("fldTags008", tags.into()),
            ("fldProg009", json!(done)),
            ("fldRate010", json!(value)),
            ("fldSeri017", json!(format!("FR-{:04}", at + 1))),
        ];
        if status >= 2 {
            values.push(("fldDone011", json!(true)));
        }
        if at == 0 {
            let prototype = json!({ "text": "原型 v3", "link": "https://design.example/p/3" });
            values.push(("fldLink012", prototype));
            values.push(("fldFile013", json!([SKETCH])));
            values.push(("fldChat016", json!(["oc_9c1f4a7be2d04c5f8a6b3d7e1f20a9b4"])));
        }
        let made = now_ms - (60 - place) * DAY;
        table.push(record(format!("recReq{:05}", at + 1), owner, made, values));
    }
    table
}

fn patron(at: usize) -> String {
    format!("recCus{:05}", at + 1)
}

fn customers(now_ms: i64) -> Table {
    let fields = vec![
        field("fldName101", "客户名称", 1, "Text"),
        choosing(
            field("fldTier102", "等级", 3, "SingleSelect"),
            &["战略", "重点", "普通"],
        ),
        field("fldLink103", "官网", 15, "Url"),
        with(
            field("fldBack104", "需求", 21, "DuplexLink"),
            json!({ "table_id": t::TABLE, "multiple": true, "back_field_name": "客户", "back_field": "fldCust002" }),
        ),
        with(
            field("fldCity105", "所在地", 22, "Location"),
            json!({ "location": { "input_type": "not_limit" } }),
        ),
        field("fldCall106", "联系电话", 13, "Phone"),
        field("fldMail107", "邮箱", 1, "Email"),
    ];
    let views = vec![
        view("vewGrid101", "全部客户", "grid"),
        view("vewCard102", "画册", "gallery"),
    ];
    let mut table = table(CUSTOMERS, "客户", fields, views);
    for (at, (name, tier, site, point, call)) in PATRONS.iter().enumerate() {
        let asked = REQUESTS.iter().enumerate();
        let asked = asked.filter(|(_, row)| row.1 == at);
        let back: Vec<Value> = asked
            .map(|(at, _)| format!("recReq{:05}", at + 1).into())
            .collect();
        let host = site.trim_start_matches("https://");
        let values = vec![
            ("fldName101", json!(name)),
            ("fldTier102", option("fldTier102", *tier)),
            ("fldLink103", json!({ "text": host, "link": site })),
            ("fldBack104", back.into()),
            (
                "fldCity105",
                json!({ "location": point, "full_address": point }),
            ),
            ("fldCall106", json!(call)),
            ("fldMail107", json!(format!("hello@{host}"))),
        ];
        table.push(record(
            patron(at),
            "james.miller",
            now_ms - 200 * DAY,
            values,
        ));
    }
    table
}

fn bugs(now_ms: i64) -> Table {
    let fields = vec![
        field("fldBug0001", "标题", 1, "Text"),
        choosing(
            field("fldSev0002", "严重程度", 3, "SingleSelect"),
            &["S1", "S2", "S3"],
        ),
        field("fldFix0003", "已修复", 7, "Checkbox"),
    ];
    let views = vec![view("vewBugs001", "全部缺陷", "grid")];
    let mut table = table("tblBuGs4Tr4ck3rZ", "缺陷", fields, views);
    for (at, (title, severity, fixed)) in BUGS.iter().enumerate() {
        let values = vec![
            ("fldBug0001", json!(title)),
            ("fldSev0002", option("fldSev0002", *severity)),
            ("fldFix0003", json!(fixed)),
        ];
        let id = format!("recBug{:05}", at + 1);
        table.push(record(id, demo::DEVELOPER, now_ms - 90 * DAY, values));
    }
    table
}

/// Adds the content of both bases.
pub(crate) fn fill(seeder: &mut Seeder<'_>) {
    let now_ms = seeder.now_ms;
    let pool = Base {
        revision: 58,
        tables: vec![requests(now_ms), customers(now_ms)],
        dashboards: vec![("blkPoolBoard001".to_owned(), "需求看板 Overview".to_owned())],
        ..Base::default()
    };
    let tracker = Base {
        revision: 203,
        tables: vec![bugs(now_ms)],
        ..Base::default()
    };
    let sketch = Upload {
        name: "看板草图.png".to_owned(),
        parent_type: "bitable_image".to_owned(),
        parent_node: t::BASE.to_owned(),
        document: t::BASE.to_owned(),
        tenant: seeder.tenant.to_owned(),
        actor: demo::DEVELOPER.to_owned(),
        data: STANDARD.encode(b"\x89PNG\r\n\x1a\n"),
        at_ms: now_ms - 30 * DAY,
    };
    let files = &mut seeder.state.media.files;
    files.insert(SKETCH.to_owned(), sketch);
    let bases = &mut seeder.state.bases.apps;
    bases.insert(t::BASE.to_owned(), pool);
    bases.insert(t::WIKI_BASE.to_owned(), tracker);
}
