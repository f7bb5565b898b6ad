//! The order of checks, and what each refusal looks like.

use reqwest::Method;
use sandbox::demo;
use serde_json::{Value, json};

use crate::{Outcome, World};

const USER: &str = "/open-apis/contact/v3/users/";

#[tokio::test]
async fn unknown_paths_and_methods_are_plain_404_texts() -> Outcome {
    let world = World::start().await?;
    for (method, path) in [
        (Method::GET, "/open-apis/docx/v9/nothing"),
        (Method::POST, "/open-apis/authen/v1/user_info"),
    ] {
        let answer = world.send(world.request(method, path)).await?;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.header("content-type"), "text/plain");
        assert_eq!(answer.body, Value::from("404 page not found"));
    }
    Ok(())
}

#[tokio::test]
async fn checks_come_in_the_order_of_the_platform() -> Outcome {
    let world = World::start().await?;
    let path = "/open-apis/contact/v3/group/simplelist?type=9&colour=red";
    // Each step repairs the first thing that was wrong in the step before.
    let none = world.send(world.request(Method::GET, path)).await?;
    assert_eq!((none.status, none.code()), (400, 99_991_661));
    let unknown = world.get(path, "t-unknown").await?;
    assert_eq!((unknown.status, unknown.code()), (400, 99_991_663));
    let token = world.tenant_token().await?;
    world.sandbox.change_app(demo::APP_ID, |app| {
        app.tenant_scopes.remove("contact:group:readonly");
    });
    let scope = world.get(path, &token).await?;
    assert_eq!((scope.status, scope.code()), (400, 99_991_672));
    world.sandbox.change_app(demo::APP_ID, |app| {
        app.tenant_scopes
            .insert("contact:group:readonly".to_owned());
    });
    let fields = world.get(path, &token).await?;
    assert_eq!((fields.status, fields.code()), (400, 99_992_402));
    let named: Vec<&str> = fields.body["error"]["field_violations"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|row| row["field"].as_str())
        .collect();
    assert_eq!(named, ["type", "colour"]);
    let business = world
        .get("/open-apis/contact/v3/group/g404", &token)
        .await?;
    assert_eq!((business.status, business.code()), (400, 42_002));
    Ok(())
}

#[tokio::test]
async fn refusals_carry_the_log_id_and_the_missing_scopes() -> Outcome {
    let world = World::start().await?;
    let token = world
        .user_token(demo::END_USER, &["docx:document:readonly"])
        .await?;
    let me = world
        .sandbox
        .open_id(demo::APP_ID, demo::END_USER)
        .unwrap_or_default();
    let answer = world.get(&format!("{USER}{me}"), &token).await?;
    assert_eq!((answer.status, answer.code()), (400, 99_991_679));
    assert_eq!(answer.header("x-tt-logid"), answer.body["error"]["log_id"]);
    assert_eq!(
        answer.body["error"]["permission_violations"][0],
        json!({"type": "action_privilege_required", "subject": "contact:contact.base:readonly"})
    );
    world
        .sandbox
        .change_app(demo::APP_ID, |app| app.user_scopes.clear());
    let answer = world.get(&format!("{USER}{me}"), &token).await?;
    assert_eq!(answer.code(), 99_991_672);
    assert_eq!(
        answer.body["error"]["permission_violations"][0]["type"],
        "action_scope_required"
    );
    assert!(
        answer.body["error"]["helps"][0]["url"]
            .as_str()
            .is_some_and(|url| url.contains("cli_"))
    );
    Ok(())
}

#[tokio::test]
async fn a_token_works_only_where_its_kind_is_accepted() -> Outcome {
    let world = World::start().await?;
    let user = world
        .user_token(demo::ADMIN, &["contact:contact.base:readonly"])
        .await?;
    let groups = world
        .get("/open-apis/contact/v3/group/simplelist", &user)
        .await?;
    assert_eq!((groups.status, groups.code()), (400, 99_991_668));
    assert_eq!(groups.text("msg"), "user access token not support");
    let tenant = world.tenant_token().await?;
    let info = world.get("/open-apis/authen/v1/user_info", &tenant).await?;
    assert_eq!((info.status, info.code()), (400, 99_991_663));
    for (token, code) in [
        ("u-none", 99_991_668),
        ("eyJnone", 99_991_668),
        ("none", 99_991_671),
    ] {
        assert_eq!(
            world
                .get("/open-apis/authen/v1/user_info", token)
                .await?
                .code(),
            code
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_expired_user_token_is_told_apart_from_a_revoked_one() -> Outcome {
    let world = World::start().await?;
    let token = world.user_token(demo::ADMIN, &[]).await?;
    let path = "/open-apis/authen/v1/user_info";
    assert_eq!(world.get(path, &token).await?.code(), 0);
    world.sandbox.advance_clock(7_200_000);
    let expired = world.get(path, &token).await?;
    assert_eq!((expired.status, expired.code()), (401, 99_991_677));
    world
        .sandbox
        .revoke_tokens(&sandbox::TokenFilter::default());
    let revoked = world.get(path, &token).await?;
    assert_eq!((revoked.status, revoked.code()), (400, 99_991_668));
    Ok(())
}

#[tokio::test]
async fn rate_limits_answer_with_their_headers() -> Outcome {
    let world = World::start().await?;
    let token = world.tenant_token().await?;
    let admin = "/sandbox/admin/limits";
    let body = json!({"enabled": true, "scale": 0.02});
    world
        .send(world.request(Method::POST, admin).json(&body))
        .await?;
    let path = "/open-apis/contact/v3/group/simplelist";
    let mut limited = None;
    for _ in 0..30 {
        let answer = world.get(path, &token).await?;
        if answer.status == 429 {
            limited = Some(answer);
            break;
        }
    }
    let limited = limited.ok_or("never limited")?;
    assert_eq!(limited.code(), 99_991_400);
    assert!(limited.header("x-ogw-ratelimit-limit").parse::<u64>()? >= 1);
    assert!(limited.header("x-ogw-ratelimit-reset").parse::<u64>()? >= 1);
    world
        .send(
            world
                .request(Method::POST, admin)
                .json(&json!({"enabled": false})),
        )
        .await?;
    assert_eq!(world.get(path, &token).await?.code(), 0);
    Ok(())
}
