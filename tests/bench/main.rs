//! Measures one tool call next to the same work done directly against the sandbox, in one run.
//!
//! `cargo build --release -p server && cargo run --release -p tests --example bench`
//!
//! Starts the release binary with `dev --unlimited` on free ports and its own folder, so that
//! neither limits nor a network are measured. The sandbox lives in the same process: its share is
//! what the direct calls cost.

#![expect(unreachable_pub, reason = "one program in a few files")]

mod client;
mod process;
mod report;

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use serde_json::{Value, json};

use client::{Load, Target};
use process::{Dev, usage};
use report::Row;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let extra: Vec<String> = std::env::args().skip(1).collect();
    let dev = Dev::start(&extra).await?;
    report::start(&dev, &extra);
    let platform = dev.address("mcp_url")?;
    let sandbox = dev.address("sandbox_url")?;
    let token = dev.text("token")?;

    let listing = rpc(token, "tools/list", None, &json!({}));
    let list = client::once(platform, &listing)
        .await
        .context("tools/list")?;
    report::tool_list(&list)?;

    let arguments = json!({ "ref": sandbox::demo::WELCOME_DOC, "view": "outline" });
    let call = rpc(
        token,
        "tools/call",
        Some("doc_read"),
        &json!({ "name": "doc_read", "arguments": arguments }),
    );
    let answer = client::once(platform, &call).await.context("first call")?;
    anyhow::ensure!(
        answer.contains("\"result\"") && !answer.contains("\"isError\":true"),
        "{answer}"
    );

    let upstream = dev.upstream_requests(sandbox, platform, &call).await?;
    report::upstream(&upstream);
    let direct: Vec<Target> = upstream
        .iter()
        .map(|path| Target {
            address: sandbox,
            request: get(path, &dev.feishu_token),
        })
        .collect();
    let through = [Target {
        address: platform,
        request: call,
    }];
    let listed = [Target {
        address: platform,
        request: listing,
    }];

    let mut rows = Vec::new();
    for clients in [1, 16, 64] {
        for (name, targets) in [
            ("direct", direct.as_slice()),
            ("doc_read", &through),
            ("tools/list", &listed),
        ] {
            let mut rounds = Vec::new();
            for _ in 0..3 {
                let before = usage(dev.pid)?;
                let load = Load::run(targets, clients, Duration::from_secs(4)).await?;
                rounds.push(Row::new(
                    name,
                    clients,
                    &load,
                    usage(dev.pid)?.saturating_sub(before),
                ));
            }
            rows.push(report::median(rounds));
        }
    }
    report::table(&rows);
    idle_streams(&dev, token).await
}

/// Memory per idle SSE stream, at 2,000.
async fn idle_streams(dev: &Dev, token: &str) -> anyhow::Result<()> {
    let address = dev.address("sse_url")?;
    let request = format!(
        "GET /t/acme/sse HTTP/1.1\r\nHost: localhost:{}\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n",
        address.port()
    );
    let before = process::resident(dev.pid)?;
    let mut open = Vec::new();
    for _ in 0..2_000 {
        match client::stream(address, request.as_bytes()).await {
            Ok(stream) => open.push(stream),
            Err(error) => {
                report::line(&format!("stream {} was refused: {error}", open.len() + 1));
                break;
            }
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let after = process::resident(dev.pid)?;
    report::streams(open.len(), before, after);
    Ok(())
}

fn rpc(token: &str, method: &str, name: Option<&str>, params: &Value) -> Vec<u8> {
    let mut params = params.clone();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
    let name = name
        .map(|name| format!("Mcp-Name: {name}\r\n"))
        .unwrap_or_default();
    format!(
        "POST /t/acme/mcp HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n\
         MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n{name}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

/// The `Host` of every request; the port is filled in by [`client::with_port`].
const HOST: &str = "localhost:{PORT}";

/// Address of a URL whose host is this machine.
fn local(url: &str) -> anyhow::Result<SocketAddr> {
    let url = url::Url::parse(url)?;
    Ok(SocketAddr::from((
        [127, 0, 0, 1],
        url.port().context("a port")?,
    )))
}
