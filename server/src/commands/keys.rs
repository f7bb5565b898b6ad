//! `keys`: the key ring.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::{Entropy as _, OsEntropy, Principal, Purpose};

use crate::{
    cli::KeysCommand,
    config::Config,
    terminal::Terminal,
    wire::{self, Platform},
};

/// A fresh master key as `ID:BASE64`.
pub fn fresh(id: &str) -> String {
    let mut key = [0_u8; 32];
    OsEntropy.fill(&mut key);
    format!("{id}:{}", STANDARD.encode(key))
}

/// Runs one of the commands.
pub async fn run(config: &Config, command: KeysCommand, terminal: Terminal) -> anyhow::Result<()> {
    match command {
        KeysCommand::Generate { id } => {
            terminal.line(fresh(&id));
            Ok(())
        }
        KeysCommand::Status => status(config, terminal).await,
        KeysCommand::Rewrap => rewrap(config, terminal).await,
    }
}

async fn status(config: &Config, terminal: Terminal) -> anyhow::Result<()> {
    let platform = Platform::connect(config, wire::key_ring(config)?).await?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for tenant in super::tenant::all(&platform).await? {
        let scope = platform
            .store
            .scope(&Principal::platform(tenant.id, Purpose::Operator));
        let key = scope.read().await?.master_key_id().await?;
        *counts
            .entry(key.unwrap_or_else(|| "-".to_owned()))
            .or_default() += 1;
    }
    if counts.is_empty() {
        terminal.line(terminal.text("no tenant has a data key yet", "尚无企业数据密钥"));
    }
    for (key, tenants) in counts {
        terminal.line(format!(
            "{key}  {tenants} {}",
            terminal.text("tenant(s)", "个企业")
        ));
    }
    Ok(())
}

async fn rewrap(config: &Config, terminal: Terminal) -> anyhow::Result<()> {
    let platform = Platform::connect(config, wire::key_ring(config)?).await?;
    let mut count = 0_usize;
    for tenant in super::tenant::all(&platform).await? {
        let scope = platform
            .store
            .scope(&Principal::platform(tenant.id, Purpose::Operator));
        let tx = scope.write().await?;
        count += usize::from(tx.rewrap_data_key().await?);
        tx.commit().await?;
    }
    let tx = platform
        .store
        .platform("seal second factors with the first key")
        .write()
        .await?;
    let factors = tx.account_factors().rewrap().await?;
    tx.commit().await?;
    terminal.line(match terminal.locale {
        model::Locale::En => format!(
            "{count} data key(s) and {factors} second factor(s) sealed with the first key of the ring"
        ),
        model::Locale::Zh => {
            format!("已用首个主密钥重新封装 {count} 个数据密钥与 {factors} 个第二因素")
        }
    });
    Ok(())
}
