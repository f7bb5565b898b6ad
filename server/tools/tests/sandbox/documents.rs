//! Documents that are read and written.

use super::*;

#[tokio::test]
async fn names_are_asked_for_once() {
    let world = World::full().await;
    let read = json!({"ref": demo::WELCOME_DOC, "view": "full"});
    let calls = || world.cx.feishu.meter().calls();
    let first = world.ok("doc_read", read.clone()).await;
    let asked = calls();
    let again = world.ok("doc_read", read).await;
    assert_eq!(
        (asked, calls() - asked),
        (4, 2),
        "the reference and names are known"
    );
    assert_eq!(first, again);
    assert!(
        first.text.contains("@[") && !first.text.contains("@[ou"),
        "{}",
        first.text
    );
}

#[tokio::test]
async fn a_document_is_read_as_it_was_written() {
    let world = World::full().await;
    let markdown = include_str!("../../src/docs/markdown/tests/golden.md")
        .replace("ou_ann12345", &world.cx.facts.open_id)
        .replace("Ann Lee", "Chen Yu");
    let reference = world.made(&markdown).await;
    let read = world
        .ok("doc_read", json!({"ref": reference, "budget": 20000}))
        .await;
    let (head, body) = read.text.split_once("\n\n").unwrap();
    assert!(
        head.starts_with(&format!("[{reference} · Made here · revision ")),
        "{head}"
    );
    assert_eq!(body.trim(), markdown.trim());
}

#[tokio::test]
async fn every_document_of_the_corpus_is_read_again_as_it_was_read_first() {
    let world = World::full().await;
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/docs/markdown/tests/corpus"
    );
    let read = async |markdown: &str| {
        let reference = world.made(markdown).await;
        let read = world
            .ok("doc_read", json!({"ref": reference, "budget": 20000}))
            .await;
        let (_, body) = read.text.split_once("\n\n").unwrap();
        body.trim().to_owned()
    };
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let markdown = std::fs::read_to_string(&path)
            .unwrap()
            .replace("ou_ann12345", &world.cx.facts.open_id)
            .replace("Ann Lee", "Chen Yu");
        // A drawn diagram is a board afterwards, and a board belongs to its document.
        let first = read(&markdown).await;
        let lines = first
            .split("\n\n")
            .filter(|part| !part.starts_with("[[board "));
        let first = lines.collect::<Vec<_>>().join("\n\n");
        assert_eq!(read(&first).await, first, "{}", path.display());
    }
}

