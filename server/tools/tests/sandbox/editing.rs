//! Documents that are changed in place.

use super::*;

/// Every block of a document as Feishu prints it.
pub(super) async fn raw(world: &World, reference: &str) -> Vec<Value> {
    let token = reference.trim_start_matches("docx:");
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let request = feishu::Request::get("/open-apis/docx/v1/documents/{document_id}/blocks")
            .path("document_id", token)
            .unwrap()
            .query("page_size", "500")
            .query("page_token", &cursor);
        let page: Value = world.cx.feishu.fetch(request).await.unwrap();
        all.extend(page["items"].as_array().unwrap().clone());
        if page["has_more"] != true {
            return all;
        }
        page["page_token"].as_str().unwrap().clone_into(&mut cursor);
    }
}

pub(super) async fn text(world: &World, reference: &str) -> String {
    let read = world
        .ok("doc_read", json!({"ref": reference, "budget": 20000}))
        .await;
    let (_, body) = read.text.split_once("\n\n").unwrap();
    body.trim().to_owned()
}

fn id_of(blocks: &[Value], words: &str) -> String {
    let found = blocks
        .iter()
        .find(|block| {
            // An id may spell a word by chance.
            let mut block = (*block).clone();
            for name in ["block_id", "parent_id", "children"] {
                block[name] = Value::Null;
            }
            block.to_string().contains(words) && block["block_type"] != 1
        })
        .unwrap_or_else(|| panic!("no block with {words}"));
    found["block_id"].as_str().unwrap().to_owned()
}

/// Every block that is in both states, but for those named, is the same to the last byte.
fn untouched(before: &[Value], after: &[Value], touched: &[&str]) -> usize {
    let mut same = 0;
    for block in before {
        let id = block["block_id"].as_str().unwrap();
        if touched.contains(&id) {
            continue;
        }
        if let Some(now) = after
            .iter()
            .find(|now| now["block_id"] == block["block_id"])
        {
            assert_eq!(block.to_string(), now.to_string(), "{id}");
            same += 1;
        }
    }
    same
}

const PLAN: &str = "# Plan\n\nWe ship on **Friday** to all.\n\n## Risks\n\n- rain\n- snow\n  - deep snow\n\n> [!TIP]\n> Bring a coat\n\n## Done\n\n| a | b |\n| --- | --- |\n| one | two |\n\n- [ ] call Ann";

#[tokio::test]
async fn words_are_replaced_and_everything_else_stays_to_the_last_byte() {
    let world = World::full().await;
    let reference = world.made(PLAN).await;
    let before = raw(&world, &reference).await;
    let output = world
        .ok(
            "doc_edit",
            json!({"ref": reference, "ops": [
                {"op": "replace_text", "at": "Friday", "markdown": "Monday"},
                {"op": "replace_text", "at": "two", "markdown": "2 *or* 3"}]}),
        )
        .await;
    assert!(output.text.contains("revision"), "{}", output.text);
    let after = raw(&world, &reference).await;
    let touched = [id_of(&before, "Friday"), id_of(&before, "two")];
    let same = untouched(&before, &after, &[&touched[0], &touched[1]]);
    assert_eq!((same, after.len()), (before.len() - 2, before.len()));
    let expected = PLAN.replace("Friday", "Monday").replace("two", "2 *or* 3");
    assert_eq!(text(&world, &reference).await, expected);
    assert_eq!(
        world.sandbox.calls_of("docx.v1.documentBlock.batchUpdate"),
        1
    );
}

#[tokio::test]
async fn all_operations_of_a_call_are_one_plan() {
    let world = World::full().await;
    let reference = world.made(PLAN).await;
    let before = raw(&world, &reference).await;
    let snow = id_of(&before, "\"snow\"");
    let calls = world.cx.feishu.meter().calls();
    let output = world
        .ok(
            "doc_edit",
            json!({"ref": reference, "ops": [
                {"op": "insert_after", "at": "Risks", "markdown": "First.\n\nSecond."},
                {"op": "insert_after", "at": "Risks", "markdown": "Third."},
                {"op": "insert_before", "at": format!("{{#{snow}}}"), "markdown": "- hail"},
                {"op": "append", "at": snow, "markdown": "- deeper snow"},
                {"op": "append", "at": "Bring a coat", "markdown": "and a hat"},
                {"op": "delete", "at": "call Ann"},
                {"op": "append", "markdown": "The end."}]}),
        )
        .await;
    let sent = world.cx.feishu.meter().calls() - calls;
    assert_eq!(sent, 2 + 5 + 1, "{}", output.text);
    let expected = PLAN
        .replace("## Risks\n", "## Risks\n\nFirst.\n\nSecond.\n\nThird.\n")
        .replace("- snow", "- hail\n- snow")
        .replace("  - deep snow", "  - deep snow\n  - deeper snow")
        .replace("> Bring a coat", "> Bring a coat\n> \n> and a hat")
        .replace("- [ ] call Ann", "The end.");
    let read = text(&world, &reference).await;
    assert_eq!(read.replace("> \n", ">\n"), expected.replace("> \n", ">\n"));
    untouched(
        &before,
        &raw(&world, &reference).await,
        &[
            &snow,
            reference.trim_start_matches("docx:"),
            &id_of(&before, "\"callout\""),
            &id_of(&before, "Bring a coat"),
        ],
    );
}

