//! `doc_blocks`: trees of every kind in one call.

use super::{editing::raw, *};

#[tokio::test]
async fn blocks_of_every_kind_come_in_one_call() {
    let world = World::full().await;
    let reference = world.made("start").await;
    let blocks = json!([
        "## Markdown",
        {"t": "callout", "emoji": "bulb", "bg": 4, "c": ["text", {"t": "ul", "x": "item"}]},
        {"t": "grid", "w": [40, 60], "c": [["left"], ["right", {"t": "hr"}]]},
        {"t": "table", "rows": [["Plan", "Cost"], ["A", ["*1*"]]], "merge": ["A1:B1"]},
        {"t": "iframe", "url": "https://www.figma.com/x?y=1", "type": 8},
        {"t": "timeline", "record": {"items": []}},
        {"t": "sheet", "rows": 3, "cols": 3},
        {"t": "board"},
        {"t": "image"},
        {"t": "todo", "x": "do **it**", "done": true, "c": [{"t": "todo", "x": "sub"}]},
        {"t": "code", "lang": "rust", "x": "fn main() {}"}]);
    let arguments = json!({"ref": reference, "blocks": blocks.to_string(), "index": 0});
    let mut rehearsal = arguments.clone();
    rehearsal["dry_run"] = json!(true);
    let preview = world.ok("doc_blocks", rehearsal).await;
    assert!(preview.text.contains("grid_column×2"), "{}", preview.text);
    let output = world.ok("doc_blocks", arguments).await;
    assert!(
        !output.partial && output.text.contains("callout "),
        "{}",
        output.text
    );
    let after = raw(&world, &reference).await;
    let kind = |number: i64| after.iter().find(|block| block["block_type"] == number);
    assert_eq!(kind(19).unwrap()["callout"]["background_color"], 4);
    assert_eq!(kind(25).unwrap()["grid_column"]["width_ratio"], 40);
    assert_eq!(
        kind(31).unwrap()["table"]["property"]["merge_info"][0]["col_span"],
        2
    );
    assert_eq!(
        kind(40).unwrap()["add_ons"]["component_type_id"],
        "blk_6358a421bca0001c22536e4c"
    );
    for number in [22, 26, 27, 30, 43] {
        assert!(kind(number).is_some(), "{number}");
    }
    assert!(after[0]["children"].as_array().unwrap().len() >= 12);
    for (blocks, word) in [
        ("[{", "JSON"),
        (r#"[{"t":"nothing"}]"#, "nothing"),
        (r#"[{"t":"grid","c":[["one"]]}]"#, "blocks[0]"),
        (r#"[{"t":"callout","c":[{"t":"hr"}]}]"#, "may not hold"),
        (r#"[{"t":"mindnote"}]"#, "mindnote"),
    ] {
        let error = world
            .err("doc_blocks", json!({"ref": reference, "blocks": blocks}))
            .await;
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(error.message.contains(word), "{word}: {error:?}");
    }
}