#[tokio::test]
async fn a_long_document_is_paged_outlined_and_searched() {
    let world = World::full().await;
    let markdown: String = (0..60)
        .map(|n| {
            format!(
                "## Part {n}\n\nParagraph {n} with words. {}\n\n",
                "lorem ipsum ".repeat(40)
            )
        })
        .collect();
    let reference = world.made(&markdown).await;
    let mut all = String::new();
    let mut cursor = Value::Null;
    for _ in 0..20 {
        let page = world
            .ok(
                "doc_read",
                json!({"ref": reference, "view": "full", "cursor": cursor, "budget": 2000}),
            )
            .await;
        assert!(page.text.len() < 2000 * 4 + 800);
        all.push_str(&page.text);
        match page.text.split_once("next cursor=") {
            Some((_, rest)) => cursor = json!(rest.split(' ').next().unwrap()),
            None => break,
        }
    }
    for n in 0..60 {
        assert_eq!(
            all.matches(&format!("Paragraph {n} with")).count(),
            1,
            "{n}"
        );
    }
    let outline = world
        .ok("doc_read", json!({"ref": reference, "view": "outline"}))
        .await
        .text;
    assert!(outline.contains("- Part 59 {#"));
    let section = world
        .ok("doc_read", json!({"ref": reference, "at": "part 17"}))
        .await
        .text;
    assert!(section.contains("Paragraph 17") && !section.contains("Paragraph 18"));
    let found = world
        .ok(
            "doc_read",
            json!({"ref": reference, "query": "paragraph 1"}),
        )
        .await;
    let data = found.structured.unwrap();
    assert_eq!(data["items"].as_array().unwrap().len(), 11);
    assert_eq!(data["truncated"], false);
    let many = world
        .err(
            "doc_read",
            json!({"ref": reference, "view": "section", "at": "art 5"}),
        )
        .await;
    assert_eq!(many.kind, ErrorKind::Ambiguous);
    assert_eq!(many.details["candidates"].as_array().unwrap().len(), 11);
    let none = world
        .err("doc_read", json!({"ref": reference, "at": "Nowhere"}))
        .await;
    assert_eq!(none.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn large_documents_are_written_in_batches_and_a_stopped_one_is_finished_by_its_key() {
    let world = World::full().await;
    let markdown: String = (0..2300).map(|n| format!("line {n}\n\n")).collect();
    world.sandbox.add_fault(Fault {
        skip: 1,
        ..Fault::new(
            "/open-apis/docx/v1/documents/*/descendant",
            FaultKind::Status,
        )
        .times(9)
    });
    let arguments = json!({"title": "Long", "markdown": markdown, "idempotency_key": "k1"});
    let half = world.ok("doc_create", arguments.clone()).await;
    assert!(
        half.partial && half.text.contains("[partial]") && half.text.contains("1000 of 2300"),
        "{}",
        half.text
    );
    world.sandbox.clear_faults();
    let whole = world.ok("doc_create", arguments).await;
    assert!(!whole.partial, "{}", whole.text);
    assert_eq!(whole.target, half.target);
    assert_eq!(world.sandbox.calls_of("docx.v1.document.create"), 1);
    let found = world
        .ok(
            "doc_read",
            json!({"ref": whole.target, "query": "line 2299"}),
        )
        .await;
    assert_eq!(
        found.structured.unwrap()["items"].as_array().unwrap().len(),
        1
    );
    let first = world
        .ok("doc_read", json!({"ref": whole.target, "query": "line 7"}))
        .await;
    let text = first.text;
    assert_eq!(
        text.matches("line 7\n").count(),
        1,
        "no batch was written twice: {text}"
    );
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_warns() {
    let world = World::full().await;
    let output = world
        .ok(
            "doc_create",
            json!({
        "title": "T", "markdown": "[a](javascript:x)\n\n|a|\n|-|\n|b|", "dry_run": true}),
        )
        .await;
    assert!(
        output.text.contains("dry run")
            && output.text.contains("table×1")
            && output.text.contains("warning")
    );
    assert_eq!(world.sandbox.calls_of("docx.v1.document.create"), 0);
    for bad in [json!({"title": " "}), json!({"title": "x".repeat(900)})] {
        assert_eq!(world.err("doc_create", bad).await.kind, ErrorKind::Invalid);
    }
}

#[tokio::test]
async fn a_cancelled_call_stops_before_it_writes() {
    let world = World::full().await;
    world.cx.cancel.cancel();
    let error = world
        .err("doc_create", json!({"title": "T", "markdown": "x"}))
        .await;
    assert_eq!(error.kind, ErrorKind::Cancelled);
    assert_eq!(world.sandbox.calls_of("docx.v1.document.create"), 0);
}

#[tokio::test]
async fn the_demo_content_reads_well() {
    let world = World::full().await;
    for token in [
        demo::WELCOME_DOC,
        demo::API_DOC,
        demo::MINUTES_DOC,
        demo::LONG_DOC,
    ] {
        let read = world
            .ok("doc_read", json!({"ref": format!("docx:{token}")}))
            .await;
        assert!(read.text.len() > 200, "{}", read.text);
        assert!(read.text.chars().count() < 24_000);
    }
    let wiki = format!("{}/wiki/{}", world.sandbox.base_url(), demo::WIKI_DB_NODE);
    world
        .ok("doc_read", json!({"ref": wiki, "view": "outline"}))
        .await;
    let told = world.ok("inspect", json!({"ref": wiki})).await.text;
    assert!(
        told.contains("in the wiki: ") && told.contains(" / "),
        "{told}"
    );
    let sheet = world
        .ok("inspect", json!({"ref": format!("sheet:{}", demo::SHEET)}))
        .await
        .text;
    assert!(sheet.contains("tabs"), "{sheet}");
    let base = world.ok("inspect", json!({"ref": demo::BASE})).await.text;
    assert!(base.contains(demo::TABLE), "{base}");
    let folder = world
        .ok(
            "inspect",
            json!({"ref": format!("folder:{}", demo::TEAM_FOLDER)}),
        )
        .await
        .text;
    assert!(folder.contains("entries"), "{folder}");
    let release = world
        .ok(
            "comments",
            json!({"ref": format!("docx:{}", demo::RELEASE_DOC), "op": "list"}),
        )
        .await;
    assert!(
        !release.structured.unwrap()["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_document_goes_into_a_folder_or_below_a_wiki_page() {
    let world = World::full().await;
    let folder = format!("folder:{}", demo::TEAM_FOLDER);
    let filed = world
        .ok(
            "doc_create",
            json!({"title": "Filed", "markdown": "x", "into": folder}),
        )
        .await;
    assert!(filed.text.contains("/docx/"), "{}", filed.text);
    let wiki = format!("wiki:{}", demo::WIKI_NODE);
    let page = world
        .ok(
            "doc_create",
            json!({"title": "Page", "markdown": "x", "into": wiki}),
        )
        .await;
    assert!(page.text.contains("/wiki/"), "{}", page.text);
    let sheet = format!("sheet:{}", demo::SHEET);
    let wrong = world
        .err("doc_create", json!({"title": "No", "into": sheet}))
        .await;
    assert_eq!(wrong.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn a_decimal_number_at_the_start_of_a_line_is_read_as_it_is() {
    let world = World::full().await;
    let reference = world
        .made("3.3 percent\n\n2\\. no item\n\n7\\) none\n\n4.\\\nnext")
        .await;
    let read = world
        .ok("doc_read", json!({"ref": reference, "view": "full"}))
        .await;
    let (_, body) = read.text.split_once("\n\n").unwrap();
    for line in ["3.3 percent", "2\\. no item", "7\\) none"] {
        assert!(body.lines().any(|one| one == line), "{line}: {body}");
    }
    let again = world.made(body).await;
    let again = world
        .ok("doc_read", json!({"ref": again, "view": "full"}))
        .await;
    assert_eq!(again.text.split_once("\n\n").unwrap().1, body);
}
