//! Comments.

use super::*;

fn thread_of(output: &ToolOutput) -> String {
    let rest = output.text.split("thread ").nth(1).unwrap();
    rest.split(' ').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_comment_is_added_answered_resolved_and_listed_with_its_author() {
    let world = World::full().await;
    let reference = world
        .made("# Plan\n\nThe unique sentence.\n\nAnother.")
        .await;
    let me = world.cx.facts.open_id.clone();
    let text = format!("Please look @[Chen Yu](user:{me})");
    let dry = world
        .ok(
            "comments",
            json!({"ref": reference, "op": "add", "text": text, "dry_run": true}),
        )
        .await;
    assert!(dry.text.contains("dry run"));
    world
        .ok(
            "comments",
            json!({"ref": reference, "op": "add", "text": text}),
        )
        .await;
    let anchored = world
        .ok(
            "comments",
            json!({
        "ref": reference, "op": "add", "text": "Here.", "at": "unique sentence"}),
        )
        .await;
    let thread = thread_of(&anchored);
    world
        .ok(
            "comments",
            json!({"ref": reference, "op": "reply", "thread": thread, "text": "Done."}),
        )
        .await;
    let list = world
        .ok("comments", json!({"ref": reference, "op": "list"}))
        .await;
    assert!(
        list.text.contains("2 threads, 2 open") && list.text.contains("Chen Yu"),
        "{}",
        list.text
    );
    assert!(
        list.text.contains(&format!("@[Chen Yu](user:{me})")) && list.text.contains("Done."),
        "{}",
        list.text
    );
    world
        .ok(
            "comments",
            json!({"ref": reference, "op": "resolve", "thread": thread}),
        )
        .await;
    let open = world
        .ok(
            "comments",
            json!({"ref": reference, "op": "list", "unresolved_only": true}),
        )
        .await;
    assert_eq!(
        open.structured.unwrap()["items"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_resolved_or_unknown_thread_takes_no_reply_and_says_so() {
    let world = World::full().await;
    let reference = world.made("One sentence.").await;
    let anchored = world
        .ok(
            "comments",
            json!({"ref": reference, "op": "add", "text": "Here.", "at": "One sentence"}),
        )
        .await;
    let thread = thread_of(&anchored);
    world
        .ok(
            "comments",
            json!({"ref": reference, "op": "resolve", "thread": thread}),
        )
        .await;
    let solved = world
        .err(
            "comments",
            json!({"ref": reference, "op": "reply", "thread": thread, "text": "x"}),
        )
        .await;
    assert!(solved.hint.unwrap().contains("reopen"));
    world
        .ok(
            "comments",
            json!({"ref": reference, "op": "reopen", "thread": thread}),
        )
        .await;
    let none = world
        .err(
            "comments",
            json!({"ref": reference, "op": "reply", "thread": "1", "text": "x"}),
        )
        .await;
    assert!(
        matches!(none.kind, ErrorKind::NotFound | ErrorKind::Invalid),
        "{none:?}"
    );
}

#[tokio::test]
async fn long_comments_come_in_pages_that_fit_the_budget() {
    let world = World::full().await;
    let reference = world.made("Plan.").await;
    for n in 0..16 {
        let text = format!("{n} {}", "评论".repeat(290));
        world
            .ok(
                "comments",
                json!({"ref": reference, "op": "add", "text": text}),
            )
            .await;
    }
    let mut seen = 0;
    let mut cursor = Value::Null;
    for _ in 0..5 {
        let page = world
            .ok(
                "comments",
                json!({"ref": reference, "op": "list", "cursor": cursor}),
            )
            .await;
        assert!(page.text.chars().count() < 7000);
        let data = page.structured.unwrap();
        seen += data["items"].as_array().unwrap().len();
        assert_eq!(data["truncated"], data["next"].is_string());
        if data["next"].is_null() {
            break;
        }
        cursor = data["next"].clone();
    }
    assert_eq!(seen, 16);
}
