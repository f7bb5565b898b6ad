//! `base_write`: rows of every type, keys, bad rows, conflicts, lost answers.

use super::*;

impl World {
    async fn records(&self, op: &str, mut arguments: Value) -> ToolOutput {
        arguments["op"] = op.into();
        self.ok("base_write", at(arguments)).await
    }

    async fn no_records(&self, op: &str, mut arguments: Value) -> ToolError {
        arguments["op"] = op.into();
        self.err("base_write", at(arguments)).await
    }

    /// The fields of the only record that a condition finds.
    async fn record(&self, condition: &str) -> Value {
        let call = json!({"table": "需求", "where": [condition]});
        let data = self.base(call).await.structured.unwrap();
        let items = data["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{condition}: {items:?}");
        items[0].clone()
    }

    async fn count(&self) -> u64 {
        let call = json!({"table": "需求", "fields": ["count()"]});
        let data = self.base(call).await.structured.unwrap();
        data["items"][0]["count()"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    }
}

fn at(mut arguments: Value) -> Value {
    arguments["ref"] = format!("base:{}", demo::BASE).into();
    if arguments.get("table").is_none() {
        arguments["table"] = "需求".into();
    }
    arguments
}

const RECORDS: &str = "/open-apis/bitable/v1/apps/*/records/*";

#[tokio::test]
async fn every_type_is_written_in_the_form_in_which_it_is_read() {
    let world = World::full().await;
    let row = json!({
        "需求": "新需求", "客户": "海天物流, 晨星教育", "优先级": "P1", "状态": "待评估",
        "负责人": ["陈雨", "me"], "期望时间": "2026-12-24", "合同金额": "¥12,500.5",
        "标签": "体验、安全", "进度": "45%", "价值评分": 4, "已确认": true,
        "原型": "原型 <https://a.example/p>", "附件": "看板草图.png (boxSk3tchOfTheB0ardV1ew9aBc)",
        "项目群": "oc_9c1f4a7be2d04c5f8a6b3d7e1f20a9b4", "编号": "ignored",
    });
    let made = world
        .records("create", json!({"rows": row.to_string()}))
        .await;
    assert!(!made.partial, "{}", made.text);
    assert!(
        made.text.contains("编号") && made.text.contains("revision"),
        "{}",
        made.text
    );
    let record = world.record("需求 is 新需求").await;
    let fields = &record["fields"];
    assert_eq!(fields["客户"], "海天物流, 晨星教育");
    assert_eq!(fields["负责人"], "陈雨");
    assert_eq!(fields["期望时间"], "2026-12-24");
    assert_eq!(fields["合同金额"], "12500.5");
    assert_eq!(fields["标签"], "体验, 安全");
    assert_eq!(fields["进度"], "0.45");
    assert_eq!(fields["价值评分"], "4");
    assert_eq!(fields["已确认"], "true");
    assert_eq!(fields["原型"], "原型 <https://a.example/p>");
    assert_eq!(fields["编号"], "FR-0017");
    let customer = json!({
        "客户名称": "新客户", "所在地": "116.39, 39.9", "联系电话": "+86 138-0013-8000", "邮箱": "a@b.example",
    });
    let call = json!({"table": "客户", "rows": customer.to_string()});
    world.records("create", call).await;
    let read = json!({"table": "客户", "where": ["客户名称 is 新客户"]});
    let data = world.base(read).await.structured.unwrap();
    let fields = &data["items"][0]["fields"];
    assert!(
        fields["所在地"]
            .as_str()
            .unwrap()
            .ends_with("(116.39,39.9)")
    );
    assert_eq!(fields["联系电话"], "+8613800138000");
    // What was read is written back without any change.
    let id = record["record_id"].as_str().unwrap();
    let call = json!({"table": "需求", "where": [id]});
    let shown = world.base(call).await.text;
    let rows: Vec<&str> = shown.lines().skip(1).take(2).collect();
    let call = json!({"rows": rows.join("\n"), "dry_run": true});
    let same = world.records("update", call).await;
    assert!(same.text.contains("unchanged 1"), "{}", same.text);
    assert_eq!(world.sandbox.unpublished_fields(), Vec::<String>::new());
}

#[tokio::test]
async fn bad_rows_are_told_one_by_one_and_good_ones_written() {
    let world = World::full().await;
    let rows = "需求,合同金额,状态,负责人,期望时间,客户,价值评分\n\
                好的,1,待评估,,,,\n\
                钱,many,,,,,\n\
                选项,,待评价,,,,\n\
                人,,,没有这个人,,,\n\
                时间,,,,soon,,\n\
                关联,,,,,没有公司,\n\
                评分,,,,,,9\n";
    let output = world.records("create", json!({"rows": rows})).await;
    assert!(output.partial);
    let data = output.structured.clone().unwrap();
    assert_eq!(data["created"], 1, "{}", output.text);
    let failed: Vec<u64> = data["failed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["row"].as_u64().unwrap())
        .collect();
    assert_eq!(failed, [2, 3, 4, 5, 6, 7], "{}", output.text);
    assert!(
        output.text.contains("待评估"),
        "near options: {}",
        output.text
    );
    let before = world.count().await;
    for (rows, word) in [
        ("需要\nx", "需求"),
        ("需求\n", ""),
        ("需求,需求\na,b", ""),
        ("{\"需求\":", ""),
    ] {
        let error = world.no_records("create", json!({"rows": rows})).await;
        assert!(error.render().0.contains(word), "{rows}: {error:?}");
        assert!(error.hint.is_some());
    }
    let error = world
        .no_records("create", json!({"rows": "合同金额\nmany"}))
        .await;
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.message.contains("row 1"), "{error:?}");
    assert_eq!(
        world.no_records("create", json!({})).await.kind,
        ErrorKind::Invalid
    );
    assert_eq!(world.count().await, before);
}

#[tokio::test]
async fn what_feishu_alone_can_see_is_found_by_halving() {
    let world = World::full().await;
    let mut rows = "需求\t附件\n".to_owned();
    for number in 0..40 {
        let file = if number == 17 { "boxOfAnotherBase" } else { "" };
        for part in ["half ", &number.to_string(), "\t", file, "\n"] {
            rows.push_str(part);
        }
    }
    let output = world.records("create", json!({"rows": rows})).await;
    let data = output.structured.unwrap();
    assert_eq!(data["created"], 39, "{}", output.text);
    assert_eq!(data["failed"][0]["row"], 18, "{}", output.text);
    assert!(output.text.contains("1254303"), "{}", output.text);
}

#[tokio::test]
async fn rows_are_matched_by_key_and_only_changes_are_written() {
    let world = World::full().await;
    let rows = "需求,状态,合同金额\n多币种报价单,开发中,390000\n权限到字段级,开发中,520000\n全新的,待评估,5\n";
    let call = json!({"rows": rows, "key": ["需求"], "dry_run": true});
    let preview = world.records("upsert", call).await;
    for part in ["create 1", "update 1", "unchanged 1", "已排期 → 开发中"] {
        assert!(preview.text.contains(part), "{part}: {}", preview.text);
    }
    assert_eq!(world.count().await, 16, "a preview writes nothing");
    let call = json!({"rows": rows, "key": ["需求"]});
    let done = world
        .records("upsert", call.clone())
        .await
        .structured
        .unwrap();
    assert_eq!(
        (&done["created"], &done["updated"], &done["unchanged"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let again = world.records("upsert", call).await.structured.unwrap();
    assert_eq!(again["unchanged"], 3, "the second time nothing changes");
    let twice = json!({"rows": "需求\n全新的\n全新的", "key": ["需求"]});
    let twice = world.records("upsert", twice).await;
    assert!(twice.text.contains("same key as row 1"), "{}", twice.text);
    let many = json!({"rows": "状态,备注\n开发中,x", "key": ["状态"]});
    assert_eq!(
        world.no_records("update", many).await.kind,
        ErrorKind::NotFound
    );
    let many = json!({"rows": "状态,价值评分\n开发中,1", "key": ["状态"]});
    let error = world.no_records("update", many).await;
    assert!(error.message.contains("several records"), "{error:?}");
    let clear = json!({"rows": "record_id,合同金额,状态\nrecReq00001,null,"});
    world.records("update", clear).await;
    let fields = world.record("recReq00001").await["fields"].clone();
    assert!(fields.get("合同金额").is_none());
    assert_eq!(fields["状态"], "开发中", "an empty cell stays");
    let new = json!({"rows": "record_id,状态\nrecReq00001,+冻结"});
    world.records("update", new).await;
    assert_eq!(world.record("recReq00001").await["fields"]["状态"], "冻结");
}

#[tokio::test]
async fn conflicts_are_tried_again_and_lost_answers_double_nothing() {
    let world = World::full().await;
    let mut busy = Fault::new(RECORDS, FaultKind::Code).times(2);
    busy.code = Some(1_254_291);
    busy.method = Some("POST".to_owned());
    world.sandbox.add_fault(Fault {
        skip: 0,
        path: "*/records/batch_create".to_owned(),
        ..busy
    });
    let rows: String = (0..30).map(|n| format!("busy {n}\n")).collect();
    let call = json!({"rows": format!("需求\n{rows}")});
    let output = world.records("create", call).await;
    assert!(!output.partial, "{}", output.text);
    assert_eq!(world.count().await, 46);
    world
        .sandbox
        .add_fault(Fault::new("*/records/batch_create", FaultKind::DropAfter).times(1));
    let rows: String = (0..30).map(|n| format!("lost {n}\n")).collect();
    let output = world
        .records("create", json!({"rows": format!("需求\n{rows}")}))
        .await;
    assert_eq!(output.structured.unwrap()["created"], 30);
    assert_eq!(world.count().await, 76, "made once");
}

#[tokio::test]
async fn a_call_that_was_cut_off_goes_on_by_its_key() {
    let world = World::full().await;
    let rows: String = (0..2_500).map(|n| format!("part {n}\n")).collect();
    let call = json!({"rows": format!("需求\n{rows}"), "idempotency_key": "import-7"});
    // The second batch has its effect, but nobody hears of it, and nothing gets through after it.
    let mut lost = Fault::new("*/records/batch_create", FaultKind::DropAfter).times(1);
    lost.skip = 1;
    world.sandbox.add_fault(lost);
    let mut down = Fault::new("*/records/batch_create", FaultKind::Status);
    down.skip = 1;
    world.sandbox.add_fault(down);
    let cut = world.records("create", call.clone()).await;
    assert!(cut.partial, "{}", cut.text);
    let data = cut.structured.unwrap();
    assert_eq!(
        (&data["created"], &data["left"]),
        (&json!(1000), &json!(1500))
    );
    assert!(
        cut.text.contains("idempotency_key=import-7"),
        "{}",
        cut.text
    );
    world.sandbox.clear_faults();
    let rest = world.records("create", call).await;
    assert!(!rest.partial, "{}", rest.text);
    assert_eq!(
        world.count().await,
        16 + 2_500,
        "nothing doubled, nothing lost"
    );
}

#[tokio::test]
async fn records_are_deleted_by_id_and_key_after_a_question() {
    let world = World::full().await;
    let tool = tools::find("base_write").unwrap();
    let call = at(json!({"op": "delete", "rows": "record_id\nrecReq00015\nrecReq00016"}));
    assert!(tool.needs_confirmation(&call, Locale::En).unwrap());
    let asked = tool.question(&world.cx, call.clone()).await.unwrap();
    assert!(
        asked.contains("2 records") && asked.contains("需求"),
        "{asked}"
    );
    let preview = at(json!({"op": "delete", "rows": "需求\n多币种报价单", "dry_run": true}));
    assert!(!tool.needs_confirmation(&preview, Locale::En).unwrap());
    let shown = world.ok("base_write", preview).await;
    assert!(shown.text.contains("delete 1"), "{}", shown.text);
    world.ok("base_write", call).await;
    assert_eq!(world.count().await, 14);
    let gone = json!({"rows": "record_id\nrecReq00016\nrecReq00014"});
    let output = world.records("delete", gone).await;
    assert!(output.partial);
    assert_eq!(world.count().await, 13, "{}", output.text);
    let none = json!({"rows": "需求\n没有这个"});
    assert!(
        world
            .no_records("delete", none)
            .await
            .message
            .contains("no record")
    );
}

#[tokio::test]
async fn a_file_of_rows_is_read_from_the_drive() {
    let world = World::full().await;
    let csv = format!(
        "\u{feff}需求,合同金额\n{}",
        (0..50)
            .map(|n| format!("file {n},{n}\n"))
            .collect::<String>()
    );
    let encoded = {
        use base64_of::encode;
        encode(csv.as_bytes())
    };
    let put = json!({"name": "rows.csv", "base64": encoded});
    let file = world.ok("media_put", put).await.target.unwrap();
    let output = world.records("create", json!({"file": file})).await;
    assert_eq!(output.structured.unwrap()["created"], 50);
    let both = json!({"file": file, "rows": "需求\nx"});
    assert_eq!(
        world.no_records("create", both).await.kind,
        ErrorKind::Invalid
    );
    let document = json!({"file": format!("docx:{}", demo::OKR_DOC)});
    assert_eq!(
        world.no_records("create", document).await.kind,
        ErrorKind::Invalid
    );
}

/// Base64 without a crate of its own.
mod base64_of {
    pub(super) fn encode(bytes: &[u8]) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for part in bytes.chunks(3) {
            let at = |index: usize| u32::from(part.get(index).copied().unwrap_or(0));
            let word = at(0) << 16 | at(1) << 8 | at(2);
            for index in 0..4 {
                if index <= part.len() {
                    let letter = (word >> (18 - 6 * index)) & 63;
                    text.push(char::from(LETTERS[letter as usize]));
                } else {
                    text.push('=');
                }
            }
        }
        text
    }
}
