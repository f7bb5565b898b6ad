//! Spreadsheets: what is read is what is there, and what is written is told.

use super::*;

pub(super) fn budget() -> String {
    format!("sheet:{}", demo::SHEET)
}

impl World {
    /// A new spreadsheet with one empty tab, `Sheet1` of 200 rows and 20 columns.
    pub(super) async fn sheet(&self) -> String {
        let made = self
            .ok("sheet_manage", json!({"op": "create", "name": "Numbers"}))
            .await;
        made.target.unwrap()
    }

    pub(super) async fn write(&self, arguments: Value) -> String {
        self.ok("sheet_write", arguments).await.text
    }

    pub(super) async fn read(&self, reference: &str, range: &str, shown: &str) -> String {
        let arguments = json!({"ref": reference, "range": range, "as": shown});
        self.ok("sheet_read", arguments).await.text
    }
}

/// The lines of the table alone.
pub(super) fn rows(text: &str) -> Vec<&str> {
    let lines = text.lines();
    let number = |line: &&str| {
        let head = line.split('\t').next().unwrap_or_default();
        !head.is_empty() && head.bytes().all(|b| b.is_ascii_digit())
    };
    lines.filter(number).collect()
}

#[tokio::test]
async fn a_tab_is_read_as_typed_lines_without_its_empty_end() {
    let world = World::full().await;
    let text = world.ok("sheet_read", json!({"ref": budget()})).await.text;
    assert!(text.starts_with("'Q4 预算'!A1:N120 · revision "), "{text}");
    assert!(
        text.contains("tabs: 'Q4 预算' 120×14 · 支出明细 2000×11"),
        "{text}"
    );
    let lines = rows(&text);
    assert!(
        lines.len() == 14 && lines[1].starts_with("2\t研发部\t云服务\t"),
        "{text}"
    );
    assert!(
        text.contains("(merged, the value is in the first cell: A14:B14)"),
        "{text}"
    );
    assert!(!text.contains("cursor"), "{text}");
    let spent = world.read(&budget(), "支出明细!A2:K3", "values").await;
    let first: Vec<&str> = rows(&spent)[0].split('\t').collect();
    assert_eq!(first[..3], ["2", "2026-10-08", "EXP-0001"], "{spent}");
    assert!(first[11].starts_with("[发票 0001](https://"), "{spent}");
    let shown = world.read(&budget(), "Exp2ns!A2:H2", "formatted").await;
    assert!(
        shown.contains("2026/10/08") && shown.contains('¥'),
        "{shown}"
    );
    let formulas = world.read(&budget(), "支出明细!A2:H2", "formulas").await;
    assert!(
        formulas.contains("=ROUND(F2*(1+G2),2)") && formulas.contains("2026-10-08"),
        "{formulas}"
    );
    let summary = world.read(&budget(), "汇总 Summary!A9:B9", "values").await;
    assert!(summary.contains("2026-12-01T10:30+08:00"), "{summary}");
}

#[tokio::test]
async fn links_name_tabs_and_wiki_pages_are_spreadsheets_too() {
    let world = World::full().await;
    let link = format!(
        "{}/sheets/{}?sheet=Sum3ry",
        world.sandbox.base_url(),
        demo::SHEET
    );
    let text = world.ok("sheet_read", json!({"ref": link})).await.text;
    assert!(text.starts_with("'汇总 Summary'!"), "{text}");
    let hits = world
        .ok("search", json!({"query": "服务器", "kinds": ["sheet"]}))
        .await;
    let hit = hits.structured.unwrap()["items"][0]["ref"]
        .as_str()
        .map(str::to_owned);
    if let Some(hit) = hit {
        let text = world
            .ok("sheet_read", json!({"ref": hit, "limit": 2}))
            .await
            .text;
        assert!(text.contains("prod-"), "{text}");
    }
}

