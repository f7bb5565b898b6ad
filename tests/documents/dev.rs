//! The measured process: the platform, with the sandbox.

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
    folder: PathBuf,
}

impl Dev {
    /// Starts the program that was built beside this example, with further arguments.
    pub async fn start(extra: &[String]) -> anyhow::Result<Self> {
        let example = std::env::current_exe()?;
        let built = example.parent().and_then(|folder| folder.parent());
        let built = built.context("the folder of the example")?;
        let folder = built.join(format!("documents-{}", std::process::id()));
        let mut child = Command::new(built.join("feishu-mcp"))
            .args(["dev", "--json", "--unlimited", "--lang", "en"])
            .args(["--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"])
            .arg("--data")
            .arg(&folder)
            .args(extra)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("build it first: cargo build -p server, with the profile of this example")?;
        let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
        let line = tokio::time::timeout(Duration::from_mins(1), lines.next_line()).await??;
        Ok(Self {
            welcome: serde_json::from_str(&line.context("it prints its addresses")?)?,
            _child: child,
            folder,
        })
    }

    /// A text of the printed object.
    pub fn text(&self, key: &str) -> anyhow::Result<&str> {
        self.welcome[key].as_str().context("it is printed")
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _removed = std::fs::remove_dir_all(&self.folder).is_ok();
    }
}
