//! The measured processes: the platform, and the sandbox apart from it.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::{client, stand_in::AS_STAND_IN};

/// The public address of the measured `serve`; requests name it as their host.
pub const HOST: &str = "bench.test";

/// The argument with which this program runs the sandbox instead of measuring.
pub const AS_SANDBOX: &str = "--as-sandbox";

/// Where the sandbox sends the person whose token the direct calls use.
const REDIRECT: &str = "http://localhost:9/callback";

/// A running `dev`: platform and sandbox in one process, with a demo tenant and a token.
pub struct Dev {
    child: Child,
    welcome: Value,
    folder: PathBuf,
    /// Process id.
    pub pid: u32,
    /// From the start of the process to its printed addresses.
    pub started_in: Duration,
}

impl Dev {
    /// Starts it on free ports, with a folder of its own and further arguments.
    pub async fn start(extra: &[String]) -> anyhow::Result<Self> {
        let folder = target()?.join(format!("bench-{}", std::process::id()));
        let begin = Instant::now();
        let mut child = Command::new(program()?)
            .args(["dev", "--json", "--unlimited", "--listen", "127.0.0.1:0"])
            .args(["--sandbox-listen", "127.0.0.1:0", "--data"])
            .arg(&folder)
            .args(extra)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("build it first: cargo build --release -p server")?;
        let line = first_line(&mut child).await?;
        let started_in = begin.elapsed();
        Ok(Self {
            pid: child.id().context("running")?,
            welcome: serde_json::from_str(&line)?,
            child,
            folder,
            started_in,
        })
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

    /// Ends it in order and gives what it leaves behind: a database and its key.
    pub async fn stop(mut self) -> anyhow::Result<Prepared> {
        let ended = Command::new("kill")
            .args(["-TERM", &self.pid.to_string()])
            .status()
            .await?;
        ensure!(ended.success(), "dev could not be stopped");
        self.child.wait().await?;
        Ok(Prepared {
            folder: self.folder,
        })
    }
}

/// What `dev` left behind.
pub struct Prepared {
    folder: PathBuf,
}

/// What stands in for Feishu, in a process of its own.
pub struct Upstream {
    _child: Child,
    url: String,
    /// Process id.
    pub pid: u32,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Upstream {
    /// The sandbox, with the state that `dev` left.
    pub async fn sandbox(prepared: &Prepared) -> anyhow::Result<Self> {
        let state = prepared.folder.join("sandbox.json");
        Self::start(&[AS_SANDBOX, &state.to_string_lossy()]).await
    }

    /// The stand-in, with the answers that were kept.
    pub async fn stand_in(prepared: &Prepared, delay_ms: u64) -> anyhow::Result<Self> {
        let answers = prepared.folder.join("answers.json");
        let delay = delay_ms.to_string();
        Self::start(&[AS_STAND_IN, &answers.to_string_lossy(), &delay]).await
    }

    async fn start(arguments: &[&str]) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let url = first_line(&mut child).await?;
        Ok(Self {
            pid: child.id().context("running")?,
            address: crate::local(&url)?,
            _child: child,
            url,
        })
    }