#[tokio::test]
async fn replacing_a_section_touches_only_what_reads_differently() {
    let world = World::full().await;
    let reference = world.made(PLAN).await;
    let before = raw(&world, &reference).await;
    let section =
        "## Risks\n\n- rain and wind\n- snow\n  - deep snow\n- ice\n\n> [!TIP]\n> Bring a coat";
    let output = world
        .ok(
            "doc_edit",
            json!({"ref": reference, "ops": [{"op": "replace", "at": "## Risks", "markdown": section}]}),
        )
        .await;
    assert!(output.text.contains("changed: "), "{}", output.text);
    let after = raw(&world, &reference).await;
    let rain = id_of(&before, "rain");
    let root = reference.trim_start_matches("docx:");
    assert_eq!(untouched(&before, &after, &[&rain, root]), before.len() - 2);
    assert_eq!(after.len(), before.len() + 1);
    let expected = PLAN
        .replace("- rain", "- rain and wind")
        .replace("  - deep snow", "  - deep snow\n- ice");
    assert_eq!(text(&world, &reference).await, expected);
    let again = world
        .ok(
            "doc_edit",
            json!({"ref": reference, "ops": [{"op": "replace", "at": "## Risks", "markdown": section}]}),
        )
        .await;
    assert!(again.text.contains("nothing to change"), "{}", again.text);
}

#[tokio::test]
async fn a_section_moves_and_what_cannot_move_is_gone_around_or_refused() {
    let world = World::full().await;
    let reference = world.made(PLAN).await;
    world
        .ok(
            "doc_edit",
            json!({"ref": reference, "ops": [{"op": "move", "at": "## Done", "to": "before: Risks"}]}),
        )
        .await;
    let read = text(&world, &reference).await;
    assert!(read.find("## Done") < read.find("## Risks"), "{read}");
    assert!(
        read.contains("| one | two |") && read.ends_with("Bring a coat"),
        "{read}"
    );
    // A board cannot be made anew: the paragraph before it goes behind it instead.
    let other = world.made("one\n\ntwo").await;
    let board = json!([{"block_id": "b", "block_type": 43, "board": {"align": 2}, "children": []}]);
    let request = feishu::Request::post(
        "/open-apis/docx/v1/documents/{document_id}/blocks/{block_id}/descendant",
    )
    .path("document_id", other.trim_start_matches("docx:"))
    .unwrap()
    .path("block_id", other.trim_start_matches("docx:"))
    .unwrap()
    .json(&json!({"children_id": ["b"], "index": 1, "descendants": board}));
    world.cx.feishu.call(request).await.unwrap();
    let blocks = raw(&world, &other).await;
    let board = id_of(&blocks, "\"board\"");
    world
        .ok(
            "doc_edit",
            json!({"ref": other, "ops": [{"op": "move", "at": board, "to": "start"}]}),
        )
        .await;
    let after = raw(&world, &other).await;
    assert_eq!(after[1]["block_id"], json!(board));
    let refused = world
        .err(
            "doc_edit",
            json!({"ref": other, "ops": [
                {"op": "replace_text", "at": "one", "markdown": "1"},
                {"op": "move", "at": board, "to": "two"}]}),
        )
        .await;
    assert_eq!(refused.kind, ErrorKind::Invalid);
    assert!(
        refused.message.contains("ops[1]") && refused.message.contains("board"),
        "{refused:?}"
    );
    assert_eq!(
        raw(&world, &other).await,
        after,
        "nothing of a refused call is sent"
    );
}

