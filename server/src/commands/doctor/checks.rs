//! Checks of the deployment itself.

use std::time::Duration;

use bus::Bus;
use feishu::{GuardOptions, GuardedClient};
use model::{Brand, Clock as _, NodeId, OsEntropy, SystemClock};
use tokio::time::Instant;

use super::Finding;
use crate::{config::Config, terminal::Terminal, wire::FeishuHosts};

const PATIENCE: Duration = Duration::from_secs(5);
/// Feishu refuses nothing below minutes; a larger difference breaks tokens and logs.
const SKEW_SECONDS: i64 = 30;

/// What production would refuse.
pub(super) fn settings(config: &Config, terminal: Terminal) -> Finding {
    match config.validate_for_production(terminal.locale) {
        Ok(()) => Finding::good(
            "settings",
            terminal.text("safe for production", "可用于生产"),
        ),
        Err(error) => Finding::warning(
            "settings",
            terminal.text(
                "`serve` would refuse these settings",
                "`serve` 将拒绝当前配置",
            ),
            error.to_string().replace('\n', "\n               "),
        ),
    }
}

/// The key ring cannot be read.
pub(super) fn no_keys(error: &anyhow::Error, terminal: Terminal) -> Finding {
    Finding::bad(
        "keys",
        error.to_string(),
        terminal.text(
            "run `feishu-mcp keys generate` and set keys.master or keys.master_file",
            "运行 `feishu-mcp keys generate` 并设置 keys.master 或 keys.master_file",
        ),
    )
}

/// The database answers and has all migrations.
pub(super) async fn schema(config: &Config, terminal: Terminal) -> Finding {
    match store::pending(&config.database.url).await {
        Ok(pending) if pending.is_empty() => {
            Finding::good("database", terminal.text("up to date", "已是最新"))
        }
        Ok(pending) => Finding::bad(
            "database",
            pending.join(", "),
            terminal.text("run `feishu-mcp migrate`", "请运行 `feishu-mcp migrate`"),
        ),
        Err(error) => Finding::bad(
            "database",
            error.to_string(),
            terminal.text(
                "check database.url, that the server runs, and the role's password",
                "请检查 database.url、数据库是否运行以及角色密码",
            ),
        ),
    }
}

/// Redis answers, where one is configured.
pub(super) async fn redis(config: &Config, terminal: Terminal) -> Finding {
    if config.redis.url.is_empty() {
        return Finding::good(
            "redis",
            terminal.text("not configured: one node", "未配置：单节点"),
        );
    }
    let node = NodeId::mint(&SystemClock, &OsEntropy);
    let failed = |seen: String| {
        Finding::bad(
            "redis",
            seen,
            terminal.text(
                "check redis.url and that the server runs",
                "请检查 redis.url 及 Redis 是否运行",
            ),
        )
    };
    let bus = match Bus::redis(&config.redis.url, node, &config.redis.prefix) {
        Ok(bus) => bus,
        Err(error) => return failed(error.to_string()),
    };
    let until = Instant::now() + PATIENCE;
    loop {
        match bus.healthy().await {
            Ok(()) => return Finding::good("redis", terminal.text("answers", "正常")),
            Err(error) if Instant::now() >= until => return failed(error.to_string()),
            // It connects in the background.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Our clock next to Feishu's `Date`.
pub(super) async fn clock(config: &Config, terminal: Terminal) -> Finding {
    let seen = async {
        let hosts = FeishuHosts::new(&config.feishu.origin)?;
        let custom = !config.feishu.origin.is_empty();
        let client = GuardedClient::new(GuardOptions {
            allow_loopback: custom,
        })?;
        let reply = client
            .get(hosts.of(Brand::Feishu).open.as_str(), 1 << 20, PATIENCE)
            .await?;
        let date = reply
            .headers
            .get("date")
            .and_then(|date| date.to_str().ok());
        let date = date.ok_or_else(|| anyhow::anyhow!("no Date header"))?;
        let feishu = httpdate::parse_http_date(date)?;
        let feishu = feishu.duration_since(std::time::UNIX_EPOCH)?.as_secs();
        anyhow::Ok(SystemClock.now().seconds() - i64::try_from(feishu)?)
    };
    match seen.await {
        Ok(skew) if skew.abs() <= SKEW_SECONDS => Finding::good(
            "clock",
            format!(
                "{skew:+} s {}",
                terminal.text("to Feishu", "（与飞书相差）")
            ),
        ),
        Ok(skew) => Finding::bad(
            "clock",
            format!("{skew:+} s"),
            feishu::Diagnosis::Clock.text(terminal.locale == model::Locale::Zh),
        ),
        Err(error) => Finding::warning(
            "clock",
            format!(
                "{} ({error})",
                terminal.text("Feishu was not reached", "无法访问飞书")
            ),
            terminal.text(
                "allow https to Feishu's open platform from this machine",
                "请允许本机通过 https 访问飞书开放平台",
            ),
        ),
    }
}

/// The public address leads here.
pub(super) async fn public_url(config: &Config, terminal: Terminal) -> Finding {
    let url = config.http.public_url.join("health/live");
    let seen = async {
        let client = GuardedClient::new(GuardOptions {
            allow_loopback: true,
        })?;
        let reply = client.get(url?.as_str(), 64, PATIENCE).await?;
        anyhow::ensure!(reply.status == 200, "HTTP {}", reply.status);
        anyhow::Ok(())
    };
    match seen.await {
        Ok(()) => Finding::good("public url", config.http.public_url.as_str()),
        Err(error) => Finding::warning(
            "public url",
            format!("{} ({error})", config.http.public_url),
            terminal.text(
                "start `serve`, and check DNS, TLS and the reverse proxy; a private address is not \
                 followed from here",
                "请启动 `serve`，并检查 DNS、TLS 与反向代理；此处不会访问内网地址",
            ),
        ),
    }
}
