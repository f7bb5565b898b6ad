//! A newcomer starts `dev` and works on a document.

use serde_json::json;

use crate::support::{Actor, Backend, Program};

async fn works_on_a_document(backend: Backend) {
    let program = Program::start(backend).await;
    let actor = Actor::of(&program);
    let who = actor.done("whoami", json!({})).await;
    assert!(who.contains("林伟") && who.contains("Acme"), "{who}");

    let found = actor.done("search", json!({ "query": "OKR" })).await;
    assert!(found.contains("OKR") && found.contains("docx:"), "{found}");

    let seen = actor
        .done("inspect", json!({ "ref": sandbox::demo::WIKI_NODE }))
        .await;
    assert!(seen.contains("wiki"), "{seen}");

    let outline = actor
        .done(
            "doc_read",
            json!({ "ref": sandbox::demo::LONG_DOC, "view": "outline" }),
        )
        .await;
    assert!(outline.lines().count() > 5, "{outline}");

    let markdown =
        "## 目标\n\n- 接入 AI 客户端\n  - 先读后写\n\n| 周 | 事项 |\n|---|---|\n| 1 | 试用 |\n";
    let created = actor
        .done(
            "doc_create",
            json!({ "title": "试用记录", "markdown": markdown }),
        )
        .await;
    let token = created
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| word.len() == 27)
        .unwrap_or_else(|| panic!("a token in {created}"))
        .to_owned();

    let back = actor
        .done("doc_read", json!({ "ref": token, "view": "full" }))
        .await;
    for part in ["目标", "先读后写", "| 1 | 试用 |"] {
        assert!(back.contains(part), "{part} in {back}");
    }
    let added = json!({ "op": "add", "ref": token, "text": "看起来不错" });
    actor.done("comments", added).await;
    let listed = actor
        .done("comments", json!({ "op": "list", "ref": token }))
        .await;
    assert!(
        listed.contains("看起来不错") && listed.contains("林伟"),
        "{listed}"
    );
    actor.done("help", json!({ "topic": "markdown" })).await;
}

#[tokio::test]
async fn a_newcomer_works_on_a_document_on_sqlite() {
    works_on_a_document(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_newcomer_works_on_a_document_on_postgres_and_redis() {
    works_on_a_document(Backend::PostgresRedis).await;
}

#[tokio::test]
async fn bad_references_get_an_answer_that_says_what_to_do() {
    let program = Program::start(Backend::Sqlite).await;
    let actor = Actor::of(&program);
    for (reference, kind) in [
        ("https://example.com/docx/abc", "invalid"),
        ("../../authen/v1/user_info", "invalid"),
        (sandbox::demo::BUDGET_DOC, "forbidden_resource"),
        ("doxcnAAAAAAAAAAAAAAAAAAAAAA", "not_found"),
    ] {
        let refused = actor.refused("doc_read", json!({ "ref": reference })).await;
        let told = refused.result.to_string();
        assert!(told.contains(kind), "{reference}: {told}");
    }
}
