//! Feishu's own SDKs and its MCP server, pointed at the sandbox: they judge whether the sandbox is
//! what it claims to be.

use std::time::Duration;

use crate::support::script::judge;

const LIMIT: Duration = Duration::from_mins(2);

async fn sandbox_address() -> (sandbox::RunningSandbox, String) {
    let running = sandbox::start(sandbox::SandboxOptions::default())
        .await
        .expect("a free port");
    let url = running.base_url();
    (running, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_node_sdk_works() {
    let (running, url) = sandbox_address().await;
    judge("node", &["tests/interop/sdk/judge.mjs", &url], LIMIT).await;
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_node_sdk_moves_bytes_and_draws() {
    let (running, url) = sandbox_address().await;
    judge("node", &["tests/interop/sdk/media.mjs", &url], LIMIT).await;
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_python_sdk_works() {
    let (running, url) = sandbox_address().await;
    let python = "tests/.cache/python/sdk/bin/python";
    judge(python, &["tests/interop/sdk/judge.py", &url], LIMIT).await;
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_mcp_server_reads_and_searches() {
    let (running, url) = sandbox_address().await;
    judge("node", &["tests/interop/sdk/mcp.mjs", &url], LIMIT).await;
    running.shutdown().await;
}
