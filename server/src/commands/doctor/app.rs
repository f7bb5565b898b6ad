//! Checks of one tenant's Feishu app, live: the same that the console shows.

use anyhow::Context as _;
use feishu::app_check::{Status, import_json};
use model::{Locale, Slug};
use vault::KeyRing;

use super::{Finding, Health};
use crate::{config::Config, terminal::Terminal, wire::Platform};

/// One finding per probe; each says what to do.
pub(super) async fn check(
    config: &Config,
    ring: KeyRing,
    slug: &str,
    terminal: Terminal,
) -> Vec<Finding> {
    match findings(config, ring, slug, terminal).await {
        Ok(findings) => findings,
        Err(error) => vec![Finding::bad(
            "tenant",
            format!("{error:#}"),
            terminal.text(
                "see `feishu-mcp tenant list`",
                "请查看 `feishu-mcp tenant list`",
            ),
        )],
    }
}

async fn findings(
    config: &Config,
    ring: KeyRing,
    slug: &str,
    terminal: Terminal,
) -> anyhow::Result<Vec<Finding>> {
    let chinese = terminal.locale == Locale::Zh;
    let slug: Slug = slug.parse()?;
    let platform = Platform::connect(config, ring).await?;
    let entry = platform
        .store
        .directory()
        .by_slug(&slug)
        .await?
        .with_context(|| format!("there is no tenant {slug}"))?;
    let report = platform.app_care().check(&entry).await?.report;
    let mut found: Vec<Finding> = report
        .findings
        .iter()
        .map(|one| {
            let fix = [
                one.fix.pick(chinese),
                one.link.as_deref().unwrap_or_default(),
            ];
            Finding {
                what: one.probe.name(),
                health: match one.status {
                    Status::Ok | Status::NotNeeded => Health::Good,
                    Status::Unknown => Health::Warning,
                    _ if one.follows.is_some() => Health::Warning,
                    Status::Missing | Status::Waiting | Status::Broken => Health::Bad,
                },
                seen: one.seen.pick(chinese).to_owned(),
                next: fix.join(" ").trim().to_owned(),
            }
        })
        .collect();
    if let Some(text) = import_json(&report) {
        found.push(Finding::warning(
            "import",
            terminal.text(
                "paste under Permissions & scopes, Batch import",
                "请粘贴到「权限管理 → 批量导入」",
            ),
            text.replace('\n', "\n               "),
        ));
    }
    Ok(found)
}
