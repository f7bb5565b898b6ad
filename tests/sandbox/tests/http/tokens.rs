//! Life and death of codes and tokens: every code of the table.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Method;
use sandbox::{TokenFilter, UserStatus, demo};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{CALLBACK, Outcome, World};

fn redeem(code: &str) -> Value {
    json!({"grant_type": "authorization_code", "code": code})
}

fn refresh(token: &str) -> Value {
    json!({"grant_type": "refresh_token", "refresh_token": token})
}

#[tokio::test]
async fn a_code_works_once_and_for_five_minutes() -> Outcome {
    let world = World::start().await?;
    let code = world.code(demo::ADMIN, &[])?;
    assert_eq!(world.token(redeem(&code)).await?.code(), 0);
    let again = world.token(redeem(&code)).await?;
    assert_eq!((again.status, again.code()), (400, 20_065));
    assert_eq!(again.text("error"), "invalid_grant");
    let late = world.code(demo::ADMIN, &[])?;
    world.sandbox.advance_clock(300_000);
    assert_eq!(world.token(redeem(&late)).await?.code(), 20_004);
    assert_eq!(world.token(redeem("none")).await?.code(), 20_003);
    Ok(())
}

#[tokio::test]
async fn a_code_is_bound_to_app_redirect_url_and_verifier() -> Outcome {
    let world = World::start().await?;
    let code = world.code(demo::ADMIN, &[])?;
    let other = json!({
        "grant_type": "authorization_code", "code": code,
        "client_id": demo::OTHER_APP_ID, "client_secret": demo::OTHER_APP_SECRET,
    });
    assert_eq!(world.token(other).await?.code(), 20_024);
    let mut elsewhere = redeem(&code);
    elsewhere["redirect_uri"] = "http://localhost:1/callback".into();
    assert_eq!(world.token(elsewhere).await?.code(), 20_071);
    let verifier = "v".repeat(43);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let code = world
        .sandbox
        .approve(demo::APP_ID, demo::ADMIN, CALLBACK, &[], Some(&challenge))?;
    assert_eq!(
        world.token(redeem(&code)).await?.code(),
        20_049,
        "a verifier is needed"
    );
    let mut wrong = redeem(&code);
    wrong["code_verifier"] = "w".repeat(43).into();
    assert_eq!(world.token(wrong).await?.code(), 20_049);
    let mut right = redeem(&code);
    right["code_verifier"] = verifier.into();
    assert_eq!(world.token(right).await?.code(), 0);
    Ok(())
}

#[tokio::test]
async fn version_three_refuses_a_verifier_nobody_asked_for() -> Outcome {
    let world = World::start().await?;
    let post = |body: Value| world.send(world.request(Method::POST, "/oauth/v3/token").form(&body));
    let mut body = json!({
        "grant_type": "authorization_code", "client_id": demo::APP_ID,
        "client_secret": demo::APP_SECRET, "code": world.code(demo::ADMIN, &[])?,
        "code_verifier": "v".repeat(43),
    });
    assert_eq!(post(body.clone()).await?.code(), 20_049);
    body.as_object_mut()
        .map(|body| body.remove("code_verifier"));
    assert_eq!(post(body.clone()).await?.code(), 0);
    let tenant = json!({
        "grant_type": "client_credentials", "client_id": demo::APP_ID,
        "client_secret": demo::APP_SECRET,
    });
    assert!(post(tenant).await?.text("access_token").starts_with("t-"));
    Ok(())
}

#[tokio::test]
async fn wrong_credentials_and_requests_have_their_own_codes() -> Outcome {
    let world = World::start().await?;
    let code = world.code(demo::ADMIN, &[])?;
    let cases = [
        (json!({"grant_type": null}), 20_001),
        (json!({"client_id": null}), 20_001),
        (json!({"client_secret": null}), 20_001),
        (json!({"code": null}), 20_001),
        (json!({"client_id": "cli_none"}), 20_048),
        (json!({"client_secret": "wrong"}), 20_002),
        (json!({"grant_type": "password"}), 20_036),
        (json!({"colour": "red"}), 20_063),
        (json!({"code": 7}), 20_063),
    ];
    for (change, expected) in cases {
        let mut body = redeem(&code);
        let text = change.to_string();
        if let (Value::Object(body), Value::Object(change)) = (&mut body, change) {
            body.extend(change);
        }
        let answer = world.token(body).await?;
        assert_eq!((answer.status, answer.code()), (400, expected), "{text}");
        assert!(!answer.text("error_description").is_empty());
    }
    let path = "/open-apis/authen/v2/oauth/token";
    let broken = world
        .request(Method::POST, path)
        .body("{")
        .header("content-type", "application/json");
    assert_eq!(world.send(broken).await?.code(), 20_063);
    let basic = STANDARD.encode(format!("{}:{}", demo::APP_ID, demo::APP_SECRET));
    let both = world
        .request(Method::POST, path)
        .header("authorization", format!("Basic {basic}"))
        .json(&json!({"client_id": demo::APP_ID, "client_secret": demo::APP_SECRET}));
    assert_eq!(world.send(both).await?.code(), 20_070);
    world
        .sandbox
        .change_app(demo::APP_ID, |app| app.enabled = false);
    assert_eq!(world.token(redeem(&code)).await?.code(), 20_069);
    Ok(())
}

