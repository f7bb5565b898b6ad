//! The real program, started as a user would start it.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use serde_json::Value;
use tests::{Database, On};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// What the program runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// SQLite and the in-process bus.
    Sqlite,
    /// PostgreSQL and Redis.
    PostgresRedis,
}

/// Environment variables of a process.
type Variables = Vec<(String, String)>;

/// A running `feishu-mcp dev --json`, killed when dropped.
pub struct Program {
    child: Child,
    data: PathBuf,
    arguments: Vec<String>,
    variables: Variables,
    keep: bool,
    _database: Option<Database>,
    /// The printed object.
    pub welcome: Value,
}

impl Program {
    /// Starts with a fresh folder (and database).
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, &[]).await
    }

    /// Starts with further arguments.
    pub async fn start_with(backend: Backend, extra: &[&str]) -> Self {
        Self::configured(backend, extra, &[]).await
    }

    /// Starts with further arguments and environment variables.
    pub async fn configured(backend: Backend, extra: &[&str], set: &[(&str, &str)]) -> Self {
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let data = root().join(format!("target/it/{}-{number}", std::process::id()));
        let mut arguments: Vec<String> = [
            "dev",
            "--json",
            "--lang",
            "en",
            "--listen",
            "127.0.0.1:0",
            "--sandbox-listen",
            "127.0.0.1:0",
            "--data",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(data.display().to_string());
        let mut database = None;
        if backend == Backend::PostgresRedis {
            let fresh = Database::fresh(On::Postgres);
            let (runtime, owner) = (fresh.url.clone(), fresh.owner_url.clone());
            arguments.extend(["--database-url".to_owned(), runtime]);
            arguments.extend(["--database-owner-url".to_owned(), owner]);
            database = Some(fresh);
            arguments.extend(["--redis-url".to_owned(), tests::redis()]);
        }
        arguments.extend(extra.iter().map(|argument| (*argument).to_owned()));
        let variables: Variables = set
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let (child, welcome) = launch(&arguments, &variables).await;
        Self {
            child,
            data,
            arguments,
            variables,
            keep: false,
            welcome,
            _database: database,
        }
    }

    /// Kills the process without warning and starts it again on the same addresses and state.
    pub async fn kill_and_restart(&mut self) {
        self.kill().await;
        self.start_again().await;
    }

    /// Kills the process without warning.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("the process can be killed");
    }

    /// Starts it again on the same addresses and state.
    pub async fn start_again(&mut self) {
        let mut arguments = self.arguments.clone();
        for (flag, key) in [("--listen", "mcp_url"), ("--sandbox-listen", "sandbox_url")] {
            // Without a sandbox of its own there is no address of one.
            let Some(url) = self.welcome[key].as_str() else {
                continue;
            };
            let url = url::Url::parse(url).expect("a URL");
            let place = arguments
                .iter()
                .position(|argument| argument == flag)
                .expect("given");
            arguments[place + 1] = format!("127.0.0.1:{}", url.port().expect("a port"));
        }
        let (child, welcome) = launch(&arguments, &self.variables).await;
        self.child = child;
        self.welcome = welcome;
    }

    /// A text of the printed object.
    pub fn text(&self, key: &str) -> &str {
        self.welcome[key]
            .as_str()
            .unwrap_or_else(|| panic!("{key} in {}", self.welcome))
    }

    /// The development token.
    pub fn token(&self) -> &str {
        self.text("token")
    }

    /// Address of the platform, without a path.
    pub fn origin(&self) -> String {
        url::Url::parse(self.text("mcp_url"))
            .expect("a URL")
            .origin()
            .ascii_serialization()
    }

    /// Address of the database.
    pub fn database_url(&self) -> String {
        let given = self
            .arguments
            .iter()
            .position(|argument| argument == "--database-url");
        given.map_or_else(
            || {
                let file = self.data.canonicalize().expect("a folder");
                format!("sqlite:{}", file.join("platform.db").display())
            },
            |place| self.arguments[place + 1].clone(),
        )
    }

    /// Adds the second demo tenant, `globex`, as an operator would: with the command, beside the
    /// running program.
    pub async fn add_globex(&self) {
        let secret = self.data.join("globex.secret");
        std::fs::write(&secret, sandbox::demo::OTHER_APP_SECRET).expect("a file");
        let output = Command::new(binary())
            .args(["tenant", "add", "--slug", "globex", "--name", "Globex"])
            .args(["--app-id", sandbox::demo::OTHER_APP_ID, "--locale", "en"])
            .arg("--app-secret-file")
            .arg(&secret)
            .current_dir(&self.data)
            .env("FEISHU_MCP__DATABASE__URL", self.database_url())
            .env("FEISHU_MCP__HTTP__PUBLIC_URL", self.origin())
            .env(
                "FEISHU_MCP__KEYS__MASTER_FILE",
                self.data
                    .canonicalize()
                    .expect("a folder")
                    .join("master.key"),
            )
            .env("FEISHU_MCP__FEISHU__ORIGIN", self.text("sandbox_url"))
            .output()
            .await
            .expect("the command runs");
        assert!(
            output.status.success(),
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// An environment variable that it was started with.
    pub fn variable(&self, name: &str) -> Option<&str> {
        let found = self.variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.child.start_kill().is_ok() && !self.keep && !std::thread::panicking() {
            let _removed = std::fs::remove_dir_all(&self.data).is_ok();
        }
    }
}

async fn launch(arguments: &[String], variables: &Variables) -> (Child, Value) {
    let mut child = Command::new(binary())
        .args(arguments)
        .current_dir(root())
        .env_remove("FEISHU_APP_ID")
        .env_remove("FEISHU_APP_SECRET")
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let line = tokio::time::timeout(Duration::from_mins(1), lines.next_line())
        .await
        .expect("the program is up in time")
        .expect("standard output can be read")
        .expect("the program prints its addresses and stays");
    let welcome = serde_json::from_str(&line).expect("one JSON object");
    (child, welcome)
}

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_path_buf()
}

/// The program with the fixture toolset: `tests/run` names it, otherwise it is built once here.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        #[expect(clippy::disallowed_methods, reason = "the test run names its program")]
        if let Ok(named) = std::env::var("FEISHU_MCP_BIN") {
            return PathBuf::from(named);
        }
        let built = std::process::Command::new(env!("CARGO"))
            .args(["build", "--quiet", "-p", "server", "--features", "fixture"])
            .current_dir(root())
            .status()
            .expect("cargo runs");
        assert!(built.success(), "the program builds");
        root().join("target/debug/feishu-mcp")
    })
}
