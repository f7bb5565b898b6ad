//! A second replica beside a running program: `serve` on the same database, bus and keys.

use std::{process::Stdio, time::Duration};

use tokio::process::{Child, Command};

use super::{Program, oauth_flow::plain_client, program::binary};

/// Its public address: `serve` wants one with TLS, and stands behind nothing here.
pub const HOST: &str = "replica.test";

/// A running `feishu-mcp serve`, killed when dropped.
pub struct Replica {
    _child: Child,
    /// Where it listens, without a path. Requests to it name [`HOST`].
    pub origin: String,
}

impl Replica {
    /// Starts it, and waits until it is ready.
    pub async fn beside(program: &Program) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let data = program.data().canonicalize().expect("a folder");
        let child = Command::new(binary())
            .arg("serve")
            .current_dir(&data)
            .env("FEISHU_MCP__HTTP__LISTEN", address.to_string())
            .env("FEISHU_MCP__HTTP__PUBLIC_URL", format!("https://{HOST}"))
            .env("FEISHU_MCP__DATABASE__URL", program.database_url())
            .env("FEISHU_MCP__REDIS__URL", tests::redis())
            .env("FEISHU_MCP__KEYS__MASTER_FILE", data.join("master.key"))
            .env("FEISHU_MCP__FEISHU__ORIGIN", program.text("sandbox_url"))
            .env("FEISHU_MCP__FEISHU__ALLOW_CUSTOM_ORIGIN", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the replica starts");
        let replica = Self {
            _child: child,
            origin: format!("http://{address}"),
        };
        let ready = async {
            while !replica.is_ready().await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), ready)
            .await
            .expect("the replica is up in time");
        replica
    }

    async fn is_ready(&self) -> bool {
        let place = format!("{}/health/ready", self.origin);
        let asked = plain_client().get(place).header("host", HOST);
        match asked.send().await {
            Ok(answer) => answer.status() == 200,
            Err(_) => false,
        }
    }
}