#[tokio::test]
async fn refresh_tokens_come_only_with_offline_access() -> Outcome {
    let world = World::start().await?;
    let without = world
        .sign_in(demo::ADMIN, &["docx:document:readonly"])
        .await?;
    assert!(without.body.get("refresh_token").is_none());
    let with = world.sign_in(demo::ADMIN, &["offline_access"]).await?;
    assert_eq!(with.body["refresh_token_expires_in"], 604_800);
    assert_eq!(with.body["expires_in"], 7200);
    let scope = with.text("scope");
    assert!(
        scope.contains("docx:document:readonly"),
        "grants are cumulative: {scope}"
    );
    Ok(())
}

#[tokio::test]
async fn a_refresh_token_works_once_and_leaves_the_access_token_alive() -> Outcome {
    let world = World::start().await?;
    let first = world.sign_in(demo::ADMIN, &["offline_access"]).await?;
    let old = first.text("refresh_token");
    let second = world.token(refresh(&old)).await?;
    assert_eq!(second.code(), 0);
    assert_ne!(second.text("refresh_token"), old);
    assert_eq!(world.token(refresh(&old)).await?.code(), 20_073);
    let path = "/open-apis/authen/v1/user_info";
    for token in [first.text("access_token"), second.text("access_token")] {
        assert_eq!(world.get(path, &token).await?.code(), 0);
    }
    Ok(())
}

#[tokio::test]
async fn refresh_tokens_fail_with_the_code_of_their_state() -> Outcome {
    let world = World::start().await?;
    assert_eq!(world.token(refresh("none")).await?.code(), 20_026);
    let fresh = async || {
        let answer = world.sign_in(demo::ADMIN, &["offline_access"]).await;
        answer.map(|answer| answer.text("refresh_token"))
    };
    let token = fresh().await?;
    let mut other = refresh(&token);
    other["client_id"] = demo::OTHER_APP_ID.into();
    other["client_secret"] = demo::OTHER_APP_SECRET.into();
    assert_eq!(world.token(other).await?.code(), 20_024);
    world
        .sandbox
        .change_app(demo::APP_ID, |app| app.allow_refresh = false);
    assert_eq!(world.token(refresh(&token)).await?.code(), 20_074);
    world
        .sandbox
        .change_app(demo::APP_ID, |app| app.allow_refresh = true);
    world.sandbox.revoke_tokens(&TokenFilter {
        token: Some(token.clone()),
        ..TokenFilter::default()
    });
    assert_eq!(world.token(refresh(&token)).await?.code(), 20_064);
    let token = fresh().await?;
    world.sandbox.advance_clock(604_800_000);
    assert_eq!(world.token(refresh(&token)).await?.code(), 20_037);
    Ok(())
}

#[tokio::test]
async fn a_grant_can_be_refreshed_for_a_year_and_no_longer() -> Outcome {
    let world = World::start().await?;
    let mut token = world
        .sign_in(demo::ADMIN, &["offline_access"])
        .await?
        .text("refresh_token");
    for _ in 0..60 {
        world.sandbox.advance_clock(6 * 86_400_000);
        let answer = world.token(refresh(&token)).await?;
        assert_eq!(answer.code(), 0);
        token = answer.text("refresh_token");
    }
    world.sandbox.advance_clock(6 * 86_400_000);
    assert_eq!(world.token(refresh(&token)).await?.code(), 20_037);
    Ok(())
}

