//! The platform dies between the receipt of an event and the act, or is away when one comes.
//! Events are set up as an administrator does it.

use std::time::Duration;

use reqwest::StatusCode;
use sandbox::{Fault, FaultKind, RunningSandbox, UserStatus, demo};
use serde_json::json;

use super::{Employee, entries, left_once};
use crate::{
    console::{csrf, owner},
    faults::refresh::apart,
    support::{
        Backend, Books, Program,
        oauth_flow::{plain_client, read},
    },
};

/// The lease of the process that died, and a round of the jobs after it.
const BOUND: Duration = Duration::from_secs(40);
const PAGE: &str = "/console/t/feishu/setup/events";

/// Enters the keys in the console and the address at Feishu.
async fn set_up(program: &Program, feishu: &RunningSandbox) {
    let mut browser = owner(program).await;
    let token = csrf(&mut browser, PAGE).await;
    let address = format!("{}/t/feishu/feishu/events", program.origin());
    let early = feishu.subscribe(demo::APP_ID, &address).await;
    assert!(early.is_err(), "nothing is taken before the keys are there");
    let (key, verification) = feishu.event_keys(demo::APP_ID).expect("the app");
    let without = [("csrf", token.as_str()), ("verification_token", "x")];
    let refused = browser.post(PAGE, &without).await;
    assert_eq!(refused.status, 422, "not without an Encrypt Key");
    let form = [
        ("csrf", token.as_str()),
        ("encrypt_key", key.as_str()),
        ("verification_token", verification.as_str()),
    ];
    let saved = browser.post(PAGE, &form).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let page = browser.get(PAGE).await.body;
    assert!(page.contains("Waiting for the first event"), "{page}");
    assert!(page.contains(&address) && !page.contains(&key));
    // Keys are used for five seconds before they are read again.
    let asked = async {
        while feishu.subscribe(demo::APP_ID, &address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), asked)
        .await
        .expect("Feishu's question is answered");
}

/// Sends an event to the platform as Feishu does.
async fn deliver(program: &Program, made: (Vec<(&'static str, String)>, String)) -> StatusCode {
    let url = format!("{}/t/feishu/feishu/events", program.origin());
    let (headers, body) = made;
    let request = headers.into_iter().fold(
        plain_client().post(url).body(body),
        |request, (name, value)| request.header(name, value),
    );
    read(request).await.status
}

async fn what_was_taken_before_a_kill_is_acted_on_after_it(backend: Backend) {
    let (feishu, _wire, mut program) = apart(backend).await;
    set_up(&program, &feishu).await;
    let mut leaver = Employee::at_work(&program, "feishu", demo::END_USER).await;
    let books = Books::of(&program).await;

    // Told hours late, so Feishu is asked; it takes its time, and the platform dies meanwhile.
    let mut slow = Fault::new("/open-apis/contact/v3/users/*", FaultKind::Delay);
    slow.delay_ms = 60_000;
    feishu.add_fault(slow);
    feishu.change_app(demo::APP_ID, |app| app.event_url.clear());
    assert!(feishu.set_user_status(demo::TENANT_KEY, demo::END_USER, UserStatus::Resigned));
    let open_id = feishu.open_id(demo::APP_ID, demo::END_USER);
    let body = json!({ "object": { "open_id": open_id } });
    let now = feishu.state().now_ms();
    let times = (now - 2 * 3_600_000, now);
    let kind = "contact.user.deleted_v3";
    let made = feishu.event_request(demo::APP_ID, "late-1", kind, body, times);
    let made = made.expect("the app");
    assert_eq!(deliver(&program, made.clone()).await, 200);
    program.kill().await;
    let nothing = entries(&books, "feishu", "feishu.event").await;
    assert!(nothing.is_empty(), "killed before the act: {nothing:?}");

    feishu.clear_faults();
    program.start_again().await;
    leaver.is_cut_off_after_the_restart(&program, BOUND).await;
    leaver.has_nothing().await;
    assert_eq!(deliver(&program, made).await, 200, "the same once more");
    assert_eq!(entries(&books, "feishu", "feishu.event").await.len(), 1);
    left_once(&books, "feishu").await;
}

async fn what_could_not_be_delivered_comes_again(backend: Backend) {
    let (feishu, _wire, mut program) = apart(backend).await;
    set_up(&program, &feishu).await;
    let mut leaver = Employee::at_work(&program, "feishu", demo::END_USER).await;
    program.kill().await;
    assert!(feishu.set_user_status(demo::TENANT_KEY, demo::END_USER, UserStatus::Resigned));
    let failed = async {
        while feishu.deliveries().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(BOUND, failed)
        .await
        .expect("an attempt");
    assert!(!feishu.deliveries()[0].taken);
    program.start_again().await;
    // The second attempt comes fifteen seconds after the first.
    leaver.is_cut_off_after_the_restart(&program, BOUND).await;
    leaver.has_nothing().await;
    let delivery = &feishu.deliveries()[0];
    assert_eq!((delivery.attempts, delivery.taken), (2, true));
    left_once(&Books::of(&program).await, "feishu").await;
}

#[tokio::test]
async fn what_was_taken_before_a_kill_is_acted_on_after_it_on_sqlite() {
    what_was_taken_before_a_kill_is_acted_on_after_it(Backend::Sqlite).await;
}

#[tokio::test]
async fn what_was_taken_before_a_kill_is_acted_on_after_it_on_postgres_and_redis() {
    what_was_taken_before_a_kill_is_acted_on_after_it(Backend::PostgresRedis).await;
}

#[tokio::test]
async fn what_could_not_be_delivered_comes_again_on_sqlite() {
    what_could_not_be_delivered_comes_again(Backend::Sqlite).await;
}

#[tokio::test]
async fn what_could_not_be_delivered_comes_again_on_postgres_and_redis() {
    what_could_not_be_delivered_comes_again(Backend::PostgresRedis).await;
}
