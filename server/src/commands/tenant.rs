//! `tenant`: tenants of this deployment.

use std::{io::Read as _, path::Path};

use anyhow::{Context as _, bail};
use model::{Brand, Capability, Limits, Month, Slug, Tenant};
use serde_json::json;
use store::{NewTenant, Page};
use vault::Secret;

use crate::{
    cli::{TenantAddArgs, TenantCommand},
    config::Config,
    terminal::Terminal,
    wire::{self, Platform},
};

/// Runs one of the commands.
pub async fn run(
    config: &Config,
    command: TenantCommand,
    terminal: Terminal,
) -> anyhow::Result<()> {
    let platform = Platform::connect(config, wire::key_ring(config)?).await?;
    match command {
        TenantCommand::Add(args) => add(&platform, args, terminal).await,
        TenantCommand::List { json } => list(&platform, json, terminal).await,
    }
}

async fn add(platform: &Platform, args: TenantAddArgs, terminal: Terminal) -> anyhow::Result<()> {
    let slug: Slug = args.slug.parse()?;
    let brand = Brand::from(args.brand);
    let secret = Secret::new(read_secret(&args.app_secret_file)?);
    if !args.skip_check {
        let credentials = feishu::AppCredentials {
            app_id: args.app_id.clone(),
            secret: secret.expose().to_owned().into(),
        };
        if let Err(fault) =
            feishu::tokens::tenant_token(&platform.transport, &platform.hosts(brand), &credentials)
                .await
        {
            let diagnosis = feishu::Diagnosis::of_token_fault(&fault);
            bail!("{}", diagnosis.text(terminal.locale == model::Locale::Zh));
        }
    }
    let scope = platform.store.platform("the operator adds a tenant");
    let tx = scope.write().await?;
    let tenant = tx
        .tenants()
        .add(NewTenant {
            slug,
            name: args.name,
            brand,
            app_id: args.app_id,
            app_secret: secret,
            capabilities: Capability::USUAL.to_vec(),
            limits: Limits::default(),
            locale: args.locale.into(),
        })
        .await?;
    let (contract, _) = tenant
        .contract
        .choosing(args.plan.into(), Month::of(tx.now()));
    tx.tenants().set_contract(tenant.id, &contract).await?;
    tx.commit().await?;
    terminal.line(format!("{}  {}", tenant.id, tenant.slug));
    terminal.line(format!(
        "{} {}",
        terminal.text(
            "redirect URL for the Feishu app:",
            "请在飞书应用中添加重定向 URL："
        ),
        platform.urls.callback()
    ));
    terminal.line(format!(
        "{} {}",
        terminal.text("connect page for employees:", "员工接入页面："),
        platform.urls.connect(&tenant.slug)
    ));
    Ok(())
}

/// All tenants.
pub(super) async fn all(platform: &Platform) -> anyhow::Result<Vec<Tenant>> {
    let tx = platform
        .store
        .platform("the operator lists tenants")
        .read()
        .await?;
    let mut found = Vec::new();
    let mut page = Page::first(200);
    loop {
        let part = tx.tenants().list(&page).await?;
        found.extend(part.items);
        let Some(next) = part.next else {
            return Ok(found);
        };
        page = Page::first(200).after(next);
    }
}

async fn list(platform: &Platform, json: bool, terminal: Terminal) -> anyhow::Result<()> {
    let tenants = all(platform).await?;
    if json {
        let rows: Vec<_> = tenants
            .iter()
            .map(|tenant| {
                json!({
                    "id": tenant.id.to_string(),
                    "slug": tenant.slug.as_str(),
                    "name": tenant.name,
                    "brand": tenant.brand.name(),
                    "app_id": tenant.app_id,
                    "status": tenant.status.name(),
                    "mcp_url": platform.urls.mcp(&tenant.slug),
                })
            })
            .collect();
        terminal.line(serde_json::to_string(&rows)?);
        return Ok(());
    }
    if tenants.is_empty() {
        terminal.line(terminal.text(
            "no tenants yet: add one with `feishu-mcp tenant add --help`",
            "尚无企业：请参阅 `feishu-mcp tenant add --help`",
        ));
    }
    for tenant in tenants {
        terminal.line(format!(
            "{:<20} {:<9} {:<7} {}  {}",
            tenant.slug.as_str(),
            tenant.status.name(),
            tenant.brand.name(),
            tenant.app_id,
            tenant.name
        ));
    }
    Ok(())
}

fn read_secret(path: &Path) -> anyhow::Result<String> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        std::fs::read_to_string(path)
            .with_context(|| format!("{} cannot be read", path.display()))?
    };
    let text = text.trim();
    if text.is_empty() {
        bail!("the App Secret is empty");
    }
    Ok(text.to_owned())
}
