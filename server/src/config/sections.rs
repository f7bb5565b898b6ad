//! The sections of the configuration. Each key is explained in `default.toml`.

use std::net::SocketAddr;

use ipnet::IpNet;
use serde::Deserialize;
use url::Url;

use super::Problems;

/// `[http]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Public origin.
    pub public_url: Url,
    /// Further accepted `Host` names.
    pub allowed_hosts: Vec<String>,
    /// Accepted `Origin` values besides our own.
    pub allowed_origins: Vec<String>,
    /// Believed reverse proxies.
    pub trusted_proxies: Vec<IpNet>,
    /// Open connections at most.
    pub max_connections: usize,
    /// Seconds until the first byte.
    pub first_byte_seconds: u64,
    /// Seconds for a whole request header.
    pub header_seconds: u64,
    /// Seconds for draining.
    pub drain_seconds: u64,
    /// Requests at once from one address.
    pub ip_burst: u32,
    /// Requests per second from one address after that.
    pub ip_per_second: u32,
}

impl Http {
    pub(super) fn problems(&self, problems: &mut Problems) {
        if self.public_url.scheme() != "https" {
            let url = &self.public_url;
            problems.add(
                format!("http.public_url is {url}: set it to the https address that clients use"),
                format!("http.public_url 为 {url}：请改为客户端使用的 https 地址"),
            );
        }
        if self.public_url.path() != "/" || self.public_url.query().is_some() {
            problems.add(
                "http.public_url must be an origin without path or query",
                "http.public_url 只能是源地址，不含路径和查询参数",
            );
        }
        if self.allowed_origins.iter().any(|origin| origin == "*") {
            problems.add(
                "http.allowed_origins has \"*\": name the origins",
                "http.allowed_origins 含有 \"*\"：请逐一列出来源",
            );
        }
    }
}

/// `[database]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Address of the database.
    pub url: String,
    /// Address with the owner role, for migrations; empty: `url`.
    pub owner_url: String,
    /// Connections at most.
    pub max_connections: u32,
    /// Migrate at start.
    pub migrate_on_start: bool,
}

impl Database {
    /// The address that migrations use.
    pub fn migration_url(&self) -> &str {
        if self.owner_url.is_empty() {
            &self.url
        } else {
            &self.owner_url
        }
    }

    pub(super) fn problems(&self, problems: &mut Problems) {
        if self.url.contains(":memory:") {
            problems.add(
                "database.url is in memory: everything is lost at a restart",
                "database.url 为内存数据库：重启后数据会全部丢失",
            );
        }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address may hold a password.
        f.debug_struct("Database")
            .field("scheme", &self.url.split(':').next())
            .finish_non_exhaustive()
    }
}

/// `[redis]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// Address, or empty.
    pub url: String,
    /// Prefix of keys and channels.
    pub prefix: String,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis")
            .field("configured", &!self.url.is_empty())
            .finish_non_exhaustive()
    }
}

/// `[keys]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// `ID:BASE64`.
    pub master: String,
    /// File with the same.
    pub master_file: String,
    /// Older ones.
    pub older: Vec<String>,
}

impl Keys {
    pub(super) fn problems(&self, problems: &mut Problems) {
        if self.master.is_empty() && self.master_file.is_empty() {
            problems.add(
                "keys.master is empty: run `feishu-mcp keys generate` and set keys.master or \
                 keys.master_file",
                "keys.master 为空：请运行 `feishu-mcp keys generate`，并设置 keys.master 或 \
                 keys.master_file",
            );
        }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("older", &self.older.len())
            .finish_non_exhaustive()
    }
}

/// `[feishu]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feishu {
    /// Origin of a stand-in, or empty.
    pub origin: String,
    /// The operator means it.
    pub allow_custom_origin: bool,
    /// Path of the token endpoint.
    pub token_path: String,
    /// Seconds for connecting.
    pub connect_seconds: u64,
    /// Seconds for one call to Feishu.
    pub call_seconds: u64,
    /// Seconds for a whole tool call.
    pub tool_seconds: u64,
}

impl Feishu {
    pub(super) fn problems(&self, problems: &mut Problems) {
        if !self.origin.is_empty() && !self.allow_custom_origin {
            let origin = &self.origin;
            problems.add(
                format!(
                    "feishu.origin is {origin}: app secrets would be sent there; set \
                     feishu.allow_custom_origin = true if you mean it"
                ),
                format!(
                    "feishu.origin 为 {origin}：应用密钥会发送到该地址；如确有此意，请设置 \
                     feishu.allow_custom_origin = true"
                ),
            );
        }
    }
}

/// `[audit]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// File for signed checkpoints, or empty.
    pub checkpoints: String,
}

impl Audit {
    /// The file, if one is wanted.
    pub fn checkpoint_file(&self) -> Option<std::path::PathBuf> {
        (!self.checkpoints.is_empty()).then(|| self.checkpoints.clone().into())
    }
}

/// `[accounts]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Who may make one.
    pub sign_up: SignUp,
    /// Whether operators must prove a second factor.
    pub operator_second_factor: bool,
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignUp {
    /// Everybody.
    Open,
    /// Those who hold an invitation.
    Invited,
}

/// `[directory]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// Seconds between two looks at an enterprise.
    pub look_seconds: u64,
    /// Seconds between two looks at everybody.
    pub everybody_seconds: u64,
}

impl Directory {
    pub(super) fn problems(&self, problems: &mut Problems) {
        if self.look_seconds < 60 {
            let seconds = self.look_seconds;
            problems.add(
                format!(
                    "directory.look_seconds is {seconds}: Feishu limits an app to 1000 calls a \
                     minute, so 60 or more"
                ),
                format!(
                    "directory.look_seconds 为 {seconds}：飞书限制每个应用每分钟 1000 次调用，请设为 60 \
                     或更大"
                ),
            );
        }
    }
}

/// `[tenancy]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenancy {
    /// Slug, or empty.
    pub default_tenant: String,
}

/// `[telemetry]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// Filter of log lines.
    pub filter: String,
    /// Form of log lines.
    pub format: LogFormat,
    /// OTLP/HTTP endpoint, or empty.
    pub otlp_endpoint: String,
}

/// Form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}
