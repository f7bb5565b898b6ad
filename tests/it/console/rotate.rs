//! A tenant's app gets a new secret while its people work: no call fails.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use sandbox::{RunningSandbox, SandboxOptions, TokenFilter, demo};
use serde_json::json;

use super::{csrf, owner};
use crate::support::{Actor, Backend, Program, oauth_flow};

const NEW: &str = "a-new-secret-of-the-app-0001";

/// The platform for a Feishu of the test's own.
async fn apart(backend: Backend) -> (RunningSandbox, Program) {
    let options = SandboxOptions {
        rate_limits: false,
        ..SandboxOptions::default()
    };
    let feishu = sandbox::start(options).await.expect("a sandbox");
    let origin = feishu.base_url();
    let set = [
        ("FEISHU_APP_ID", demo::APP_ID),
        ("FEISHU_APP_SECRET", demo::APP_SECRET),
        ("COOKIE_ENCRYPTION_KEY", "a passphrase of the tests"),
        ("FEISHU_MCP__FEISHU__ORIGIN", origin.as_str()),
    ];
    let program = Program::configured(backend, &["--unlimited"], &set).await;
    let callback = format!("{}/callback", program.origin());
    assert!(feishu.change_app(demo::APP_ID, |app| app.redirect_urls.push(callback)));
    (feishu, program)
}

fn expire(feishu: &RunningSandbox) {
    let filter = TokenFilter {
        kind: Some("access".to_owned()),
        ..TokenFilter::default()
    };
    feishu.expire_tokens(&filter);
}

async fn a_new_secret_costs_no_call(backend: Backend) {
    let (feishu, program) = apart(backend).await;
    let mut browser = owner(&program).await;
    let stop = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicUsize::new(0));
    let mut callers = Vec::new();
    for user in [demo::DEVELOPER, demo::END_USER, demo::ADMIN] {
        let client = oauth_flow::connect(&program, "feishu", user, false).await;
        let actor = Actor::with_token(&program, &client.access);
        let (stop, done) = (Arc::clone(&stop), Arc::clone(&done));
        callers.push(tokio::spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                actor.done("search", json!({ "query": "OKR" })).await;
                done.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }));
    }
    let pause = || tokio::time::sleep(Duration::from_millis(700));
    pause().await;

    let change = "/console/t/feishu/setup/app";
    let token = csrf(&mut browser, change).await;
    let form = [("csrf", token.as_str())];
    let announced = browser.post(&format!("{change}/announce"), &form).await;
    assert_eq!(announced.status, 303, "{}", announced.body);
    pause().await;
    // Feishu knows one secret at a time: from here on the old one is worth nothing, and every
    // call needs a refresh.
    assert!(feishu.change_app(demo::APP_ID, |app| NEW.clone_into(&mut app.secret)));
    expire(&feishu);
    pause().await;
    let wrong = [("csrf", token.as_str()), ("app_secret", "not-the-secret")];
    let refused = browser.post(&format!("{change}/secret"), &wrong).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let right = [("csrf", token.as_str()), ("app_secret", NEW)];
    let taken = browser.post(&format!("{change}/secret"), &right).await;
    assert_eq!(taken.status, 303, "{}", taken.body);
    let before = done.load(Ordering::SeqCst);
    for _ in 0..2 {
        pause().await;
        expire(&feishu);
    }
    pause().await;
    stop.store(true, Ordering::SeqCst);
    for caller in callers {
        caller.await.expect("no call failed");
    }
    let after = done.load(Ordering::SeqCst);
    assert!(after > before + 10, "calls went on: {before} and {after}");
}

#[tokio::test]
async fn a_new_secret_costs_no_call_on_sqlite() {
    a_new_secret_costs_no_call(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_new_secret_costs_no_call_on_postgres_and_redis() {
    a_new_secret_costs_no_call(Backend::PostgresRedis).await;
}
