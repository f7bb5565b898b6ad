//! `sheet_calc` and `chart_create`: numbers of the seeded budget, computed and drawn.

use feishu::api::sheets;

use super::*;

/// The seeded budget: a plan, what was spent, and a summary over both.
const PLAN: &str = "'Q4 预算'";

impl World {
    /// One answer of `sheet_calc`.
    async fn calc(&self, formula: &str, set: &[&str]) -> Value {
        let arguments = json!({ "ref": demo::SHEET, "formulas": [formula], "set": set });
        let output = self.ok("sheet_calc", arguments).await;
        output.structured.unwrap()["results"][0].clone()
    }
}

#[tokio::test]
async fn formulas_are_computed_over_the_live_sheet() {
    let world = World::full().await;
    for (formula, value) in [
        ("=SUM(C2:C13)".to_owned(), json!(434_000.0)),
        (format!("=SUM({PLAN}!C2:E13)"), json!(1_731_000.0)),
        ("=F14".to_owned(), json!(1_731_000.0)),
        (
            "=SUMIFS(C2:C13,A2:A13,\"市场部\")".to_owned(),
            json!(31_000.0),
        ),
        (
            "=VLOOKUP(\"行政部\",A2:I13,2,FALSE)".to_owned(),
            json!("办公用品"),
        ),
        ("=COUNTA(UNIQUE(A2:A13))".to_owned(), json!(5.0)),
        (
            "=TEXT(MIN('支出明细'!A2:A85),\"yyyy-mm-dd\")".to_owned(),
            json!("2026-10-08"),
        ),
        ("=C2/0".to_owned(), json!("#DIV/0!")),
        ("=没有这个!A1".to_owned(), json!("#REF!")),
        ("=NOSUCH(1)".to_owned(), json!("#NAME?")),
    ] {
        assert_eq!(world.calc(&formula, &[]).await["value"], value, "{formula}");
    }
    let array = world.calc("=C2:E3*2", &[]).await;
    assert_eq!(
        array["value"],
        json!([
            [72_000.0, 16_000.0, 48_000.0],
            [16_000.0, 72_000.0, 16_000.0]
        ])
    );
}

#[tokio::test]
async fn what_if_computes_what_hangs_on_the_cell_and_writes_nothing() {
    let mut world = World::full().await;
    world.cx.locale = Locale::Zh;
    let arguments = json!({
        "ref": demo::SHEET,
        "formulas": [format!("={PLAN}!F14"), "='汇总 Summary'!B2", format!("={PLAN}!C3")],
        "set": [format!("{PLAN}!C2=136,000")],
    });
    let output = world.ok("sheet_calc", arguments).await;
    let text = &output.text;
    assert!(text.contains("1731000 → 1831000"), "{text}");
    assert_eq!(
        text.matches("1731000 → 1831000").count(),
        2,
        "through the tab of the summary: {text}"
    );
    assert!(
        text.contains("8000 (不变)") && text.contains("未写入"),
        "{text}"
    );
    assert_eq!(output.target, Some(format!("sheet:{}", demo::SHEET)));
    let results = &output.structured.unwrap()["results"];
    assert_eq!(results[0]["before"], json!(1_731_000.0));
    for (method, path, _) in world.sandbox.latest_requests(100) {
        assert!(
            method == "GET" || !path.contains("/sheets/"),
            "{method} {path}"
        );
    }
    assert_eq!(world.calc("=C2", &[]).await["value"], json!(36_000.0));
    // A formula may be tried, and a circle is told.
    assert_eq!(
        world.calc("=F2", &["C2==D2*10"]).await["value"],
        json!(112_000.0)
    );
    assert_eq!(
        world.calc("=F2", &["C2==F2"]).await["value"],
        json!("#CIRC!")
    );
}

#[tokio::test]
async fn questions_that_cannot_be_answered_say_why() {
    let world = World::full().await;
    let asked = |formulas: Value, set: Value| json!({ "ref": demo::SHEET, "formulas": formulas, "set": set });
    for (arguments, words) in [
        (asked(json!([]), json!([])), "1 to 20"),
        (
            asked(json!(["=SEQUENCE(9000)*SEQUENCE(1,9000)"]), json!([])),
            "81000000",
        ),
        (asked(json!(["=SEQUENCE(C2)"]), json!([])), "SEQUENCE"),
        (asked(json!(["=A1"]), json!(["B2"])), "B2"),
        (asked(json!(["=A1"]), json!(["B2:C3=4"])), "B2:C3"),
        (asked(json!(["=A1"]), json!(["ZZ9999=4"])), "outside"),
        (asked(json!(["=A1"]), json!(["没有!B2=4"])), "没有"),
    ] {
        let error = world.err("sheet_calc", arguments.clone()).await;
        let text = error.render().0;
        assert!(text.contains(words), "{arguments}: {text}");
        assert!(error.hint.is_some() || words == "1 to 20", "{text}");
    }
    let document = json!({ "ref": demo::OKR_DOC, "formulas": ["=1"] });
    assert_eq!(
        world.err("sheet_calc", document).await.kind,
        ErrorKind::Invalid
    );
}

