//! The event that Feishu pushes.

use std::time::Duration;

use reqwest::Method;
use sandbox::demo;
use serde_json::{Value, json};

use super::{Employee, deleted_at_feishu, entries, left_once, switch, works_on};
use crate::support::{Backend, Books, Program, oauth_flow};

/// From the deletion at Feishu to the end of the open stream.
const BOUND: Duration = Duration::from_secs(5);

async fn who_is_deleted_at_feishu_loses_everything_at_once(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    let mut leaver = Employee::at_work(&program, "acme", demo::END_USER).await;
    let colleague = oauth_flow::connect(&program, "acme", demo::DEVELOPER, false).await;
    deleted_at_feishu(&program, demo::END_USER).await;
    let took = leaver.stream_ends(BOUND).await;
    leaver.has_nothing().await;
    works_on(&program, &colleague).await;

    let books = Books::of(&program).await;
    left_once(&books, "acme").await;
    let told = entries(&books, "acme", "feishu.event").await;
    assert_eq!(told.len(), 1);
    let detail: Value = serde_json::from_str(&told[0].entry.detail).expect("JSON");
    assert_eq!(detail["type"], "contact.user.deleted_v3");
    assert_eq!(detail["says"], "left");
    assert_eq!(detail["ended"]["connections"], 1);
    assert_eq!(detail["ended"]["keys"], 1);

    // Feishu delivers at least once: the same again, and again at the same time.
    let pushed = switch(&program, Method::GET, "/events", json!({})).await;
    let delivery = pushed["deliveries"][0].clone();
    assert_eq!(
        (&delivery["attempts"], &delivery["taken"]),
        (&json!(1), &json!(true))
    );
    let again = json!({
        "url": format!("{}/t/acme/feishu/events", program.origin()),
        "app_id": demo::APP_ID,
        "event_id": delivery["event_id"],
        "event_type": delivery["event_type"],
        "event": { "object": { "open_id": "ou_whoever" } },
    });
    let once_more = || switch(&program, Method::POST, "/events", again.clone());
    let answers = futures::future::join_all((0..5).map(|_| once_more())).await;
    for answer in answers {
        assert_eq!(answer["status"], 200);
    }
    assert_eq!(entries(&books, "acme", "feishu.event").await.len(), 1);
    left_once(&books, "acme").await;
    let state = books.read("acme").await.events().state().await;
    let state = state.expect("a look").expect("an intake");
    assert_eq!((state.received, state.refused), (1, 0));
    assert!(state.asked_at.is_some(), "Feishu checked the address");
    #[expect(clippy::print_stdout, reason = "a measured bound")]
    {
        println!("{backend:?}: from the deletion to the end of the stream: {took:?}");
    }
}

#[tokio::test]
async fn who_is_deleted_at_feishu_loses_everything_at_once_on_sqlite() {
    who_is_deleted_at_feishu_loses_everything_at_once(Backend::Sqlite).await;
}

#[tokio::test]
async fn who_is_deleted_at_feishu_loses_everything_at_once_on_postgres_and_redis() {
    who_is_deleted_at_feishu_loses_everything_at_once(Backend::PostgresRedis).await;
}
