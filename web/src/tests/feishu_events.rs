//! Where Feishu pushes events: what is answered to whom.

use model::policy::SetUpApp;
use sandbox::{RunningSandbox, SandboxOptions};
use serde_json::json;
use store::ProofPair;

use super::*;

const PATH: &str = "/t/acme/feishu/events";

async fn feishu() -> RunningSandbox {
    let sandbox = sandbox::start(SandboxOptions::default()).await.unwrap();
    for (app, tenant) in [("cli_test", "t_acme"), ("cli_other", "t_other")] {
        sandbox.add_complete_app(app, "secret", tenant, &[]);
    }
    sandbox
}

impl World {
    async fn takes_events(&self) {
        let operator = Principal::platform(self.acme.id, Purpose::Operator);
        let entry = self.store.directory().by_id(self.acme.id).await.unwrap();
        let permit = authorize::<SetUpApp>(&entry.unwrap().rules, &operator, &()).unwrap();
        let scope = self.store.scope(&operator);
        let tx = scope.write().await.unwrap();
        let token = "verify-cli_test";
        let pair = ProofPair {
            encrypt_key: Secret::new("sandbox encrypt key"),
            token: Secret::new(token),
        };
        tx.events().prove_by(&permit, &pair).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// An event of the sandbox, sent as it is but for what `change` does to it.
    async fn pushed(
        &self,
        sandbox: &RunningSandbox,
        app: &str,
        change: impl FnOnce(&mut Vec<(&'static str, String)>, &mut String),
    ) -> Answer {
        let kind = "contact.user.deleted_v3";
        let body = json!({ "object": { "open_id": "ou_nobody" } });
        let now = self.clock.now().millis();
        let made = sandbox.event_request(app, "e1", kind, body, (now, now));
        let (mut headers, mut body) = made.unwrap();
        change(&mut headers, &mut body);
        let mut request = Request::post(PATH);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

#[tokio::test]
async fn a_stranger_is_told_the_same_whatever_is_wrong() {
    let (world, sandbox) = (World::new().await, feishu().await);
    let off = world.pushed(&sandbox, "cli_test", |_, _| {}).await;
    assert_eq!(off.status, StatusCode::NOT_FOUND);
    let nowhere = world.post("/t/nowhere/feishu/events", None, "{}").await;
    assert_eq!((nowhere.status, &nowhere.body), (off.status, &off.body));

    world.takes_events().await;
    let taken = world.pushed(&sandbox, "cli_test", |_, _| {}).await;
    assert_eq!((taken.status, taken.body.as_str()), (StatusCode::OK, "{}"));
    let again = world.pushed(&sandbox, "cli_test", |_, _| {}).await;
    assert_eq!(
        again.status,
        StatusCode::OK,
        "Feishu need not send it again"
    );

    let wrong = [
        world.pushed(&sandbox, "cli_other", |_, _| {}).await,
        world
            .pushed(&sandbox, "cli_test", |_, body| body.push(' '))
            .await,
        world
            .pushed(&sandbox, "cli_test", |headers, _| headers.truncate(1))
            .await,
        world
            .pushed(&sandbox, "cli_test", |headers, _| {
                headers.extend(headers.clone());
            })
            .await,
        world
            .pushed(&sandbox, "cli_test", |_, body| body.clear())
            .await,
        world.post(PATH, None, "csrf=&name=x").await,
    ];
    for answer in &wrong {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
        assert_eq!(answer.body, wrong[0].body);
    }
    let large = |_: &mut Vec<_>, body: &mut String| {
        *body = "x".repeat(600 * 1024);
    };
    let answer = world.pushed(&sandbox, "cli_test", large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let looked = world.get(PATH, None).await;
    assert_eq!(looked.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn another_organisations_keys_open_nothing() {
    let (world, sandbox) = (World::new().await, feishu().await);
    world.takes_events().await;
    let scope = world
        .store
        .scope(&Principal::platform(world.acme.id, Purpose::Housekeeping));
    let before = scope.read().await.unwrap().events().state().await.unwrap();
    assert_eq!(before.unwrap().received, 0);
    // Made for the other app, and signed with a key that both happen to have.
    let answer = world.pushed(&sandbox, "cli_other", |_, _| {}).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let state = scope.read().await.unwrap().events().state().await.unwrap();
    let state = state.unwrap();
    assert_eq!((state.received, state.refused), (0, 1));
    assert_eq!(state.refused_for, "token");
}