    /// The requests that one call makes to the sandbox, as the sandbox recorded them. Their
    /// answers are kept for the stand-in.
    pub async fn requests_of(
        &self,
        call: &[u8],
        platform: SocketAddr,
        token: &str,
        prepared: &Prepared,
    ) -> anyhow::Result<Vec<String>> {
        let forget = b"DELETE /sandbox/admin/stats HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let log = b"GET /sandbox/admin/requests HTTP/1.1\r\nHost: localhost\r\n\r\n";
        client::once(self.address, forget).await?;
        client::once(platform, call).await?;
        let paths = requests(&client::once(self.address, log).await?)?;
        let mut answers = serde_json::Map::new();
        for path in &paths {
            let answer = client::once(self.address, &crate::get(path, token)).await?;
            answers.insert(path.clone(), answer.into());
        }
        fs::write(
            prepared.folder.join("answers.json"),
            serde_json::to_vec(&answers)?,
        )?;
        Ok(paths)
    }
}

/// `serve` over what was prepared.
pub struct Serve {
    _child: Child,
    folder: PathBuf,
    /// Process id.
    pub pid: u32,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to its first successful answer.
    pub first_answer: Duration,
}

impl Serve {
    /// Starts it; `first` is sent until it is answered.
    pub async fn start(
        prepared: &Prepared,
        upstream: &Upstream,
        extra: &[String],
        first: &[u8],
    ) -> anyhow::Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(program()?);
        command
            .arg("serve")
            .env("FEISHU_MCP__HTTP__LISTEN", address.to_string())
            .env("FEISHU_MCP__HTTP__PUBLIC_URL", format!("https://{HOST}"))
            .env("FEISHU_MCP__HTTP__IP_PER_SECOND", "0")
            .env("FEISHU_MCP__FEISHU__ORIGIN", &upstream.url)
            .env("FEISHU_MCP__FEISHU__ALLOW_CUSTOM_ORIGIN", "true")
            .env("FEISHU_MCP__TELEMETRY__FORMAT", "json")
            .env(
                "FEISHU_MCP__KEYS__MASTER_FILE",
                prepared.folder.join("master.key"),
            )
            .stdout(Stdio::null())
            .kill_on_drop(true);
        let database = value_of(extra, "--database-url").unwrap_or_else(|| {
            let file = prepared.folder.join("platform.db");
            format!("sqlite:{}", file.display())
        });
        command.env("FEISHU_MCP__DATABASE__URL", database);
        if let Some(redis) = value_of(extra, "--redis-url") {
            command.env("FEISHU_MCP__REDIS__URL", redis);
        }
        let begin = Instant::now();
        let child = command.spawn()?;
        let first_answer = loop {
            if let Ok(answer) = client::once(address, first).await {
                ensure!(is_result(&answer), "{answer}");
                break begin.elapsed();
            }
            ensure!(begin.elapsed() < Duration::from_secs(20), "no answer");
            tokio::time::sleep(Duration::from_millis(2)).await;
        };
        Ok(Self {
            pid: child.id().context("running")?,
            _child: child,
            folder: prepared.folder.clone(),
            address,
            first_answer,
        })
    }

    /// Size of the database and its log, in bytes.
    pub fn database_bytes(&self) -> u64 {
        ["platform.db", "platform.db-wal"]
            .into_iter()
            .filter_map(|name| Some(fs::metadata(self.folder.join(name)).ok()?.len()))
            .sum()
    }
}

/// Whether an answer of a call is a result without an error.
pub fn is_result(answer: &str) -> bool {
    answer.contains("\"result\"") && !answer.contains("\"isError\":true")
}

/// Runs the sandbox over a state file until it is killed.
pub async fn run_sandbox(state: &str) -> anyhow::Result<()> {
    let options = sandbox::SandboxOptions {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        state_file: Some(state.into()),
        rate_limits: false,
        redirect_urls: vec![REDIRECT.to_owned()],
        ..sandbox::SandboxOptions::default()
    };
    let running = sandbox::start(options).await?;
    crate::report::line(&running.base_url());
    std::future::pending::<()>().await;
    drop(running);
    Ok(())
}

/// A person's token, for the direct calls: approved and exchanged at the sandbox.
pub async fn feishu_token(sandbox: SocketAddr) -> anyhow::Result<String> {
    let approved = json!({
        "client_id": sandbox::demo::APP_ID,
        "redirect_uri": REDIRECT,
        "scope": "docx:document:readonly wiki:node:read contact:contact.base:readonly",
        "user": sandbox::demo::ADMIN,
    });
    let code = post(sandbox, "/sandbox/admin/approve", &approved).await?;
    let exchange = json!({
        "grant_type": "authorization_code",
        "client_id": sandbox::demo::APP_ID,
        "client_secret": sandbox::demo::APP_SECRET,
        "code": code["code"],
        "redirect_uri": REDIRECT,
    });
    let tokens = post(sandbox, "/open-apis/authen/v2/oauth/token", &exchange).await?;
    Ok(tokens["access_token"]
        .as_str()
        .context("a token")?
        .to_owned())
}

async fn post(sandbox: SocketAddr, path: &str, body: &Value) -> anyhow::Result<Value> {
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = client::once(sandbox, request.as_bytes()).await;
    Ok(serde_json::from_str(
        &answer.with_context(|| path.to_owned())?,
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

fn target() -> anyhow::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    Ok(root.context("the workspace")?.join("target"))
}

/// The measured binary: built for release, or the one that `BENCH_BIN` names.
fn program() -> anyhow::Result<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "an argument of the measurement")]
    match std::env::var("BENCH_BIN") {
        Ok(path) => Ok(path.into()),
        Err(_) => Ok(target()?.join("release/feishu-mcp")),
    }
}

fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

async fn first_line(child: &mut Child) -> anyhow::Result<String> {
    let output = child.stdout.take().context("piped")?;
    let mut lines: Lines<BufReader<ChildStdout>> = BufReader::new(output).lines();
    lines.next_line().await?.context("a line is printed")
}

fn value_of(arguments: &[String], name: &str) -> Option<String> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1).cloned()
}

/// CPU time of the process so far (user and system).
pub fn usage(pid: u32) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
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
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
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
