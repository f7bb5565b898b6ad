//! Exports and imports of `files`: jobs that Feishu works at while the call waits.

use std::time::Duration;

use super::{files::page, *};

#[tokio::test]
async fn a_job_that_outlasts_the_call_is_continued_with_its_ticket() {
    let mut world = World::full().await;
    let folder = world.folder("Slow").await;
    let now = world.cx.now;
    world.cx.now = now - Duration::from_mins(2);
    let begun = world.files("delete", json!({"ref": folder})).await;
    assert!(begun.partial, "{}", begun.text);
    let ticket = begun.structured.unwrap()["ticket"].clone();
    world.cx.now = now;
    let done = world.files("job", json!({"ref": ticket})).await;
    assert!(!done.partial && done.text.contains("done"), "{}", done.text);
    let wrong = world.no_files("job", json!({"ref": "nothing"})).await;
    assert_eq!(wrong.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn a_cancelled_call_names_the_ticket_of_what_goes_on() {
    let world = World::full().await;
    let folder = world.folder("Cancelled").await;
    let cancel = world.cx.cancel.clone();
    let cx = ToolCx {
        progress: Progress::new(move |_, _, _| cancel.cancel()),
        ..world.cx.clone()
    };
    let error = run(&cx, "files", json!({"op": "delete", "ref": folder}))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Cancelled);
    let ticket = error.details["ticket"].as_str().unwrap();
    let cx = ToolCx {
        cancel: CancellationToken::new(),
        ..world.cx.clone()
    };
    let done = run(&cx, "files", json!({"op": "job", "ref": ticket})).await;
    assert!(!done.unwrap().partial);
}

#[tokio::test]
async fn a_rate_limit_is_passed_on_and_outlived_by_a_job() {
    let world = World::full().await;
    let folder = world.folder("Limited").await;
    world.fail(
        "/open-apis/drive/v1/files/create_folder",
        FaultKind::RateLimit,
    );
    let error = world.no_files("create", json!({"name": "x"})).await;
    assert_eq!(error.kind, ErrorKind::RateLimited);
    world.sandbox.clear_faults();
    let once = Fault::new("/open-apis/drive/v1/files/task_check", FaultKind::RateLimit);
    world.sandbox.add_fault(once.times(1));
    let gone = world.files("delete", json!({"ref": folder})).await;
    assert!(!gone.partial, "{}", gone.text);
}

#[tokio::test]
async fn documents_are_exported_as_text_and_as_files() {
    let world = World::full().await;
    let long: String = (0..900)
        .map(|n| format!("Paragraph {n} has a few words in it.\n\n"))
        .collect();
    let doc = world.made(&long).await;
    let first = world.files("export", json!({"ref": doc})).await;
    assert!(first.text.contains("Paragraph 0"), "{}", first.text);
    let (_, next) = first.text.rsplit_once("cursor=").unwrap();
    let next = next.split_whitespace().next().unwrap();
    let next = world
        .files("export", json!({"ref": doc, "cursor": next}))
        .await;
    assert!(!next.text.contains("Paragraph 0 "), "{}", next.text);
    let folder = world.folder("Files").await;
    for form in ["pdf", "docx", "md"] {
        let order = json!({"ref": doc, "as": form, "to": folder, "idempotency_key": form});
        let saved = world.files("export", order.clone()).await;
        let file = saved.target.clone().unwrap();
        assert!(file.starts_with("file:"), "{}", saved.text);
        assert!(saved.text.contains(&format!(".{form}")), "{}", saved.text);
        let again = world.files("export", order).await;
        assert_eq!(again.target, saved.target);
    }
    assert_eq!(world.listed(&folder).await.len(), 3);
    let table = format!("{}?table={}", page_of(&world, demo::BASE), demo::TABLE);
    let rows = world
        .files("export", json!({"ref": table, "as": "csv"}))
        .await;
    assert!(rows.text.contains("需求,客户"), "{}", rows.text);
    let which = json!({"ref": format!("base:{}", demo::BASE), "as": "csv"});
    let which = world.no_files("export", which).await;
    assert_eq!(which.kind, ErrorKind::Ambiguous);
    assert!(
        which.details["candidates"][0]
            .as_str()
            .unwrap()
            .contains("?table=")
    );
    let wrong = world
        .no_files("export", json!({"ref": doc, "as": "xlsx"}))
        .await;
    assert_eq!(wrong.kind, ErrorKind::Invalid);
    let in_wiki = json!({"ref": doc, "as": "pdf", "to": format!("wiki:{}", demo::WIKI_NODE)});
    assert_eq!(
        world.no_files("export", in_wiki).await.kind,
        ErrorKind::Invalid
    );
}

fn page_of(world: &World, base: &str) -> String {
    format!("{}/base/{base}", world.sandbox.base_url())
}

#[tokio::test]
async fn files_become_documents_in_folders_and_in_wikis() {
    let world = World::full().await;
    let doc = world.made("Some words to keep.").await;
    let markdown = json!({"ref": doc, "as": "md", "to": "root", "name": "notes"});
    let markdown = world.files("export", markdown).await.target.unwrap();
    let made = world
        .files("import", json!({"ref": markdown, "name": "Back again"}))
        .await;
    let made = made.target.unwrap();
    let read = world.ok("doc_read", json!({"ref": made})).await;
    assert!(read.text.contains("Some words to keep"), "{}", read.text);
    assert!(read.text.contains("Back again"), "{}", read.text);
    let package = json!({"ref": doc, "as": "docx", "to": "root"});
    let package = world.files("export", package).await.target.unwrap();
    let top = format!("wiki:{}", demo::WIKI_NODE);
    let made = world
        .files("import", json!({"ref": package, "to": top}))
        .await;
    assert!(page(&made).starts_with("wiki:"), "{}", made.text);
    let read = world.ok("doc_read", json!({"ref": page(&made)})).await;
    assert!(read.text.contains("Some words to keep"), "{}", read.text);
    let wrong = json!({"ref": markdown, "as": "sheet"});
    assert_eq!(
        world.no_files("import", wrong).await.kind,
        ErrorKind::Invalid
    );
    let no_file = world.no_files("import", json!({"ref": doc})).await;
    assert_eq!(no_file.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn a_job_that_fails_says_why() {
    let world = World::full().await;
    let parent = feishu::api::media::Parent::Folder("");
    let fake = feishu::api::media::upload(
        &world.cx.feishu,
        parent,
        "fake.docx",
        b"not a package".to_vec().into(),
    );
    let fake = format!("file:{}", fake.await.unwrap());
    let error = world.no_files("import", json!({"ref": fake})).await;
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.message.contains("damaged"), "{}", error.message);
    assert_eq!(error.details["job_status"], 112);
}
