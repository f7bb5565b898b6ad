//! What survives the end of the process.

use serde_json::json;

use crate::support::{Actor, Backend, Program};

#[tokio::test]
async fn tokens_documents_and_logins_survive_a_kill() {
    let mut program = Program::start(Backend::Sqlite).await;
    let before = program.token().to_owned();
    let actor = Actor::of(&program);
    let made = json!({ "title": "Kept", "markdown": "kept text" });
    let created = actor.done("doc_create", made).await;
    // The sandbox saves its own state within a second.
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    program.kill_and_restart().await;
    let again = Actor::with_token(&program, &before);
    again.done("whoami", json!({})).await;
    let token = created
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| word.len() == 27)
        .expect("a token")
        .to_owned();
    let read = again.done("doc_read", json!({ "ref": token })).await;
    assert!(read.contains("kept text"), "{read}");
}
