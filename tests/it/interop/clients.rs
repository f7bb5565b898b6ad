//! MCP clients.

use std::time::Duration;

use crate::support::{Backend, Program, script::judge};

const LIMIT: Duration = Duration::from_mins(3);

/// Address of a tenant's doors, without the last segment.
fn base(program: &Program) -> String {
    program.text("mcp_url").trim_end_matches("/mcp").to_owned()
}

async fn all_clients(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    let base = base(&program);
    let folder = "tests/interop/mcp";
    let node = |script: &str| format!("{folder}/{script}");
    judge(
        "node",
        &[&node("typescript.mjs"), &base, program.token()],
        LIMIT,
    )
    .await;
    judge(
        "node",
        &[&node("inspector.mjs"), &base, program.token()],
        LIMIT,
    )
    .await;
    let python = "tests/.cache/python/mcp/bin/python";
    judge(
        python,
        &[&node("python_sdk.py"), &base, program.token()],
        LIMIT,
    )
    .await;
    judge("node", &[&node("mcp_remote.mjs"), &base], LIMIT).await;
}

#[tokio::test]
async fn official_clients_work_on_sqlite() {
    all_clients(Backend::Sqlite).await;
}

#[tokio::test]
async fn official_clients_work_on_postgres_and_redis() {
    all_clients(Backend::PostgresRedis).await;
}
