//! Switchable faults: before the effect, after it, and in between.

use reqwest::Method;
use sandbox::{Fault, FaultKind, demo};
use serde_json::json;

use crate::{Outcome, World};

const TOKEN: &str = "/open-apis/authen/v2/oauth/token";

#[tokio::test]
async fn a_dropped_connection_uses_a_refresh_token_up_only_after_the_effect() -> Outcome {
    for (kind, then) in [(FaultKind::DropBefore, 0), (FaultKind::DropAfter, 20_073)] {
        let world = World::start().await?;
        let old = world
            .sign_in(demo::ADMIN, &["offline_access"])
            .await?
            .text("refresh_token");
        let refresh = || world.token(json!({"grant_type": "refresh_token", "refresh_token": old}));
        world.sandbox.add_fault(Fault::new(TOKEN, kind).times(1));
        assert!(refresh().await.is_err());
        assert_eq!(refresh().await?.code(), then, "{kind:?}");
    }
    Ok(())
}

#[tokio::test]
async fn faults_are_added_and_cleared_over_http() -> Outcome {
    let world = World::start().await?;
    let token = world.user_token(demo::ADMIN, &[]).await?;
    let path = "/open-apis/authen/v1/user_info";
    let admin = "/sandbox/admin/faults";
    let cases = [
        (json!({"kind": "status", "status": 503}), 503, i64::MIN),
        (json!({"kind": "rate_limit", "reset_s": 3}), 429, 99_991_400),
        (
            json!({"kind": "code", "code": 1_254_291, "status": 400}),
            400,
            1_254_291,
        ),
        (json!({"kind": "expire_token"}), 401, 99_991_677),
        (json!({"kind": "revoke_token"}), 400, 99_991_668),
        (json!({"kind": "malformed"}), 200, i64::MIN),
    ];
    for (mut fault, status, code) in cases {
        fault["path"] = "/open-apis/authen/v1/*".into();
        fault["times"] = 1.into();
        let added = world
            .send(world.request(Method::POST, admin).json(&fault))
            .await?;
        assert_eq!(added.status, 200, "{:?}", added.body);
        let answer = world.get(path, &token).await?;
        assert_eq!((answer.status, answer.code()), (status, code), "{fault}");
        if status == 429 {
            assert_eq!(answer.header("x-ogw-ratelimit-reset"), "3");
        }
        assert_eq!(
            world.get(path, &token).await?.code(),
            0,
            "{fault} should be spent"
        );
    }
    world.sandbox.add_fault(Fault::new("*", FaultKind::Status));
    world.send(world.request(Method::DELETE, admin)).await?;
    assert_eq!(world.get(path, &token).await?.code(), 0);
    let unknown = json!({"path": "*", "kind": "flood"});
    assert_eq!(
        world
            .send(world.request(Method::POST, admin).json(&unknown))
            .await?
            .status,
        400
    );
    Ok(())
}

#[tokio::test]
async fn calls_are_counted_and_listed() -> Outcome {
    let world = World::start().await?;
    let token = world.user_token(demo::ADMIN, &[]).await?;
    world.get("/open-apis/authen/v1/user_info", &token).await?;
    assert_eq!(world.sandbox.calls_of("authen.v1.userInfo.get"), 1);
    let list = world
        .send(world.request(Method::GET, "/sandbox/admin/requests?limit=1"))
        .await?;
    assert_eq!(
        list.body["requests"][0]["endpoint"],
        "authen.v1.userInfo.get"
    );
    assert_eq!(list.body["requests"][0]["user"], demo::ADMIN);
    Ok(())
}

#[tokio::test]
async fn an_event_reaches_a_receiver_signed() -> Outcome {
    // Another sandbox plays the receiver: it answers 404 in text, which is enough to be heard.
    let world = World::start().await?;
    let receiver = World::start().await?;
    let body = json!({
        "url": format!("{}/events", receiver.sandbox.base_url()),
        "app_id": demo::APP_ID,
        "event_type": "drive.file.edit_v1",
        "event": {"file_token": "x"},
    });
    let path = "/sandbox/admin/events";
    let answer = world
        .send(world.request(Method::POST, path).json(&body))
        .await?;
    assert_eq!(
        answer.body,
        json!({"status": 404, "body": "404 page not found"})
    );
    assert_eq!(
        receiver.sandbox.latest_requests(1),
        [("POST".to_owned(), "/events".to_owned(), 404)]
    );
    Ok(())
}
