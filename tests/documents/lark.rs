//! The document by Feishu's own MCP server. It imports a Markdown file; there is no way to give it
//! the pictures.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::{Written, feishu::Feishu, text::Paper, tokens};

/// Its program, where `tests/interop/install` puts it.
const CLI: &str = ".cache/node/sdk/node_modules/@larksuiteoapi/lark-mcp/dist/cli.js";

/// The server, over its standard input and output.
struct Server {
    _child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    last: u64,
}

impl Server {
    async fn start(feishu: &Feishu) -> anyhow::Result<Self> {
        let cli = Path::new(env!("CARGO_MANIFEST_DIR")).join(CLI);
        ensure!(cli.exists(), "run tests/interop/install first");
        let mut child = Command::new("node")
            .arg(cli)
            .args([
                "mcp",
                "-a",
                sandbox::demo::APP_ID,
                "-s",
                sandbox::demo::APP_SECRET,
            ])
            .args(["-d", &feishu.origin, "-u", &feishu.token, "-l", "en"])
            .args([
                "--token-mode",
                "user_access_token",
                "-t",
                "docx.builtin.import",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut server = Self {
            input: child.stdin.take().context("piped")?,
            output: BufReader::new(child.stdout.take().context("piped")?).lines(),
            _child: child,
            last: 0,
        };
        let hello = json!({
            "protocolVersion": "2025-03-26",
            "capabilities": {},
            "clientInfo": { "name": "documents", "version": "1" },
        });
        server.ask("initialize", &hello).await?;
        let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        server.send(&ready).await?;
        Ok(server)
    }

    async fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        self.input
            .write_all(format!("{message}\n").as_bytes())
            .await?;
        Ok(self.input.flush().await?)
    }

    async fn ask(&mut self, method: &str, params: &Value) -> anyhow::Result<Value> {
        self.last += 1;
        let id = self.last;
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.send(&message).await?;
        loop {
            let next = self.output.next_line();
            let line = tokio::time::timeout(Duration::from_mins(2), next).await??;
            let line = line.context("the server ended")?;
            let Ok(message) = serde_json::from_str::<Value>(&line) else {
                continue;
            };
            if message["id"] == id {
                return Ok(message["result"].clone());
            }
        }
    }
}

/// Imports it. The pictures are named as a Markdown file names its neighbours.
pub async fn write(feishu: &Feishu, paper: &Paper) -> anyhow::Result<Written> {
    let mut server = Server::start(feishu).await?;
    let arguments = json!({
        "data": { "markdown": paper.markdown(str::to_owned), "file_name": paper.title },
        "useUAT": true,
    });
    let name = "docx_builtin_import";
    let params = json!({ "name": name, "arguments": arguments });
    let begin = Instant::now();
    let result = server.ask("tools/call", &params).await?;
    let told = result["content"][0]["text"].as_str().unwrap_or_default();
    ensure!(result["isError"] != true, "{told}");
    let answer: Value = serde_json::from_str(told).with_context(|| told.to_owned())?;
    let document = answer["result"]["token"].as_str();
    Ok(Written {
        document: document.with_context(|| told.to_owned())?.to_owned(),
        tokens: tokens(name) + tokens(&arguments.to_string()) + tokens(told),
        took: begin.elapsed(),
        share: 1.0,
    })
}