#[tokio::test]
async fn long_tabs_come_in_pages_and_a_text_is_found() {
    let world = World::full().await;
    let page = json!({"ref": budget(), "range": "支出明细", "limit": 10});
    let text = world.ok("sheet_read", page.clone()).await.text;
    assert_eq!(rows(&text).len(), 10);
    assert!(text.contains("next cursor=11 · truncated"), "{text}");
    let mut next = page.clone();
    next["cursor"] = json!("11");
    next["limit"] = json!(2000);
    let text = world.ok("sheet_read", next).await.text;
    assert!(
        rows(&text)[0].starts_with("11\t") && rows(&text).len() == 75,
        "{text}"
    );
    assert!(!text.contains("truncated"), "{text}");
    let mut wrong = page;
    wrong["cursor"] = json!("9999");
    assert_eq!(
        world.err("sheet_read", wrong).await.kind,
        ErrorKind::Invalid
    );
    let find = json!({"ref": budget(), "range": "支出明细", "find": "JETBRAINS", "limit": 2});
    let text = world.ok("sheet_read", find).await.text;
    assert!(
        text.contains("hold \"JETBRAINS\"") && rows(&text).len() == 2,
        "{text}"
    );
    assert!(
        rows(&text).iter().all(|row| row.contains("JetBrains")),
        "{text}"
    );
    let none = json!({"ref": budget(), "find": "no such words"});
    assert!(
        world
            .ok("sheet_read", none)
            .await
            .text
            .starts_with("0 cells")
    );
}

#[tokio::test]
async fn wrong_places_say_what_there_is() {
    let mut world = World::full().await;
    let read = |range: &str| json!({"ref": budget(), "range": range});
    let error = world.err("sheet_read", read("支出!A1")).await;
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(
        error.render().0.contains("- 支出明细 (Exp2ns)"),
        "{}",
        error.render().0
    );
    for range in ["Q4 预算!A1:", "A1:B2:C3", "C3:A1", "Q4 预算!Z1", "A121"] {
        let error = world.err("sheet_read", read(range)).await;
        assert_eq!(error.kind, ErrorKind::Invalid, "{range}: {error:?}");
        assert!(error.hint.is_some(), "{range}");
    }
    let document = json!({"ref": format!("docx:{}", demo::OKR_DOC)});
    let error = world.err("sheet_read", document).await;
    assert!(
        error.message.contains("document, not a spreadsheet"),
        "{error:?}"
    );
    world.cx.locale = Locale::Zh;
    let error = world.err("sheet_read", read("没有")).await;
    assert!(error.message.contains("没有名为"), "{error:?}");
}

#[tokio::test]
async fn values_keep_their_kind_on_the_way_there_and_back() {
    let world = World::full().await;
    let sheet = world.sheet().await;
    let values = "12\t-0.5\t007\t25%\n2026-11-23\t2026-11-23T06:05:00Z\tTRUE\t=A1*2\n'=1+1\t'12\t[site](https://example.com)\tline↵two";
    let told = world
        .write(json!({"ref": sheet, "op": "set", "values": values}))
        .await;
    assert!(told.starts_with("wrote 12 cells: Sheet1!A1:D3 (1 formulas, 3 numbers, 2 dates, 1 links, 1 truth values, 4 texts)"), "{told}");
    let back = world.read(&sheet, "Sheet1", "formulas").await;
    assert_eq!(
        rows(&back),
        [
            "1\t12\t-0.5\t007\t0.25",
            "2\t2026-11-23\t2026-11-23T14:05+08:00\tTRUE\t=A1*2",
            "3\t'=1+1\t'12\t[site](https://example.com)\tline↵two",
        ],
        "{back}"
    );
    let seen = world.read(&sheet, "D1:D2", "formatted").await;
    assert_eq!(rows(&seen), ["1\t25%", "2\t24"], "{seen}");
    // What was read can be written back as it stands.
    let body: Vec<&str> = rows(&back)
        .iter()
        .map(|row| row.split_once('\t').unwrap().1)
        .collect();
    world
        .write(json!({"ref": sheet, "op": "set", "range": "A11", "values": body.join("\n")}))
        .await;
    let copy = world.read(&sheet, "A11:D13", "formulas").await;
    let copied: Vec<&str> = rows(&copy)
        .iter()
        .map(|row| row.split_once('\t').unwrap().1)
        .collect();
    assert_eq!(copied, body, "{copy}");
}

