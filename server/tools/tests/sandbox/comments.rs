//! Comments.

use super::*;

fn thread_of(output: &ToolOutput) -> String {
    let name = named(output);
    name.split('/').next().unwrap().to_owned()
}

/// `THREAD/REPLY` as the answer names it.
fn named(output: &ToolOutput) -> String {
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
            json!({"ref": reference, "op": "list", "only": ["open"]}),
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

#[tokio::test]
async fn own_words_are_edited_and_deleted_and_those_of_others_are_not() {
    let world = World::full().await;
    let reference = world.made("The unique sentence.").await;
    let at = json!({"ref": reference, "op": "add", "text": "First.", "at": "unique"});
    let first = named(&world.ok("comments", at).await);
    let thread = first.split('/').next().unwrap().to_owned();
    let edit = json!({"ref": reference, "op": "edit", "thread": thread, "text": "Better."});
    let dry =
        json!({"ref": reference, "op": "edit", "thread": thread, "text": "x", "dry_run": true});
    assert!(world.ok("comments", dry).await.text.contains("First."));
    let edited = world.ok("comments", edit).await.text;
    assert!(
        edited.contains("edited") && edited.contains("before: First."),
        "{edited}"
    );
    let reply = json!({"ref": reference, "op": "reply", "thread": thread, "text": "And more."});
    let second = named(&world.ok("comments", reply).await);
    let delete = |thread: &str| json!({"ref": reference, "op": "delete", "thread": thread});
    let several = world.err("comments", delete(&thread)).await;
    assert_eq!(several.kind, ErrorKind::Ambiguous);
    assert_eq!(several.details["candidates"].as_array().unwrap().len(), 2);
    let gone = world.ok("comments", delete(&second)).await.text;
    assert!(
        gone.contains("deleted:") && gone.contains("> And more."),
        "{gone}"
    );
    let last = world.ok("comments", delete(&thread)).await.text;
    assert!(last.contains("deleted, with its thread"), "{last}");
    let list = json!({"ref": reference, "op": "list"});
    assert!(
        world
            .ok("comments", list)
            .await
            .text
            .contains("no comments")
    );
    let missing = world.err("comments", delete(&thread)).await;
    assert_eq!(missing.kind, ErrorKind::NotFound);

    let release = format!("docx:{}", demo::RELEASE_DOC);
    let list = json!({"ref": release, "op": "list"});
    let threads = world.ok("comments", list).await.structured.unwrap();
    let foreign = threads["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|thread| thread["replies"][0]["author_id"] != world.cx.facts.open_id.as_str())
        .unwrap();
    let foreign = format!(
        "{}/{}",
        foreign["thread"].as_str().unwrap(),
        foreign["replies"][0]["reply"].as_str().unwrap()
    );
    for op in ["edit", "delete"] {
        let call = json!({"ref": release, "op": op, "thread": foreign, "text": "x"});
        let refused = world.err("comments", call).await;
        assert_eq!(refused.kind, ErrorKind::ForbiddenResource, "{op}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_and_repeated_words_are_not_posted_twice() {
    let world = World::full().await;
    let reference = world.made("One sentence.").await;
    let count = async || {
        let list = json!({"ref": reference, "op": "list"});
        let data = world.ok("comments", list).await.structured.unwrap();
        data["items"].as_array().unwrap().len()
    };
    let add = json!({"ref": reference, "op": "add", "text": "Whole."});
    world.ok("comments", add.clone()).await;
    let again = world.ok("comments", add).await.text;
    assert!(again.contains("not posted again"), "{again}");
    assert_eq!(count().await, 1);
    let at = json!({"ref": reference, "op": "add", "text": "Here.", "at": "One sentence"});
    let thread = thread_of(&world.ok("comments", at.clone()).await);
    assert!(
        world
            .ok("comments", at)
            .await
            .text
            .contains("not posted again")
    );
    assert_eq!(count().await, 2);
    let reply = json!({"ref": reference, "op": "reply", "thread": thread, "text": "Yes."});
    world.ok("comments", reply.clone()).await;
    let again = world.ok("comments", reply).await.text;
    assert!(again.contains("not posted again"), "{again}");

    // Feishu did it, and the answer broke off.
    let fault = |path: &str, kind| world.sandbox.add_fault(Fault::new(path, kind).times(1));
    let anchored = "/open-apis/drive/v1/files/*/new_comments";
    fault(anchored, FaultKind::DropAfter);
    let lost = json!({"ref": reference, "op": "add", "text": "Lost?", "at": "One sentence"});
    let found = world.ok("comments", lost).await.text;
    assert!(found.contains("found afterwards"), "{found}");
    assert_eq!(count().await, 3);
    let replies = "/open-apis/drive/v1/files/*/comments/*/replies";
    world.sandbox.add_fault(Fault {
        method: Some("POST".to_owned()),
        ..Fault::new(replies, FaultKind::Malformed).times(1)
    });
    let reply = json!({"ref": reference, "op": "reply", "thread": thread, "text": "Lost, too?"});
    let found = world.ok("comments", reply).await.text;
    assert!(found.contains("found afterwards"), "{found}");
    // Feishu did not do it.
    fault(anchored, FaultKind::DropBefore);
    let lost = json!({"ref": reference, "op": "add", "text": "Never?", "at": "One sentence"});
    let unknown = world.err("comments", lost.clone()).await;
    assert_eq!(unknown.kind, ErrorKind::Upstream);
    assert!(unknown.hint.unwrap().contains("no such comment is there"));
    world.ok("comments", lost).await;
    assert_eq!(count().await, 4);
}

#[tokio::test]
async fn lists_are_filtered_and_reactions_are_shown() {
    let world = World::full().await;
    let release = format!("docx:{}", demo::RELEASE_DOC);
    let shown = async |only: Value| {
        let list = json!({"ref": release, "op": "list", "only": only});
        let data = world.ok("comments", list).await.structured.unwrap();
        data["items"].as_array().unwrap().len()
    };
    let all = shown(json!([])).await;
    assert_eq!(all, 3);
    assert_eq!(shown(json!(["open", "resolved"])).await, all);
    assert_eq!(shown(json!(["resolved"])).await, 1);
    assert_eq!(shown(json!(["mine"])).await, 2, "where the developer wrote");
    assert_eq!(shown(json!(["mentions_me"])).await, 1);
    assert_eq!(shown(json!(["since:2099-01-01"])).await, 0);
    assert_eq!(shown(json!(["open", "since:2020-01-01"])).await, 2);
    let unknown = json!({"ref": release, "op": "list", "only": ["new"]});
    assert!(
        world
            .err("comments", unknown)
            .await
            .hint
            .unwrap()
            .contains("mentions_me")
    );

    let list = json!({"ref": release, "op": "list", "only": ["resolved"]});
    let found = world.ok("comments", list.clone()).await;
    assert!(found.text.contains("resolved by Chen Yu"), "{}", found.text);
    let thread = thread_of(&found);
    let react = |text: &str| json!({"ref": release, "op": "react", "thread": thread, "text": text});
    world.ok("comments", react("THUMBSUP")).await;
    world.ok("comments", react("THUMBSUP")).await;
    let text = world.ok("comments", list.clone()).await.text;
    assert!(text.contains("[THUMBSUP×1]"), "{text}");
    world.ok("comments", react("-THUMBSUP")).await;
    assert!(!world.ok("comments", list).await.text.contains("THUMBSUP"));
    assert_eq!(
        world.err("comments", react("👍")).await.kind,
        ErrorKind::Invalid
    );
}

#[tokio::test]
async fn sheets_and_wiki_pages_take_comments_and_bases_do_not() {
    let world = World::full().await;
    let sheet = format!("sheet:{}", demo::SHEET);
    let at = |place: &str| json!({"ref": sheet, "op": "add", "text": "Check this.", "at": place});
    for place in ["Q4 预算!b2", "Q4bud1!$B$3", "支出明细!C4"] {
        let added = world.ok("comments", at(place)).await.text;
        assert!(added.contains("added"), "{added}");
    }
    assert_eq!(
        world.err("comments", at("B0")).await.kind,
        ErrorKind::Invalid
    );
    let tab = world.err("comments", at("Nowhere!B2")).await;
    assert_eq!(tab.kind, ErrorKind::NotFound);
    assert!(!tab.details["candidates"].as_array().unwrap().is_empty());
    let whole = json!({"ref": sheet, "op": "add", "text": "All of it."});
    world.ok("comments", whole).await;
    let list = json!({"ref": sheet, "op": "list"});
    let text = world.ok("comments", list).await.text;
    assert!(
        text.contains("4 threads") && text.contains("whole document"),
        "{text}"
    );
    let page = format!("wiki:{}", demo::WIKI_DB_NODE);
    let list = json!({"ref": page, "op": "list"});
    assert!(world.ok("comments", list).await.text.contains("建议补充"));
    let base = json!({"ref": demo::BASE, "op": "list"});
    assert_eq!(world.err("comments", base).await.kind, ErrorKind::Invalid);
}
