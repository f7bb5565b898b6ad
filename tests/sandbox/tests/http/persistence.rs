//! The state file: grants, tokens and the clock survive a restart.

use std::path::PathBuf;

use sandbox::{SandboxOptions, demo};
use serde_json::json;

use crate::{Outcome, World};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.json", std::process::id()))
}

#[tokio::test]
async fn a_restart_keeps_tokens_and_redirect_urls_follow_the_options() -> Outcome {
    let file = file("restart");
    let options = |redirect: &str| SandboxOptions {
        state_file: Some(file.clone()),
        redirect_urls: vec![redirect.to_owned()],
        ..SandboxOptions::default()
    };
    let world = World::with(options("http://localhost:1/callback")).await?;
    let answer = world.sign_in(demo::ADMIN, &["offline_access"]).await?;
    world.sandbox.advance_clock(1000);
    world.sandbox.shutdown().await;

    let world = World::with(options("http://localhost:2/callback")).await?;
    let info = world
        .get(
            "/open-apis/authen/v1/user_info",
            &answer.text("access_token"),
        )
        .await?;
    assert_eq!(info.code(), 0);
    let refresh =
        json!({"grant_type": "refresh_token", "refresh_token": answer.text("refresh_token")});
    assert_eq!(world.token(refresh).await?.code(), 0);
    for redirect in ["http://localhost:1/callback", "http://localhost:2/callback"] {
        assert!(
            world
                .sandbox
                .approve(demo::APP_ID, demo::ADMIN, redirect, &[], None)
                .is_ok()
        );
    }
    world.sandbox.shutdown().await;
    std::fs::remove_file(file)?;
    Ok(())
}

#[tokio::test]
async fn a_damaged_state_file_stops_the_start() -> Outcome {
    let file = file("damaged");
    std::fs::write(&file, "{\"version\":1")?;
    let options = SandboxOptions {
        state_file: Some(file.clone()),
        ..SandboxOptions::default()
    };
    assert!(sandbox::start(options).await.is_err());
    std::fs::remove_file(file)?;
    Ok(())
}

#[tokio::test]
async fn a_reset_forgets_tokens_and_seeds_again() -> Outcome {
    let world = World::start().await?;
    let token = world.user_token(demo::ADMIN, &[]).await?;
    world
        .send(world.request(reqwest::Method::POST, "/sandbox/admin/reset"))
        .await?;
    assert_eq!(
        world
            .get("/open-apis/authen/v1/user_info", &token)
            .await?
            .code(),
        99_991_668
    );
    assert!(world.user_token(demo::ADMIN, &[]).await?.starts_with("eyJ"));
    Ok(())
}