#[tokio::test]
async fn what_is_overwritten_is_told_and_nothing_else_is_touched() {
    let world = World::full().await;
    let sheet = world.sheet().await;
    world
        .write(json!({"ref": sheet, "op": "set", "values": "a\tb\tc\nd\te\tf"}))
        .await;
    let set = json!({"ref": sheet, "op": "set", "range": "A1", "values": "a\tB\nD"});
    let mut dry = set.clone();
    dry["dry_run"] = json!(true);
    let told = world.write(dry).await;
    assert!(
        told.starts_with("dry run") && told.contains("2 cells: would overwrite"),
        "{told}"
    );
    let told = world.write(set).await;
    assert!(
        told.contains("- B1: b") && told.contains("- A2: d"),
        "{told}"
    );
    let back = world.read(&sheet, "", "values").await;
    assert_eq!(rows(&back), ["1\ta\tB\tc", "2\tD\te\tf"], "{back}");
    // Rows of JSON are taken as rows, and a tab grows where it has to.
    let far =
        json!({"ref": sheet, "op": "set", "range": "T200", "values": [["x", 1], [null, true]]});
    let told = world.write(far).await;
    assert!(told.contains("grows by 1 rows and 1 columns"), "{told}");
    let fill = json!({"ref": sheet, "op": "set", "range": "B5:C6", "values": "0"});
    assert!(world.write(fill).await.contains("wrote 4 cells"));
    let small = json!({"ref": sheet, "op": "set", "range": "A1:B1", "values": "1\t2\t3"});
    assert_eq!(
        world.err("sheet_write", small).await.kind,
        ErrorKind::Invalid
    );
    let old = json!({"ref": sheet, "op": "set", "values": "x", "base_revision": 1});
    assert_eq!(
        world.err("sheet_write", old).await.kind,
        ErrorKind::Conflict
    );
    let covered = json!({"ref": budget(), "op": "set", "range": "Q4 预算!B14", "values": "hidden"});
    let error = world.err("sheet_write", covered).await;
    assert!(
        error
            .message
            .contains("B14 lies under the merged cell A14:B14"),
        "{error:?}"
    );
}

#[tokio::test]
async fn rows_are_added_once_for_one_key() {
    let world = World::full().await;
    let append = json!({
        "ref": budget(), "op": "append", "range": "支出明细",
        "values": "2026-11-24\t'EXP-9001\t研发部\t云服务\tOther\t100", "idempotency_key": "bill 9001",
    });
    let told = world.write(append.clone()).await;
    assert!(told.contains("支出明细!A86:F86"), "{told}");
    let again = world.write(append).await;
    assert!(
        again.contains("nothing was repeated") && again.contains("A86:F86"),
        "{again}"
    );
    let back = world.read(&budget(), "支出明细!A85:F88", "values").await;
    assert_eq!(rows(&back).len(), 2, "{back}");
    assert!(
        rows(&back)[1].starts_with("86\t2026-11-24\tEXP-9001\t"),
        "{back}"
    );
    let prepend =
        json!({"ref": budget(), "op": "prepend", "range": "支出明细", "values": "first\tone"});
    let told = world.write(prepend).await;
    assert!(told.contains("支出明细!A2:B2"), "{told}");
    let back = world.read(&budget(), "支出明细!A1:B3", "values").await;
    assert!(
        rows(&back)[0].contains("日期") && rows(&back)[1] == "2\tfirst\tone",
        "{back}"
    );
}

#[tokio::test]
async fn a_lost_answer_does_not_add_rows_twice() {
    let world = World::full().await;
    let sheet = world.sheet().await;
    let append =
        json!({"ref": sheet, "op": "append", "values": "2026-11-24\tone\n2026-11-25\ttwo"});
    let path = "/open-apis/sheets/v2/spreadsheets/*/values_append";
    world
        .sandbox
        .add_fault(Fault::new(path, FaultKind::DropAfter).times(1));
    let told = world.write(append.clone()).await;
    assert!(
        told.contains("answer was lost once") && told.contains("Sheet1!A1:B2"),
        "{told}"
    );
    let back = world.read(&sheet, "", "values").await;
    assert_eq!(
        rows(&back),
        ["1\t2026-11-24\tone", "2\t2026-11-25\ttwo"],
        "{back}"
    );
    world
        .sandbox
        .add_fault(Fault::new(path, FaultKind::DropBefore).times(1));
    let error = world.err("sheet_write", append.clone()).await;
    assert!(error.hint.unwrap().contains("may be repeated"));
    world.sandbox.clear_faults();
    world.write(append).await;
    assert_eq!(rows(&world.read(&sheet, "", "values").await).len(), 4);
}

