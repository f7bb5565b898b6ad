//! Writes that stop, are repeated, and meet others; history, tables and blocks.

use super::{
    editing::{raw, text},
    *,
};

const DESCENDANT: &str = "/open-apis/docx/v1/documents/*/descendant";
const BATCH: &str = "/open-apis/docx/v1/documents/*/blocks/batch_update";

/// The same person, as another replica or a restarted one sees them: nothing is remembered.
fn forgetful(world: &World) -> ToolCx {
    let seed = SeededEntropy::new(1);
    let tenant = TenantId::mint(&SystemClock, &seed);
    let member = Some(MemberId::mint(&SystemClock, &SeededEntropy::new(1)));
    ToolCx {
        refs: RefCache::new().scoped(tenant, member),
        pace: Paces::new().of(tenant),
        entropy: Arc::new(SeededEntropy::new(99)),
        ..world.cx.clone()
    }
}

fn lines(count: usize) -> String {
    (0..count).map(|n| format!("line {n}\n\n")).collect()
}

/// The argument that a partial answer tells to pass.
fn told(output: &ToolOutput, name: &str) -> String {
    let (_, rest) = output.text.split_once(&format!("{name}=")).unwrap();
    let rest = rest.trim_start_matches('"');
    rest.split(['"', ' ', ',', ';']).next().unwrap().to_owned()
}

#[tokio::test]
async fn a_stopped_document_is_finished_by_its_key_on_another_replica() {
    let world = World::full().await;
    world.sandbox.add_fault(Fault {
        skip: 1,
        ..Fault::new(DESCENDANT, FaultKind::Status)
    });
    let mut arguments = json!({"title": "Long", "markdown": lines(2100)});
    let half = world.ok("doc_create", arguments.clone()).await;
    assert!(
        half.partial && half.text.contains("1000 of 2100"),
        "{}",
        half.text
    );
    world.sandbox.clear_faults();
    arguments["idempotency_key"] = json!(told(&half, "idempotency_key"));
    let whole = run(&forgetful(&world), "doc_create", arguments.clone())
        .await
        .unwrap();
    assert!(!whole.partial, "{}", whole.text);
    assert_eq!(whole.target, half.target);
    let again = run(&forgetful(&world), "doc_create", arguments)
        .await
        .unwrap();
    assert!(!again.partial, "{}", again.text);
    assert_eq!(world.sandbox.calls_of("docx.v1.document.create"), 1);
    let blocks = raw(&world, whole.target.as_deref().unwrap()).await;
    assert_eq!(blocks.len(), 2101);
    assert!(blocks[2100].to_string().contains("line 2099"));
}

#[tokio::test]
async fn a_lost_answer_costs_nothing() {
    let world = World::full().await;
    let reference = world.made("one\n\ntwo").await;
    for (path, op) in [
        (DESCENDANT, json!({"op": "append", "markdown": "three"})),
        (
            BATCH,
            json!({"op": "replace_text", "at": "one", "markdown": "1"}),
        ),
    ] {
        for kind in [FaultKind::DropAfter, FaultKind::Malformed] {
            world.sandbox.add_fault(Fault::new(path, kind).times(1));
            let done = world
                .call("doc_edit", json!({"ref": reference, "ops": [op]}))
                .await;
            world.sandbox.clear_faults();
            if let Ok(done) = done {
                assert!(!done.partial, "{}", done.text);
            }
        }
    }
    let read = text(&world, &reference).await;
    assert_eq!(read, "1\n\ntwo\n\nthree\n\nthree");
}

#[tokio::test]
async fn a_storm_of_limits_is_sat_out() {
    let world = World::full().await;
    let reference = world.made("one").await;
    world.sandbox.add_fault(Fault {
        reset_s: Some(0),
        ..Fault::new(DESCENDANT, FaultKind::RateLimit).times(4)
    });
    let done = world
        .ok(
            "doc_edit",
            json!({"ref": reference, "ops": [{"op": "append", "markdown": "two"}]}),
        )
        .await;
    assert!(!done.partial, "{}", done.text);
    assert_eq!(text(&world, &reference).await, "one\n\ntwo");
}

