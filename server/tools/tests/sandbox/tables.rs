//! `doc_table`: cells, rows, columns, merges.

use super::{
    editing::text,
    writing::{BATCH, forgetful, told},
    *,
};

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
