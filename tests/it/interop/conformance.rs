//! The official conformance suite, both scored revisions, against the fixture tenant.

use std::time::Duration;

use crate::support::{Backend, Program, script::judge};

async fn suite(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    let url = format!("{}/t/conformance/mcp", program.origin());
    let token = program.text("fixture_token");
    let script = "tests/interop/mcp/conformance.mjs";
    judge("node", &[script, &url, token], Duration::from_mins(5)).await;
}

#[tokio::test]
async fn the_suite_passes_on_sqlite() {
    suite(Backend::Sqlite).await;
}

#[tokio::test]
async fn the_suite_passes_on_postgres_and_redis() {
    suite(Backend::PostgresRedis).await;
}
