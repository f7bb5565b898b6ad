//! Without events: the look at the enterprise, and the look at one person at a refresh.

use std::time::Duration;

use sandbox::demo;

use super::{Employee, deleted_at_feishu, entries, left_once, open_stream, silence, works_on};
use crate::support::{Backend, Books, Program, oauth_flow};

/// A round of the jobs that comes every two seconds, and the look itself.
const LOOK: Duration = Duration::from_secs(30);

async fn the_look_at_the_enterprise_finds_a_leaver(backend: Backend) {
    let often = [("FEISHU_MCP__DIRECTORY__LOOK_SECONDS", "2")];
    let program = Program::configured(backend, &["--unlimited"], &often).await;
    silence(&program).await;
    let mut leaver = Employee::at_work(&program, "acme", demo::END_USER).await;
    let colleague = oauth_flow::connect(&program, "acme", demo::DEVELOPER, false).await;
    deleted_at_feishu(&program, demo::END_USER).await;
    leaver.stream_ends(LOOK).await;
    leaver.has_nothing().await;
    works_on(&program, &colleague).await;
    let books = Books::of(&program).await;
    left_once(&books, "acme").await;
    let told = entries(&books, "acme", "feishu.event").await;
    assert!(told.is_empty(), "no event had a part in it: {told:?}");
}

async fn a_refresh_finds_a_leaver(backend: Backend) {
    let mut program = Program::start_with(backend, &["--unlimited"]).await;
    let mut leaver = Employee::at_work(&program, "acme", demo::END_USER).await;
    let colleague = oauth_flow::connect(&program, "acme", demo::DEVELOPER, false).await;
    // The sign-in was a look too, and one is good for five minutes in the process that made it.
    // The sandbox saves itself within a second.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    program.kill_and_restart().await;
    silence(&program).await;
    leaver.stream = open_stream(&program, "acme", &leaver.client.access).await;
    deleted_at_feishu(&program, demo::END_USER).await;
    assert_eq!(
        leaver.asks(&leaver.client.access).await,
        200,
        "not known yet"
    );
    let refused = leaver.refreshes().await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    leaver.stream_ends(Duration::from_secs(5)).await;
    leaver.has_nothing().await;
    works_on(&program, &colleague).await;
    left_once(&Books::of(&program).await, "acme").await;
}

#[tokio::test]
async fn the_look_at_the_enterprise_finds_a_leaver_on_sqlite() {
    the_look_at_the_enterprise_finds_a_leaver(Backend::Sqlite).await;
}

#[tokio::test]
async fn the_look_at_the_enterprise_finds_a_leaver_on_postgres_and_redis() {
    the_look_at_the_enterprise_finds_a_leaver(Backend::PostgresRedis).await;
}

#[tokio::test]
async fn a_refresh_finds_a_leaver_on_sqlite() {
    a_refresh_finds_a_leaver(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_refresh_finds_a_leaver_on_postgres_and_redis() {
    a_refresh_finds_a_leaver(Backend::PostgresRedis).await;
}
