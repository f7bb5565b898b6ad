//! `doc_history`: revisions and named versions.

use super::{
    editing::{raw, text},
    *,
};

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
async fn named_versions_are_listed_and_come_back() {
    let world = World::full().await;
    let reference = world.made("# Plan\n\nalpha\n\n- one\n- two").await;
    let token = reference.strip_prefix("docx:").unwrap();
    let before = raw(&world, &reference).await;
    let version = world
        .sandbox
        .name_version(token, "Agreed", DEVELOPER)
        .unwrap();
    world
        .ok(
            "doc_edit",
            json!({"ref": reference, "ops": [
                {"op": "replace_text", "at": "alpha", "markdown": "beta"},
                {"op": "append", "markdown": "more"}]}),
        )
        .await;
    let history = async |more: Value| {
        let mut arguments = json!({"ref": reference});
        let (all, more) = (
            arguments.as_object_mut().unwrap(),
            more.as_object().unwrap(),
        );
        all.extend(more.clone());
        world.call("doc_history", arguments).await
    };
    let list = history(json!({"op": "list"})).await.unwrap();
    let line = list.text.lines().find(|line| line.contains(&version));
    let line = line.unwrap_or_else(|| panic!("{}", list.text));
    assert!(
        line.contains("Agreed") && line.contains("Chen Yu"),
        "{line}"
    );
    let items = list.structured.as_ref().unwrap()["items"].clone();
    assert_eq!(items[0]["version"], version.as_str());
    // Feishu does not tell what a named version held.
    let diff = history(json!({"op": "diff", "revision": version})).await;
    assert_eq!(diff.unwrap_err().kind, ErrorKind::Invalid);
    let dry = history(json!({"op": "restore", "revision": version, "dry_run": true}));
    let dry = dry.await.unwrap();
    assert!(dry.text.contains("dry run"), "{}", dry.text);
    assert_ne!(raw(&world, &reference).await, before);
    let back = history(json!({"op": "restore", "revision": version})).await;
    let back = back.unwrap();
    assert!(
        back.text.contains("restored the named version"),
        "{}",
        back.text
    );
    assert_eq!(raw(&world, &reference).await, before);
    // The answer says which revision takes it back.
    let undo = back.text.split("restore revision ").nth(1).unwrap();
    let undo = undo.split_whitespace().next().unwrap();
    history(json!({"op": "restore", "revision": undo}))
        .await
        .unwrap();
    let read = world
        .ok("doc_read", json!({"ref": reference, "view": "full"}))
        .await;
    assert!(
        read.text.contains("beta") && read.text.contains("more"),
        "{}",
        read.text
    );
    let unknown = history(json!({"op": "restore", "revision": "nope"})).await;
    assert!(unknown.unwrap_err().hint.unwrap().contains("op=list"));
}

#[tokio::test]
async fn without_the_scope_for_versions_revisions_are_still_listed() {
    let mut scopes = Capability::scopes_of(&Capability::ALL);
    scopes.remove("drive:drive:version:readonly");
    let scopes: Vec<String> = scopes.into_iter().collect();
    let world = World::new(&scopes).await;
    let reference = world.made("x").await;
    let list = world
        .ok("doc_history", json!({"ref": reference, "op": "list"}))
        .await;
    assert!(
        list.text.contains("Revisions 1 to 2") && list.text.contains("is not granted"),
        "{}",
        list.text
    );
}
