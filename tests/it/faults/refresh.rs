//! The process is killed in the middle of refreshing Feishu tokens.
//!
//! Only one moment can cost a login: Feishu has exchanged the token, and its answer has not
//! arrived. Then the person is told so, with the place; everybody else notices nothing.

use std::time::Duration;

use futures::future::join_all;
use sandbox::{RunningSandbox, SandboxOptions, TokenFilter, demo};
use serde_json::json;

use crate::support::{
    Actor, Backend, Program,
    oauth_flow::{self, Browser},
    wire::{Held, Wire},
};

async fn until(what: &str, reached: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if reached() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not happen");
}

/// The platform for a Feishu that does not die with it, and the wire between them.
pub(crate) async fn apart(backend: Backend) -> (RunningSandbox, Wire, Program) {
    let options = SandboxOptions {
        rate_limits: false,
        ..SandboxOptions::default()
    };
    let feishu = sandbox::start(options).await.expect("a sandbox");
    let wire = Wire::to(feishu.addr()).await;
    let set = [
        ("FEISHU_APP_ID", demo::APP_ID),
        ("FEISHU_APP_SECRET", demo::APP_SECRET),
        ("COOKIE_ENCRYPTION_KEY", "a passphrase of the tests"),
        ("FEISHU_MCP__FEISHU__ORIGIN", wire.url.as_str()),
    ];
    let program = Program::configured(backend, &["--unlimited"], &set).await;
    let callback = format!("{}/callback", program.origin());
    assert!(feishu.change_app(demo::APP_ID, |app| app.redirect_urls.push(callback)));
    (feishu, wire, program)
}

async fn only_the_named_moment_costs_a_login(backend: Backend) {
    let (feishu, wire, mut program) = apart(backend).await;
    let people = [demo::DEVELOPER, demo::END_USER, demo::ADMIN];
    let connected = people.map(|user| oauth_flow::connect(&program, "feishu", user, false));
    let connected = join_all(connected).await;
    let actors: Vec<_> = connected
        .iter()
        .map(|client| Actor::with_token(&program, &client.access))
        .collect();
    let search = || json!({ "query": "OKR" });
    for actor in &actors {
        actor.done("search", search()).await;
    }
    let call = |actor: &Actor| {
        let actor = actor.clone();
        let params = json!({ "name": "search", "arguments": search() });
        // The platform dies before it answers.
        tokio::spawn(async move { actor.try_rpc("tools/call", params, Some("search")).await })
    };
    for user in [demo::DEVELOPER, demo::END_USER] {
        let filter = TokenFilter {
            user: Some(user.to_owned()),
            kind: Some("access".to_owned()),
            ..TokenFilter::default()
        };
        assert!(feishu.expire_tokens(&filter) > 0);
    }
    let exchanges = || {
        let latest = feishu.latest_requests(1_000);
        let token = |path: &str| path.ends_with("/oauth/token");
        latest
            .iter()
            .filter(|(_, path, http)| token(path) && *http == 200)
            .count()
    };

    // One has been answered, and the answer is on its way; of the other Feishu has not heard.
    let before = exchanges();
    wire.hold(Held::Answers);
    let answered = call(&actors[0]);
    until("the exchange", || {
        exchanges() == before + 1 && wire.waiting() == 1
    })
    .await;
    wire.hold(Held::Requests);
    let asking = call(&actors[1]);
    until("the request", || wire.waiting() == 2).await;
    program.kill().await;
    wire.cut().await;
    for call in [answered, asking] {
        assert!(
            call.await.expect("a caller").is_err(),
            "nobody got an answer"
        );
    }
    program.start_again().await;
    assert_eq!(exchanges(), before + 1);

    actors[2].done("search", search()).await;
    let (lost, kept) = tokio::join!(
        actors[0].refused("search", search()),
        actors[1].done("search", search()),
    );
    assert!(!kept.is_empty());
    let error = &lost.result["structuredContent"]["error"];
    assert_eq!(error["kind"], "reauthorize", "{error}");
    let link = format!("{}/t/feishu/sign-in", program.origin());
    assert_eq!(error["link"], link.as_str(), "{error}");
    // The one sign-in that it costs, and all is as before.
    Browser::new(program.origin())
        .sign_in("feishu", demo::DEVELOPER)
        .await;
    for actor in &actors {
        actor.done("search", search()).await;
    }
}

#[tokio::test]
async fn only_the_named_moment_costs_a_login_on_sqlite() {
    only_the_named_moment_costs_a_login(Backend::Sqlite).await;
}

#[tokio::test]
async fn only_the_named_moment_costs_a_login_on_postgres_and_redis() {
    only_the_named_moment_costs_a_login(Backend::PostgresRedis).await;
}