#[tokio::test]
async fn a_large_write_that_stops_half_way_goes_on_with_its_key() {
    let world = World::full().await;
    let sheet = world.sheet().await;
    let values: String = (1..=12_000)
        .map(|row| format!("{row}\tname {row}\n"))
        .collect();
    let append = json!({"ref": sheet, "op": "append", "values": values});
    let path = "/open-apis/sheets/v2/spreadsheets/*/values_append";
    let mut fault = Fault::new(path, FaultKind::Code);
    (fault.skip, fault.times) = (2, Some(1));
    (fault.code, fault.status) = (Some(90_218), Some(400));
    world.sandbox.add_fault(fault);
    let output = world.ok("sheet_write", append.clone()).await;
    assert!(
        output.partial && output.text.starts_with("partial: 10000 of 12000 rows"),
        "{}",
        output.text
    );
    let key = output.text.split("idempotency_key=").nth(1).unwrap();
    let key = key.split('.').next().unwrap().to_owned();
    let mut rest = append;
    rest["idempotency_key"] = json!(key);
    let told = world.write(rest).await;
    assert!(
        told.contains("the first 10000 rows were written by the earlier call"),
        "{told}"
    );
    assert!(told.contains("Sheet1!A10001:B12000"), "{told}");
    let end = world.read(&sheet, "A11999:B12010", "values").await;
    assert_eq!(
        rows(&end),
        ["11999\t11999\tname 11999", "12000\t12000\tname 12000"],
        "{end}"
    );
    let calls = world.sandbox.latest_requests(60);
    let appends = calls
        .iter()
        .filter(|(_, path, _)| path.ends_with("values_append"))
        .count();
    assert_eq!(appends, 4);
    // A limit of Feishu is waited for.
    world
        .sandbox
        .add_fault(Fault::new(path, FaultKind::RateLimit).times(1));
    world
        .write(json!({"ref": sheet, "op": "append", "values": "end"}))
        .await;
}

#[tokio::test]
async fn many_ranges_are_written_emptied_and_searched() {
    let world = World::full().await;
    let sheet = world.sheet().await;
    let batch = ">> Sheet1!A1\nname\tcity\nAnn\tParis\n>> Sheet1!D1:D2\nParis\nparis\n";
    let told = world
        .write(json!({"ref": sheet, "op": "batch", "values": batch}))
        .await;
    assert!(
        told.contains("wrote 6 cells") && told.contains("Sheet1!D1:D2"),
        "{told}"
    );
    let over = json!({"ref": sheet, "op": "batch", "values": ">> A1\nx\n>> A1:B2\ny"});
    assert_eq!(
        world.err("sheet_write", over).await.kind,
        ErrorKind::Invalid
    );
    let none = json!({"ref": sheet, "op": "batch", "values": "x\ty"});
    assert_eq!(
        world.err("sheet_write", none).await.kind,
        ErrorKind::Invalid
    );
    let replace = json!({"ref": sheet, "op": "replace", "find": "Paris", "values": "Lyon"});
    let told = world.write(replace).await;
    assert!(
        told.contains("in 2 cells") && told.contains("D1 B2"),
        "{told}"
    );
    let told = world
        .write(json!({"ref": sheet, "op": "clear", "range": "Sheet1!A2:B2"}))
        .await;
    assert!(
        told.contains("emptied 2 cells") && told.contains("- B2: Lyon"),
        "{told}"
    );
    let back = world.read(&sheet, "", "values").await;
    assert_eq!(
        rows(&back),
        ["1\tname\tcity\t\tLyon", "2\t\t\t\tparis"],
        "{back}"
    );
    let tool = tools::find("sheet_write").unwrap();
    let effect = |range: &str| {
        let call = json!({"ref": sheet, "op": "clear", "range": range});
        tool.effect_of(&call).unwrap()
    };
    for range in ["Sheet1", "Sheet1!A:A", "A1:Z100", "3:5", ""] {
        assert_eq!(effect(range), model::policy::Effect::Destroy, "{range}");
    }
    assert_eq!(effect("Sheet1!A1:B5"), model::policy::Effect::Write);
}

#[tokio::test]
async fn a_tab_that_is_named_like_a_cell_is_not_emptied_by_its_name() {
    let world = World::full().await;
    let sheet = world.sheet().await;
    world
        .ok(
            "sheet_manage",
            json!({"op": "create", "ref": sheet, "name": "Q4"}),
        )
        .await;
    world
        .write(json!({"ref": sheet, "op": "set", "range": "Q4!A1", "values": "kept"}))
        .await;
    let clear = json!({"ref": sheet, "op": "clear", "range": "Q4"});
    let error = world.err("sheet_write", clear).await;
    assert!(error.message.contains("at once"), "{error:?}");
    assert_eq!(
        rows(&world.read(&sheet, "Q4!A1", "values").await),
        ["1\tkept"]
    );
}
