//! The measured process.

use std::{path::PathBuf, process::Stdio, time::Duration};

use anyhow::Context as _;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// A running `dev`; its folder goes with it.
pub struct Dev {
    _child: Child,
    welcome: Value,
    extra: Vec<String>,
    /// Its data folder.
    pub folder: PathBuf,
}

impl Dev {
    /// Starts it on free ports, with further arguments.
    pub async fn start(extra: Vec<String>) -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        let release = program.parent().and_then(|folder| folder.parent());
        let release = release.context("the folder of the example")?;
        let folder = release.join(format!("numbers-{}", std::process::id()));
        let mut child = Command::new(release.join("feishu-mcp"))
            .args(["dev", "--json", "--unlimited", "--lang", "en"])
            .args(["--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"])
            .arg("--data")
            .arg(&folder)
            .args(&extra)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("build it first: cargo build --release -p server")?;
        let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
        let line = tokio::time::timeout(Duration::from_mins(1), lines.next_line()).await??;
        Ok(Self {
            welcome: serde_json::from_str(&line.context("it prints its addresses")?)?,
            _child: child,
            extra,
            folder,
        })
    }

    /// A text of the printed object.
    pub fn text(&self, key: &str) -> anyhow::Result<&str> {
        self.welcome[key].as_str().context("it is printed")
    }

    /// Address of its database.
    pub fn database_url(&self) -> anyhow::Result<String> {
        let given = self.extra.iter().position(|one| one == "--database-url");
        let given = given.and_then(|place| self.extra.get(place + 1));
        if let Some(url) = given {
            return Ok(url.clone());
        }
        let file = self.folder.canonicalize()?.join("platform.db");
        Ok(format!("sqlite:{}", file.display()))
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _removed = std::fs::remove_dir_all(&self.folder).is_ok();
    }
}
