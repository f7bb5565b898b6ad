//! `account`: sign-ins of the console.

use std::time::Duration;

use anyhow::Context as _;
use edge::routes;
use model::AccountId;
use serde_json::json;
use store::{Account, AccountLink, LinkPurpose, NewAccount, Page, StoreError};
use vault::{Token, TokenKind};

use crate::{
    cli::{AccountAddArgs, AccountCommand},
    config::Config,
    terminal::Terminal,
    wire::{self, Platform},
};

/// How long a link for a password works.
const LINK_LASTS: Duration = Duration::from_hours(24);

/// Runs one of the commands.
pub async fn run(
    config: &Config,
    command: AccountCommand,
    terminal: Terminal,
) -> anyhow::Result<()> {
    let platform = Platform::connect(config, wire::key_ring(config)?).await?;
    match command {
        AccountCommand::Add(args) => add(&platform, args, terminal).await,
        AccountCommand::List { json } => list(&platform, json, terminal).await,
        AccountCommand::Link { email } => {
            let account = find(&platform, &email, terminal).await?;
            link(&platform, account.id, terminal).await
        }
        AccountCommand::Block { email } => set_active(&platform, &email, false, terminal).await,
        AccountCommand::Unblock { email } => set_active(&platform, &email, true, terminal).await,
        AccountCommand::ResetSecondFactor { email } => reset(&platform, &email, terminal).await,
    }
}

async fn add(platform: &Platform, args: AccountAddArgs, terminal: Terminal) -> anyhow::Result<()> {
    let scope = platform.store.platform("the operator adds an account");
    let tx = scope.write().await?;
    let accounts = tx.accounts();
    let added = accounts.add(NewAccount {
        email: &args.email,
        name: args.name.as_deref().unwrap_or(&args.email),
        password: None,
        operator: args.operator,
        locale: args.locale.into(),
    });
    let account = match added.await {
        Err(StoreError::Conflict { .. }) => anyhow::bail!(
            "{}",
            terminal.text(
                "this address has an account already: `feishu-mcp account link` makes a link for a \
                 new password",
                "该邮箱已有账号：可用 `feishu-mcp account link` 生成重设密码的链接",
            )
        ),
        other => other?,
    };
    tx.commit().await?;
    terminal.line(format!("{}  {}", account.id, account.email));
    link(platform, account.id, terminal).await
}

/// Prints a link that lets its bearer choose the account's password, once.
async fn link(platform: &Platform, account: AccountId, terminal: Terminal) -> anyhow::Result<()> {
    let token = Token::mint(TokenKind::Link, platform.entropy.as_ref());
    let scope = platform
        .store
        .platform("the operator makes a link for a password");
    let tx = scope.write().await?;
    let link = AccountLink {
        account: Some(account),
        tenant: None,
        detail: String::new(),
        expires_at: tx.now() + LINK_LASTS,
    };
    tx.account_links()
        .add(LinkPurpose::SetPassword, &token.hash(), &link)
        .await?;
    tx.commit().await?;
    let path = routes::CONSOLE_SET_PASSWORD.replace("{token}", token.expose());
    terminal.line(format!(
        "{} {}",
        terminal.text(
            "choose the password here (works once, for a day):",
            "请在此设置密码（一天内有效，仅可使用一次）："
        ),
        platform.urls.at(&path)
    ));
    Ok(())
}

async fn find(platform: &Platform, email: &str, terminal: Terminal) -> anyhow::Result<Account> {
    let scope = platform.store.platform("the operator names an account");
    let tx = scope.read().await?;
    let found = tx.accounts().by_email(email).await?;
    found.with_context(|| {
        terminal
            .text(
                "no account has this address: `feishu-mcp account list` shows all",
                "没有该邮箱的账号：`feishu-mcp account list` 可列出全部账号",
            )
            .to_owned()
    })
}

async fn set_active(
    platform: &Platform,
    email: &str,
    active: bool,
    terminal: Terminal,
) -> anyhow::Result<()> {
    let account = find(platform, email, terminal).await?;
    let scope = platform
        .store
        .platform("the operator blocks an account, or not");
    let tx = scope.write().await?;
    tx.accounts().set_active(account.id, active).await?;
    if !active {
        tx.account_sessions().close_others(account.id, None).await?;
    }
    tx.commit().await?;
    terminal.line(if active {
        terminal.text("it may sign in again", "已恢复登录")
    } else {
        terminal.text(
            "blocked, and signed out everywhere",
            "已停用，并已退出所有登录",
        )
    });
    Ok(())
}

async fn reset(platform: &Platform, email: &str, terminal: Terminal) -> anyhow::Result<()> {
    let account = find(platform, email, terminal).await?;
    let scope = platform
        .store
        .platform("the operator resets a second factor");
    let tx = scope.write().await?;
    let gone = tx.account_factors().reset(account.id).await?;
    tx.account_sessions().close_others(account.id, None).await?;
    tx.commit().await?;
    terminal.line(if gone {
        terminal.text(
            "second factor and passkeys were taken away, and every browser signed out",
            "第二因素与通行密钥已移除，所有浏览器均已退出登录",
        )
    } else {
        terminal.text(
            "there was no second factor and no passkey",
            "该账号没有第二因素或通行密钥",
        )
    });
    Ok(())
}

async fn list(platform: &Platform, json: bool, terminal: Terminal) -> anyhow::Result<()> {
    let scope = platform.store.platform("the operator lists accounts");
    let tx = scope.read().await?;
    let mut accounts = Vec::new();
    let mut page = Page::first(200);
    loop {
        let part = tx.accounts().search("", &page).await?;
        accounts.extend(part.items);
        let Some(next) = part.next else { break };
        page = Page::first(200).after(next);
    }
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let protected = tx.account_factors().having(&ids).await?;
    if json {
        let rows: Vec<_> = accounts
            .iter()
            .map(|account| {
                json!({
                    "id": account.id.to_string(),
                    "email": account.email,
                    "name": account.name,
                    "operator": account.operator,
                    "active": account.active,
                    "second_factor": protected.contains(&account.id),
                })
            })
            .collect();
        terminal.line(serde_json::to_string(&rows)?);
        return Ok(());
    }
    if accounts.is_empty() {
        terminal.line(terminal.text(
            "no accounts yet: make the first with `feishu-mcp account add --operator --email …`",
            "尚无账号：可用 `feishu-mcp account add --operator --email …` 创建首个账号",
        ));
    }
    for account in accounts {
        let mut notes = Vec::new();
        for (holds, note) in [
            (account.operator, terminal.text("operator", "平台运营")),
            (!account.active, terminal.text("blocked", "已停用")),
            (
                protected.contains(&account.id),
                terminal.text("second factor", "第二因素"),
            ),
        ] {
            if holds {
                notes.push(note);
            }
        }
        terminal.line(format!(
            "{:<32} {:<24} {}",
            account.email,
            account.name,
            notes.join(", ")
        ));
    }
    Ok(())
}
