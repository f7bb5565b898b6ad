//! The measured process.

use std::{
    net::SocketAddr,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::client;

/// A running release binary.
pub struct Dev {
    _child: Child,
    welcome: Value,
    /// Process id.
    pub pid: u32,
    /// From the start of the process to its printed addresses.
    pub started_in: Duration,
    /// A Feishu token for the direct calls.
    pub feishu_token: String,
}

impl Dev {
    /// Starts it on free ports, with a folder of its own and further arguments.
    pub async fn start(extra: &[String]) -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("the workspace")?;
        let data = root.join(format!("target/bench-{}", std::process::id()));
        let begin = Instant::now();
        let mut child = Command::new(root.join("target/release/feishu-mcp"))
            .args(["dev", "--json", "--unlimited", "--listen", "127.0.0.1:0"])
            .args(["--sandbox-listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .args(extra)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("build it first: cargo build --release -p server")?;
        let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
        let line = lines
            .next_line()
            .await?
            .context("the program prints its addresses")?;
        let started_in = begin.elapsed();
        let welcome: Value = serde_json::from_str(&line)?;
        let pid = child.id().context("running")?;
        let mut dev = Self {
            _child: child,
            welcome,
            pid,
            started_in,
            feishu_token: String::new(),
        };
        dev.feishu_token = dev.sandbox_token().await?;
        Ok(dev)
    }

    /// A text of the printed object.
    pub fn text(&self, key: &str) -> anyhow::Result<&str> {
        self.welcome[key]
            .as_str()
            .with_context(|| format!("{key} is printed"))
    }

    /// An address of the printed object.
    pub fn address(&self, key: &str) -> anyhow::Result<SocketAddr> {
        crate::local(self.text(key)?)
    }

    /// The requests that one call makes to the sandbox, as the sandbox recorded them.
    pub async fn upstream_requests(
        &self,
        sandbox: SocketAddr,
        platform: SocketAddr,
        call: &[u8],
    ) -> anyhow::Result<Vec<String>> {
        let forget = b"DELETE /sandbox/admin/stats HTTP/1.1\r\nHost: localhost:{PORT}\r\n\r\n";
        let log = b"GET /sandbox/admin/requests HTTP/1.1\r\nHost: localhost:{PORT}\r\n\r\n";
        client::once(sandbox, forget).await?;
        client::once(platform, call).await?;
        requests(&client::once(sandbox, log).await?)
    }

    /// A person's token, for the direct calls: approved and exchanged at the sandbox.
    async fn sandbox_token(&self) -> anyhow::Result<String> {
        let sandbox = self.address("sandbox_url")?;
        let redirect = format!(
            "http://localhost:{}/callback",
            self.address("mcp_url")?.port()
        );
        let approved = json!({
            "client_id": sandbox::demo::APP_ID,
            "redirect_uri": redirect,
            "scope": "docx:document:readonly wiki:node:read",
            "user": sandbox::demo::ADMIN,
        });
        let code = post(sandbox, "/sandbox/admin/approve", &approved).await?;
        let exchange = json!({
            "grant_type": "authorization_code",
            "client_id": sandbox::demo::APP_ID,
            "client_secret": sandbox::demo::APP_SECRET,
            "code": code["code"],
            "redirect_uri": redirect,
        });
        let tokens = post(sandbox, "/open-apis/authen/v2/oauth/token", &exchange).await?;
        Ok(tokens["access_token"]
            .as_str()
            .context("a token")?
            .to_owned())
    }
}

async fn post(address: SocketAddr, path: &str, body: &Value) -> anyhow::Result<Value> {
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost:{{PORT}}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    Ok(serde_json::from_str(
        &client::once(address, request.as_bytes()).await?,
    )?)
}

/// Calls of the open API, oldest first.
fn requests(log: &str) -> anyhow::Result<Vec<String>> {
    let log: Value = serde_json::from_str(log)?;
    let entries = log["requests"].as_array().context("a list of requests")?;
    Ok(entries
        .iter()
        .rev()
        .filter_map(|entry| {
            let path = entry["path"]
                .as_str()
                .filter(|path| path.starts_with("/open-apis"))?;
            let query = entry["query"].as_str().filter(|query| !query.is_empty());
            Some(query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
        })
        .collect())
}

/// CPU time of the process so far (user and system).
pub fn usage(pid: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat
        .rsplit(") ")
        .next()
        .context("fields")?
        .split(' ')
        .collect();
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    // Linux counts in hundredths of a second on every common configuration.
    Ok(Duration::from_millis(ticks * 10))
}

/// Resident memory in bytes.
pub fn resident(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .context("VmRSS")?;
    Ok(line
        .split_whitespace()
        .nth(1)
        .context("a number")?
        .parse::<u64>()?
        * 1024)
}
