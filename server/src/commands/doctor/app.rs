//! Checks of one tenant's Feishu app, live.

use std::{collections::BTreeSet, sync::Arc};

use anyhow::Context as _;
use feishu::{AppCredentials, Diagnosis, Meter, Session};
use model::{Capability, Locale, Principal, Purpose, Slug};
use vault::KeyRing;

use super::Finding;
use crate::{config::Config, terminal::Terminal, wire::Platform};

/// Credentials, then scopes; each finding says what to do.
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
    let scope = platform
        .store
        .scope(&Principal::platform(entry.tenant.id, Purpose::Operator));
    let secret = scope.read().await?.app().secret().await?;
    let app = AppCredentials {
        app_id: entry.tenant.app_id.clone(),
        secret: secret.expose().to_owned().into(),
    };
    let hosts = platform.hosts(entry.tenant.brand);
    let token = match feishu::tokens::tenant_token(&platform.transport, &hosts, &app).await {
        Ok(token) => token,
        Err(fault) => {
            let next = Diagnosis::of_token_fault(&fault).text(chinese);
            return Ok(vec![Finding::bad(
                "app",
                format!("{} ({})", app.app_id, fault.code),
                next,
            )]);
        }
    };
    let mut found = vec![Finding::good("app", app.app_id.clone())];
    let meter = Arc::new(Meter::default());
    let session = Session::new(
        platform.transport.clone(),
        Arc::new(hosts),
        token.token.as_str(),
        meter,
    );
    found.push(match feishu::app_scopes(&session).await {
        Ok(scopes) => {
            let has: BTreeSet<String> = scopes
                .into_iter()
                .filter(feishu::AppScope::granted)
                .map(|one| one.name)
                .collect();
            let wanted = Capability::scopes_of(&entry.rules.capabilities);
            let missing: Vec<&str> = wanted.difference(&has).map(String::as_str).collect();
            if missing.is_empty() {
                Finding::good("scopes", terminal.text("all enabled", "已全部开通"))
            } else {
                Finding::warning("scopes", missing.join(" "), Diagnosis::Scope.text(chinese))
            }
        }
        Err(error) => Finding::warning("scopes", error.to_string(), ""),
    });
    found.push(Finding::warning(
        "redirect",
        platform.urls.callback(),
        terminal.text(
            "Feishu cannot be asked for this: see that it is registered under Security settings, \
             Redirect URLs",
            "无法通过接口核对：请确认已在「安全设置 → 重定向 URL」中登记",
        ),
    ));
    Ok(found)
}