#[tokio::test]
async fn scopes_can_be_narrowed_and_not_widened() -> Outcome {
    let world = World::start().await?;
    let scopes = ["offline_access", "docx:document:readonly", "wiki:node:read"];
    let token = world
        .sign_in(demo::ADMIN, &scopes)
        .await?
        .text("refresh_token");
    let mut wide = refresh(&token);
    wide["scope"] = "drive:file:upload".into();
    assert_eq!(world.token(wide).await?.code(), 20_068);
    let mut twice = refresh(&token);
    twice["scope"] = "wiki:node:read wiki:node:read".into();
    assert_eq!(world.token(twice).await?.code(), 20_067);
    let mut narrow = refresh(&token);
    narrow["scope"] = "offline_access wiki:node:read".into();
    let answer = world.token(narrow).await?;
    assert_eq!(
        answer.text("scope"),
        "auth:user.id:read offline_access wiki:node:read"
    );
    Ok(())
}

#[tokio::test]
async fn people_who_left_or_may_not_use_the_app_get_no_tokens() -> Outcome {
    let world = World::start().await?;
    let signed_in = world.sign_in(demo::END_USER, &["offline_access"]).await?;
    let code = world.code(demo::END_USER, &[])?;
    world
        .sandbox
        .set_user_status(demo::TENANT_KEY, demo::END_USER, UserStatus::Resigned);
    assert_eq!(world.token(redeem(&code)).await?.code(), 20_066);
    assert_eq!(
        world
            .token(refresh(&signed_in.text("refresh_token")))
            .await?
            .code(),
        20_066
    );
    let path = "/open-apis/authen/v1/user_info";
    let info = world.get(path, &signed_in.text("access_token")).await?;
    assert_eq!((info.status, info.code()), (200, 20_021));
    world
        .sandbox
        .set_user_status(demo::TENANT_KEY, demo::END_USER, UserStatus::Active);
    world.sandbox.change_app(demo::APP_ID, |app| {
        app.unavailable_to.insert(demo::END_USER.to_owned());
    });
    assert_eq!(world.token(redeem(&code)).await?.code(), 20_010);
    Ok(())
}

#[tokio::test]
async fn tenant_tokens_are_reused_until_half_an_hour_before_their_end() -> Outcome {
    let world = World::start().await?;
    let first = world.tenant_token().await?;
    assert!(first.starts_with("t-"));
    assert_eq!(world.tenant_token().await?, first);
    world.sandbox.advance_clock(5_500_000);
    let second = world.tenant_token().await?;
    assert_ne!(second, first);
    let path = "/open-apis/application/v6/scopes";
    for token in [first, second] {
        assert_eq!(
            world.get(path, &token).await?.code(),
            0,
            "both live to their ends"
        );
    }
    Ok(())
}

#[tokio::test]
async fn bad_app_credentials_come_with_http_200() -> Outcome {
    let world = World::start().await?;
    let path = "/open-apis/auth/v3/tenant_access_token/internal";
    let cases = [
        (json!({"app_id": "", "app_secret": "x"}), 10_003),
        (json!({"app_secret": "x"}), 10_003),
        (
            json!({"app_id": "cli_0000000000000000", "app_secret": "x"}),
            10_014,
        ),
        (json!({"app_id": demo::APP_ID, "app_secret": "x"}), 10_015),
    ];
    for (body, code) in cases {
        let answer = world
            .send(world.request(Method::POST, path).json(&body))
            .await?;
        assert_eq!((answer.status, answer.code()), (200, code), "{body}");
    }
    Ok(())
}

#[tokio::test]
async fn legacy_tokens_do_not_mix_with_current_ones() -> Outcome {
    let world = World::start().await?;
    let body = json!({"app_id": demo::APP_ID, "app_secret": demo::APP_SECRET});
    let path = "/open-apis/auth/v3/app_access_token/internal";
    let app = world
        .send(world.request(Method::POST, path).json(&body))
        .await?;
    let app = app.text("app_access_token");
    let legacy = world
        .post(
            "/open-apis/authen/v1/oidc/access_token",
            &app,
            redeem(&world.code(demo::ADMIN, &[])?),
        )
        .await?;
    let data = &legacy.body["data"];
    assert!(
        data["access_token"]
            .as_str()
            .is_some_and(|token| token.starts_with("u-"))
    );
    let old = data["refresh_token"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert_eq!(world.token(refresh(&old)).await?.code(), 20_026);
    let path = "/open-apis/authen/v1/oidc/refresh_access_token";
    assert_eq!(world.post(path, &app, refresh(&old)).await?.code(), 0);
    assert_eq!(world.post(path, &app, refresh(&old)).await?.code(), 20_026);
    Ok(())
}