#[tokio::test]
async fn words_in_several_places_name_the_candidates_and_change_nothing() {
    let world = World::full().await;
    let reference = world.made("same words\n\nsame words again\n\nother").await;
    let before = raw(&world, &reference).await;
    for op in [
        json!({"op": "replace_text", "at": "same words", "markdown": "x"}),
        json!({"op": "delete", "at": "same"}),
    ] {
        let error = world
            .err("doc_edit", json!({"ref": reference, "ops": [op]}))
            .await;
        assert_eq!(error.kind, ErrorKind::Ambiguous);
        let candidates = error.details["candidates"].as_array().unwrap();
        assert_eq!(candidates.len(), 2, "{error:?}");
        assert!(candidates[1].as_str().unwrap().contains("same words again"));
    }
    let none = world
        .err(
            "doc_edit",
            json!({"ref": reference, "ops": [{"op": "delete", "at": "Same words"}]}),
        )
        .await;
    assert_eq!(none.kind, ErrorKind::NotFound);
    assert_eq!(none.details["candidates"].as_array().unwrap().len(), 2);
    assert_eq!(raw(&world, &reference).await, before);
    world
        .ok(
            "doc_edit",
            json!({"ref": reference, "ops": [{"op": "replace_text", "at": "same", "to": "all", "markdown": "new"}]}),
        )
        .await;
    let read = text(&world, &reference).await;
    assert_eq!(read, "new words\n\nnew words again\n\nother");
}

#[tokio::test]
async fn an_old_revision_is_a_conflict_that_tells_the_new_one() {
    let world = World::full().await;
    let reference = world.made("one\n\ntwo").await;
    let edit = |text: &str, base: i64| json!({"ref": reference, "base_revision": base, "ops": [{"op": "append", "markdown": text}]});
    let first = world.ok("doc_edit", edit("three", 2)).await;
    assert!(first.text.contains("revision: 3"), "{}", first.text);
    let error = world.err("doc_edit", edit("four", 2)).await;
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert_eq!(error.details["revision"], 3);
    let dry = world
        .err(
            "doc_edit",
            json!({"ref": reference, "base_revision": 2, "dry_run": true, "ops": [{"op": "append", "markdown": "x"}]}),
        )
        .await;
    assert_eq!(dry.kind, ErrorKind::Conflict);
}

#[tokio::test]
async fn a_dry_run_shows_the_lines_that_change() {
    let world = World::full().await;
    let reference = world.made(PLAN).await;
    let before = raw(&world, &reference).await;
    let output = world
        .ok(
            "doc_edit",
            json!({"ref": reference, "dry_run": true, "ops": [
                {"op": "replace_text", "at": "Friday", "markdown": "Monday"},
                {"op": "delete", "at": "deep snow"}]}),
        )
        .await;
    for line in [
        "- We ship on **Friday** to all.",
        "+ We ship on **Monday** to all.",
        "-   - deep snow",
        "2 requests",
    ] {
        assert!(output.text.contains(line), "{line}\n{}", output.text);
    }
    assert_eq!(raw(&world, &reference).await, before);
}

#[tokio::test]
async fn what_feishu_would_refuse_is_refused_before_anything_is_sent() {
    let world = World::full().await;
    let reference = world.made(PLAN).await;
    let before = raw(&world, &reference).await;
    for (op, word) in [
        (
            json!({"op": "append", "at": "two", "markdown": "|x|\n|-|\n|y|"}),
            "cannot hold",
        ),
        (json!({"op": "insert_after", "at": "Risks"}), "markdown"),
        (
            json!({"op": "replace_text", "at": "rain", "markdown": "a\n\nb"}),
            "one paragraph",
        ),
        (
            json!({"op": "move", "at": "## Risks", "to": "deep snow"}),
            "itself",
        ),
        (
            json!({"op": "delete", "at": "Done", "to": "Risks"}),
            "does not come after",
        ),
    ] {
        let error = world
            .err("doc_edit", json!({"ref": reference, "ops": [op]}))
            .await;
        assert_eq!(error.kind, ErrorKind::Invalid, "{error:?}");
        assert!(error.message.contains(word), "{word}: {error:?}");
    }
    assert_eq!(raw(&world, &reference).await, before);
    for token in [demo::PRIVATE_DOC, demo::OTHER_DOC, demo::DELETED_DOC] {
        let error = world
            .err(
                "doc_edit",
                json!({"ref": format!("docx:{token}"), "ops": [{"op": "append", "markdown": "x"}]}),
            )
            .await;
        assert!(
            matches!(
                error.kind,
                ErrorKind::ForbiddenResource | ErrorKind::NotFound
            ),
            "{error:?}"
        );
    }
}