#[tokio::test]
async fn a_stopped_edit_goes_on_with_what_is_missing() {
    let world = World::full().await;
    let reference = world.made("one\n\ntwo\n\nthree").await;
    let mut arguments = json!({"ref": reference, "ops": [
        {"op": "replace_text", "at": "one", "markdown": "1"},
        {"op": "insert_after", "at": "two", "markdown": "two and a half"},
        {"op": "delete", "at": "three"}]});
    let fault = Fault {
        method: Some("DELETE".to_owned()),
        ..Fault::new("/open-apis/docx/v1/documents/*", FaultKind::Status)
    };
    world.sandbox.add_fault(fault);
    let half = world.ok("doc_edit", arguments.clone()).await;
    assert!(
        half.partial && half.text.contains("[partial]"),
        "{}",
        half.text
    );
    assert_eq!(
        text(&world, &reference).await,
        "1\n\ntwo\n\ntwo and a half\n\nthree"
    );
    world.sandbox.clear_faults();
    arguments["idempotency_key"] = json!(told(&half, "idempotency_key"));
    for round in 0..2 {
        let whole = run(&forgetful(&world), "doc_edit", arguments.clone())
            .await
            .unwrap();
        assert!(!whole.partial, "{}", whole.text);
        assert_eq!(
            whole.text.contains("nothing was done twice"),
            round == 1,
            "{}",
            whole.text
        );
        assert_eq!(text(&world, &reference).await, "1\n\ntwo\n\ntwo and a half");
    }
}

#[tokio::test]
async fn the_same_key_is_one_call_and_other_arguments_are_another() {
    let world = World::full().await;
    let reference = world.made("one").await;
    let call = |words: &str| json!({"ref": reference, "idempotency_key": "k", "ops": [{"op": "append", "markdown": words}]});
    world.ok("doc_edit", call("two")).await;
    world.ok("doc_edit", call("two")).await;
    run(&forgetful(&world), "doc_edit", call("two"))
        .await
        .unwrap();
    assert_eq!(text(&world, &reference).await, "one\n\ntwo");
    world.ok("doc_edit", call("three")).await;
    assert_eq!(text(&world, &reference).await, "one\n\ntwo\n\nthree");
}

#[tokio::test]
async fn writers_of_one_document_do_not_lose_each_others_work() {
    let world = World::full().await;
    let reference = world.made("start").await;
    let edits = (0..6).map(|n| {
        let reference = reference.clone();
        let cx = if n % 2 == 0 {
            world.cx.clone()
        } else {
            forgetful(&world)
        };
        async move {
            let ops = json!([{"op": "append", "markdown": format!("by {n}")}]);
            run(&cx, "doc_edit", json!({"ref": reference, "ops": ops})).await
        }
    });
    for done in futures::future::join_all(edits).await {
        assert!(!done.unwrap().partial);
    }
    let read = text(&world, &reference).await;
    for n in 0..6 {
        assert_eq!(read.matches(&format!("by {n}")).count(), 1, "{read}");
    }
}

#[tokio::test]
async fn a_cancelled_write_says_what_exists() {
    let world = World::full().await;
    let cancel = world.cx.cancel.clone();
    let mut cx = world.cx.clone();
    cx.progress = Progress::new(move |done, _, _| {
        if done == 1 {
            cancel.cancel();
        }
    });
    let half = run(
        &cx,
        "doc_create",
        json!({"title": "T", "markdown": lines(2100)}),
    )
    .await
    .unwrap();
    assert!(
        half.partial && half.text.contains("1000 of 2100"),
        "{}",
        half.text
    );
}

#[tokio::test]
async fn ten_thousand_blocks_take_as_few_calls_as_possible() {
    let world = World::full().await;
    let before = world.cx.feishu.meter().calls();
    let long = "word ".repeat(110);
    let markdown: String = (0..10_000).map(|n| format!("{n} {long}\n\n")).collect();
    assert!(markdown.len() > 5 << 20);
    let done = world
        .ok("doc_create", json!({"title": "T", "markdown": markdown}))
        .await;
    assert!(!done.partial, "{}", done.text);
    assert_eq!(world.cx.feishu.meter().calls() - before, 1 + 10 + 1);
    assert_eq!(
        raw(&world, done.target.as_deref().unwrap()).await.len(),
        10_001
    );
}

