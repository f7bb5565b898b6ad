//! Measures one tool call next to the same work done directly against the sandbox, in one run.
//!
//! `cargo build --release -p server && cargo run --release -p tests --example bench`
//!
//! First `dev --unlimited` on free ports and with a folder of its own: it makes the database and
//! the token, and shows start, memory and idle streams. Then `serve` over that database, with the
//! sandbox in a process of its own, so that the CPU time of the platform is the platform's alone.
//! Then the same with a stand-in for Feishu that costs next to nothing.
//! Arguments: `--seconds N` (one round, 4), `--rounds N` (3), `--only WHAT` (`doc_read`,
//! `tools/list`; only the last part), `--clients N`; all others go to `dev` (`--database-url`,
//! `--database-owner-url`, `--redis-url`, on an empty database).

#![expect(unreachable_pub, reason = "one program in a few files")]

mod client;
mod process;
mod report;
mod stand_in;

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use serde_json::{Value, json};

use client::{Load, Target};
use process::{Dev, HOST, Serve, Upstream, resident, usage};
use report::Row;

/// How long and how often.
struct Plan {
    seconds: u64,
    rounds: usize,
    only: Option<String>,
    clients: Vec<usize>,
    extra: Vec<String>,
}

impl Plan {
    fn read() -> anyhow::Result<Self> {
        let mut plan = Self {
            seconds: 4,
            rounds: 3,
            only: None,
            clients: vec![1, 16, 64],
            extra: Vec::new(),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut number = || {
                arguments
                    .next()
                    .context("a number")
                    .map(|text| text.parse())
            };
            match argument.as_str() {
                "--seconds" => plan.seconds = number()??,
                "--rounds" => plan.rounds = usize::try_from(number()??)?,
                "--clients" => plan.clients = vec![usize::try_from(number()??)?],
                "--only" => plan.only = Some(arguments.next().context("a name")?),
                _ => plan.extra.push(argument),
            }
        }
        Ok(plan)
    }

    /// The middle one of some rounds.
    async fn measure(
        &self,
        (name, targets): (&'static str, &[Target]),
        clients: usize,
        pid: u32,
    ) -> anyhow::Result<Row> {
        let mut rounds = Vec::new();
        for _ in 0..self.rounds {
            let before = usage(pid)?;
            let load = Load::run(targets, clients, Duration::from_secs(self.seconds)).await?;
            let used = usage(pid)?.saturating_sub(before);
            rounds.push(Row::new(name, clients, &load, used));
        }
        Ok(report::median(rounds))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(process::AS_SANDBOX) => {
            return process::run_sandbox(&arguments.next().context("a state file")?).await;
        }
        Some(stand_in::AS_STAND_IN) => {
            let file = arguments.next().context("a file of answers")?;
            let delay = arguments.next().context("a delay")?.parse()?;
            return stand_in::run(&file, Duration::from_millis(delay)).await;
        }
        _ => {}
    }
    let plan = Plan::read()?;
    let dev = Dev::start(&plan.extra).await?;
    report::start(&dev, &plan.extra);
    let token = dev.text("token")?.to_owned();
    if plan.only.is_none() {
        idle_streams(&dev, &token).await?;
    }
    let prepared = dev.stop().await?;

    let listing = rpc(&token, "tools/list", None, &json!({}));
    let document = format!("docx:{}", sandbox::demo::WELCOME_DOC);
    let arguments = json!({ "ref": document, "view": "outline" });
    let call = rpc(
        &token,
        "tools/call",
        Some("doc_read"),
        &json!({ "name": "doc_read", "arguments": arguments }),
    );
    let feishu = Upstream::sandbox(&prepared).await?;
    let serve = Serve::start(&prepared, &feishu, &plan.extra, &call).await?;
    report::apart(&serve, &feishu);
    let list = client::once(serve.address, &listing).await;
    report::tool_list(&list.context("tools/list")?)?;
    let feishu_token = process::feishu_token(feishu.address).await?;
    let paths = feishu
        .requests_of(&call, serve.address, &feishu_token, &prepared)
        .await?;
    report::upstream(&paths);
    let requests: Vec<Vec<u8>> = paths.iter().map(|path| get(path, &feishu_token)).collect();
    if plan.only.is_none() {
        report::line("\nIn front of the sandbox:");
        let rows = against(&plan, &serve, &feishu, &requests, &[("doc_read", &call)]).await?;
        report::table(&rows);
    }
    drop((serve, feishu));

    let feishu = Upstream::stand_in(&prepared, 0).await?;
    let serve = Serve::start(&prepared, &feishu, &plan.extra, &call).await?;
    report::line("\nIn front of a stand-in that repeats the same answers:");
    let both = [("doc_read", call.as_slice()), ("tools/list", &listing)];
    let rows = against(&plan, &serve, &feishu, &requests, &both).await?;
    report::table(&rows);
    report::after_load(&serve);
    drop((serve, feishu));

    if plan.only.is_none() {
        let feishu = Upstream::stand_in(&prepared, 20).await?;
        let serve = Serve::start(&prepared, &feishu, &plan.extra, &call).await?;
        report::line("\nIn front of the stand-in, each answer 20 ms later:");
        let plan = Plan {
            clients: vec![64],
            ..plan
        };
        let rows = against(&plan, &serve, &feishu, &requests, &both[..1]).await?;
        report::table(&rows);
    }
    Ok(())
}

/// What some requests cost through the platform, next to the same work done directly.
async fn against(
    plan: &Plan,
    serve: &Serve,
    feishu: &Upstream,
    direct: &[Vec<u8>],
    through: &[(&'static str, &[u8])],
) -> anyhow::Result<Vec<Row>> {
    let target = |address, request: &[u8]| Target {
        address,
        request: request.to_vec(),
    };
    let direct: Vec<Target> = direct
        .iter()
        .map(|request| target(feishu.address, request))
        .collect();
    let wanted = |name: &str| plan.only.as_deref().is_none_or(|only| only == name);
    let mut rows = Vec::new();
    for clients in &plan.clients {
        if wanted("direct") {
            let what = ("direct", direct.as_slice());
            rows.push(plan.measure(what, *clients, feishu.pid).await?);
        }
        for (name, request) in through {
            if wanted(name) {
                let targets = [target(serve.address, request)];
                let what = (*name, targets.as_slice());
                rows.push(plan.measure(what, *clients, serve.pid).await?);
            }
        }
    }
    Ok(rows)
}

/// Memory per idle SSE stream, at 2,000.
async fn idle_streams(dev: &Dev, token: &str) -> anyhow::Result<()> {
    let address = dev.address("sse_url")?;
    let request = format!(
        "GET /t/acme/sse HTTP/1.1\r\nHost: localhost:{}\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n",
        address.port()
    );
    let before = resident(dev.pid)?;
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
    let after = resident(dev.pid)?;
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
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

/// Address of a URL whose host is this machine.
fn local(url: &str) -> anyhow::Result<SocketAddr> {
    let url = url::Url::parse(url)?;
    Ok(SocketAddr::from((
        [127, 0, 0, 1],
        url.port().context("a port")?,
    )))
}
