//! `serve`: production.

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::{
    config::Config,
    serving::{self, Mode, Serving},
    terminal::Terminal,
    wire::{self, Platform},
};

/// Runs until SIGTERM or SIGINT, then drains.
pub async fn run(config: &Config, terminal: Terminal) -> anyhow::Result<()> {
    config.validate_for_production(terminal.locale)?;
    let ring = wire::key_ring(config)?;
    if config.database.migrate_on_start {
        store::migrate(config.database.migration_url())
            .await
            .context("migrations failed")?;
    }
    let platform = Platform::connect(config, ring).await?;
    let listener = TcpListener::bind(config.http.listen)
        .await
        .with_context(|| format!("{} cannot be listened on", config.http.listen))?;
    let mode = Mode {
        checkpoints: config.audit.checkpoint_file(),
        ..Mode::default()
    };
    let serving = Serving::start(config, &platform, vec![listener], &mode)?;
    tracing::info!(listen = %config.http.listen, public_url = %config.http.public_url, "serving");
    serving::stop_signal().await;
    serving.stop().await;
    Ok(())
}