#[tokio::test]
async fn history_lists_compares_and_restores() {
    let world = World::full().await;
    let markdown = "# Plan\n\nalpha\n\n- one\n- two\n\n| a | b |\n| --- | --- |\n| c | d |";
    let reference = world.made(markdown).await;
    let before = raw(&world, &reference).await;
    world
        .ok(
            "doc_edit",
            json!({"ref": reference, "ops": [
            {"op": "replace_text", "at": "alpha", "markdown": "**beta**"},
            {"op": "delete", "at": "two"},
            {"op": "append", "markdown": "new"}]}),
        )
        .await;
    let history = |more: Value| {
        let mut arguments = json!({"ref": reference});
        arguments
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        arguments
    };
    let list = world
        .ok("doc_history", history(json!({"op": "list"})))
        .await;
    assert!(list.text.contains("revision 5"), "{}", list.text);
    let diff = world
        .ok(
            "doc_history",
            history(json!({"op": "diff", "revision": "2"})),
        )
        .await;
    for line in ["- alpha", "+ **beta**", "- - two", "+ new"] {
        assert!(diff.text.contains(line), "{line}: {}", diff.text);
    }
    let back = history(json!({"op": "restore", "revision": "2"}));
    let mut rehearsal = back.clone();
    rehearsal["dry_run"] = json!(true);
    let preview = world.ok("doc_history", rehearsal).await;
    assert!(preview.text.contains("+ alpha"), "{}", preview.text);
    let restored = world.ok("doc_history", back).await;
    assert!(
        restored.text.contains("restore revision 5"),
        "{}",
        restored.text
    );
    assert_eq!(text(&world, &reference).await, markdown);
    let after = raw(&world, &reference).await;
    let kept = before.iter().filter(|block| after.contains(block)).count();
    assert_eq!(
        kept,
        before.len() - 2,
        "only the page and the deleted item differ"
    );
    let gone = world
        .err(
            "doc_history",
            history(json!({"op": "diff", "revision": "99"})),
        )
        .await;
    assert_eq!(gone.kind, ErrorKind::NotFound);
    let bad = world
        .err(
            "doc_history",
            history(json!({"op": "restore", "revision": "nope"})),
        )
        .await;
    assert!(bad.hint.unwrap().contains("op=list"));
}

#[tokio::test]
async fn a_table_is_changed_by_cells_rows_columns_and_merges() {
    let world = World::full().await;
    let reference = world
        .made("intro\n\n| a | b |\n| --- | --- |\n| c | d |\n\nend")
        .await;
    let table = |more: Value| {
        let mut arguments = json!({"ref": reference});
        arguments
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        arguments
    };
    world
        .ok(
            "doc_table",
            table(json!({"op": "set_cells", "at": "B2", "values": [["**D**"]]})),
        )
        .await;
    world
        .ok(
            "doc_table",
            table(json!({"op": "add_rows", "values": [["e", "f"], ["g", ""]]})),
        )
        .await;
    world
        .ok(
            "doc_table",
            table(json!({"op": "add_columns", "at": "B", "values": [["x"], ["y"]]})),
        )
        .await;
    let read = text(&world, &reference).await;
    assert!(read.contains("| a | x | b |"), "{read}");
    assert!(
        read.contains("| c | y | **D** |") && read.contains("| e |  | f |"),
        "{read}"
    );
    world
        .ok("doc_table", table(json!({"op": "delete_rows", "at": "4"})))
        .await;
    world
        .ok("doc_table", table(json!({"op": "merge", "at": "A1:B1"})))
        .await;
    let hidden = world
        .err(
            "doc_table",
            table(json!({"op": "set_cells", "at": "B1", "values": [["z"]]})),
        )
        .await;
    assert_eq!(hidden.kind, ErrorKind::Invalid);
    world
        .ok("doc_table", table(json!({"op": "unmerge", "at": "A1"})))
        .await;
    world
        .ok(
            "doc_table",
            table(json!({"op": "delete_columns", "at": "B:C"})),
        )
        .await;
    let read = text(&world, &reference).await;
    assert!(
        read.contains("| c |") && !read.contains('y') && !read.contains("| g"),
        "{read}"
    );
    let outside = world
        .err("doc_table", table(json!({"op": "delete_rows", "at": "9"})))
        .await;
    assert_eq!(outside.kind, ErrorKind::Invalid);
    let missing = world
        .err(
            "doc_table",
            table(json!({"op": "merge", "table": "2", "at": "A1:B1"})),
        )
        .await;
    assert_eq!(missing.kind, ErrorKind::NotFound);
    assert_eq!(missing.details["candidates"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn rows_that_an_earlier_attempt_added_are_not_added_again() {
    let world = World::full().await;
    let reference = world.made("| a | b |\n| --- | --- |\n| c | d |").await;
    world.sandbox.add_fault(Fault {
        skip: 1,
        ..Fault::new(BATCH, FaultKind::Status)
    });
    let mut arguments =
        json!({"ref": reference, "op": "add_rows", "values": [["1", "2"], ["3", "4"]]});
    let half = world.ok("doc_table", arguments.clone()).await;
    assert!(half.partial, "{}", half.text);
    world.sandbox.clear_faults();
    arguments["idempotency_key"] = json!(told(&half, "idempotency_key"));
    let whole = run(&forgetful(&world), "doc_table", arguments)
        .await
        .unwrap();
    assert!(!whole.partial, "{}", whole.text);
    let read = text(&world, &reference).await;
    assert!(read.ends_with("| c | d |\n| 1 | 2 |\n| 3 | 4 |"), "{read}");
}

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
