//! A tool that destroys, tried from the console: the person who tries it is asked like anybody else.

use sandbox::demo;
use serde_json::json;

use super::owner;
use crate::support::{Actor, Backend, Program, oauth_flow::Browser};

const FORM: &str = "/console/t/acme/developer/tools/files";

/// The id of the question on a page of the console.
fn asked(page: &str) -> String {
    assert!(page.contains("&#34;needed&#34;"), "{page}");
    let rest = page.split("/t/acme/confirm/").nth(1).expect("a link");
    rest.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

async fn submit(browser: &mut Browser, reference: &str, sure: bool) -> (u16, String) {
    let csrf = browser.get(FORM).await.field("csrf");
    let mut fields = vec![
        ("csrf", csrf.as_str()),
        ("arg.ref", reference),
        ("arg.op", "delete"),
    ];
    if sure {
        fields.push(("sure", "yes"));
    }
    let page = browser.post(FORM, &fields).await;
    (page.status.as_u16(), page.body)
}

async fn what_is_tried_in_the_console_asks_before_it_destroys(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    let actor = Actor::of(&program);
    let new = json!({ "title": "To be tried", "markdown": "x" });
    let made = actor.done("doc_create", new).await;
    let reference = made.lines().find_map(|line| line.strip_prefix("ref: "));
    let reference = reference.expect("a document");
    let read = json!({ "ref": reference });
    let mut browser = owner(&program).await;
    browser.sign_in("acme", demo::ADMIN).await;

    // The tick of the form is for slips of the hand; it agrees to nothing.
    let (status, _) = submit(&mut browser, reference, false).await;
    assert_eq!(status, 422);
    let (status, page) = submit(&mut browser, reference, true).await;
    assert_eq!(status, 200, "{page}");
    let id = asked(&page);
    actor.done("doc_read", read.clone()).await;
    let (_, page) = submit(&mut browser, reference, true).await;
    assert_eq!(asked(&page), id, "it is the same question");

    // An agreement to the console's call is none to a client's.
    let path = format!("/t/acme/confirm/{id}");
    let csrf = browser.get(&path).await.field("csrf");
    let fields = [("csrf", csrf.as_str()), ("decision", "agree")];
    let answer = browser.post(&path, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let delete = json!({ "ref": reference, "op": "delete" });
    let by_client = actor.call("files", delete).await;
    let state = &by_client.result["structuredContent"]["confirmation"]["state"];
    assert_eq!(state, "needed", "{by_client:?}");
    actor.done("doc_read", read.clone()).await;

    let (status, page) = submit(&mut browser, reference, true).await;
    assert_eq!(status, 200, "{page}");
    assert!(!page.contains("&#34;needed&#34;"), "{page}");
    actor.refused("doc_read", read).await;
}

#[tokio::test]
async fn what_is_tried_in_the_console_asks_before_it_destroys_on_sqlite() {
    what_is_tried_in_the_console_asks_before_it_destroys(Backend::Sqlite).await;
}

#[tokio::test]
async fn what_is_tried_in_the_console_asks_before_it_destroys_on_postgres_and_redis() {
    what_is_tried_in_the_console_asks_before_it_destroys(Backend::PostgresRedis).await;
}