#[tokio::test]
async fn a_chart_is_shown_before_it_is_placed() {
    let world = World::full().await;
    let arguments = json!({
        "kind": "stacked_bar", "ref": demo::SHEET, "range": format!("{PLAN}!B1:E13"),
        "options": ["title=Q4 预算", "y=元"],
    });
    let output = world.ok("chart_create", arguments).await;
    assert_eq!(output.images.len(), 1);
    assert_eq!(output.images[0].mime_type, "image/png");
    assert!(output.images[0].bytes.starts_with(b"\x89PNG"));
    assert!(
        output.text.contains("12 labels") && output.text.contains("10 月, 11 月, 12 月"),
        "{}",
        output.text
    );
    let svg = json!({
        "kind": "pie", "data": "来源\t客户数\n搜索\t1,200\n推荐\t800", "options": ["title=<来源>", "as=svg"],
    });
    let svg = world.ok("chart_create", svg).await.text;
    assert!(
        svg.contains("&lt;来源&gt;") && svg.contains("60.0%"),
        "{svg}"
    );
    for (arguments, words) in [
        (json!({ "kind": "bar" }), "`ref` or `data`"),
        (json!({ "kind": "bar", "data": "a\tb" }), "no number"),
        (json!({ "kind": "pie", "data": "a\t-1" }), "negative"),
        (json!({ "kind": "scatter", "data": "east\t1" }), "numbers"),
        (
            json!({ "kind": "bar", "data": "a\t1", "options": ["colour=red"] }),
            "colour=red",
        ),
        (
            json!({ "kind": "bar", "data": "a\t1", "options": ["as=svg"], "to": demo::OKR_DOC }),
            "SVG",
        ),
    ] {
        let text = world
            .err("chart_create", arguments.clone())
            .await
            .render()
            .0;
        assert!(text.contains(words), "{arguments}: {text}");
    }
}

#[tokio::test]
async fn a_chart_is_put_into_a_document_and_over_a_sheet() {
    let mut world = World::full().await;
    let document = world.made("# Report\n\nbefore\n\nafter").await;
    let arguments = json!({
        "kind": "line", "ref": demo::SHEET, "range": format!("{PLAN}!B1:D13"), "to": document,
        "options": ["title=支出"], "idempotency_key": "chart-1",
    });
    let placed = world.ok("chart_create", arguments).await;
    assert!(
        !placed.partial && placed.images.is_empty(),
        "{}",
        placed.text
    );
    let block = placed.structured.unwrap()["block_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let shown = world
        .ok("media_get", json!({ "ref": document, "at": block }))
        .await;
    assert!(
        shown.text.contains("1920x1080") && shown.text.contains("支出.png"),
        "{}",
        shown.text
    );

    let arguments = json!({
        "kind": "bar", "data": "月\t元\n10 月\t3\n11 月\t4", "to": demo::SHEET, "at": format!("{PLAN}!L2"),
    });
    let placed = world.ok("chart_create", arguments.clone()).await;
    let id = placed.structured.unwrap()["float_image_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let tabs = sheets::tabs(&world.cx.feishu, demo::SHEET).await.unwrap();
    let tab = tabs.iter().find(|tab| tab.title == "Q4 预算").unwrap();
    let there = sheets::images(&world.cx.feishu, (demo::SHEET, &tab.sheet_id))
        .await
        .unwrap();
    let mine = there
        .iter()
        .find(|image| image.float_image_id == id)
        .unwrap();
    assert!(mine.range.ends_with("L2:L2"), "{}", mine.range);

    // What the organisation has switched off stays off.
    let mut facts = (*world.cx.facts).clone();
    facts.capabilities = vec![Capability::SheetsRead, Capability::DocsRead];
    world.cx.facts = Arc::new(facts);
    for to in [demo::SHEET, document.as_str()] {
        let arguments = json!({ "kind": "bar", "data": "a\t1", "to": to });
        let error = world.err("chart_create", arguments).await;
        assert_eq!(error.kind, ErrorKind::BlockedByPolicy, "{to}");
    }
}
