//! `migrate`: bring the database up to date.

use std::process::ExitCode;

use crate::{config::Config, terminal::Terminal};

/// Applies what is pending, or only lists it.
pub async fn run(config: &Config, check: bool, terminal: Terminal) -> anyhow::Result<ExitCode> {
    let url = config.database.migration_url();
    let names = if check {
        store::pending(url).await?
    } else {
        store::migrate(url).await?
    };
    for name in &names {
        terminal.line(name);
    }
    if check {
        let code = u8::from(!names.is_empty());
        terminal.line(match (names.len(), terminal.locale) {
            (0, _) => terminal
                .text("the database is up to date", "数据库已是最新")
                .to_owned(),
            (count, model::Locale::En) => {
                format!("{count} pending: run `feishu-mcp migrate` with the owner role")
            }
            (count, model::Locale::Zh) => {
                format!("{count} 项待执行：请用属主角色运行 `feishu-mcp migrate`")
            }
        });
        return Ok(ExitCode::from(code));
    }
    terminal.line(terminal.text("the database is up to date", "数据库已是最新"));
    Ok(ExitCode::SUCCESS)
}
