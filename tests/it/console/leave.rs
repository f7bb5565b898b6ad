//! Everything of a tenant is taken along, and the command checks the file.

use tokio::process::Command;

use super::owner;
use crate::support::{Actor, Backend, Program, program::binary};

async fn what_is_taken_along_is_checked_by_the_command(backend: Backend) {
    let program = Program::start(backend).await;
    let mut browser = owner(&program).await;
    let actor = Actor::of(&program);
    actor.done("whoami", serde_json::json!({})).await;
    let file = browser.get("/console/t/acme/settings/data/export").await;
    assert_eq!(file.status, 200);
    for secret in [
        sandbox::demo::APP_SECRET,
        program.token(),
        &browser.cookies().expect("a session"),
    ] {
        assert!(!file.body.contains(secret), "a secret is in the file");
    }
    let path = program.data().join("acme.jsonl");
    std::fs::write(&path, &file.body).expect("a file");
    assert!(verify(&path).await, "the file is whole");
    let forged = file.body.replacen("whoami", "search", 1);
    assert_ne!(forged, file.body);
    std::fs::write(&path, &forged).expect("a file");
    assert!(!verify(&path).await, "the file was changed");
}

async fn verify(path: &std::path::Path) -> bool {
    let checked = Command::new(binary())
        .args(["verify", "--lang", "en"])
        .arg(path)
        .output()
        .await
        .expect("the command runs");
    checked.status.success()
}

#[tokio::test]
async fn what_is_taken_along_is_checked_by_the_command_on_sqlite() {
    what_is_taken_along_is_checked_by_the_command(Backend::Sqlite).await;
}

#[tokio::test]
async fn what_is_taken_along_is_checked_by_the_command_on_postgres_and_redis() {
    what_is_taken_along_is_checked_by_the_command(Backend::PostgresRedis).await;
}
