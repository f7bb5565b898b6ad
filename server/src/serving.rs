//! Routers, jobs and listeners of a running platform, and their orderly end.

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::Router;
use bus::Wake;
use calls::{Gate, GateOptions, GateParts};
use edge::Authenticator;
use feishu::{GuardOptions, GuardedClient};
use tokio::{net::TcpListener, sync::broadcast::error::RecvError, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    listener::{self, Bounds},
    wire::Platform,
};

/// A running platform.
pub struct Serving {
    stop: CancellationToken,
    tasks: JoinSet<()>,
    gate: Gate,
}

impl Serving {
    /// Starts everything on listeners that are bound already.
    pub async fn start(
        config: &Config,
        platform: &Platform,
        listeners: Vec<TcpListener>,
        spool: Option<PathBuf>,
    ) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let gate = Gate::new(GateParts {
            store: platform.store.clone(),
            bus: platform.bus.clone(),
            transport: platform.transport.clone(),
            hosts: platform.hosts_for(),
            clock: Arc::clone(&platform.clock),
            entropy: Arc::clone(&platform.entropy),
            links: platform.links(),
            options: GateOptions {
                deadline: Duration::from_secs(config.feishu.tool_seconds),
                spool,
                ..GateOptions::default()
            },
        });
        let router = router(config, platform, gate.clone(), stop.clone())?;
        let mut tasks = JoinSet::new();
        tasks.spawn(forget_on_wake(platform.clone(), stop.clone()));
        let bounds = Bounds {
            connections: config.http.max_connections,
            first_byte: Duration::from_secs(config.http.first_byte_seconds),
            header: Duration::from_secs(config.http.header_seconds),
            drain: Duration::from_secs(config.http.drain_seconds),
        };
        for listener in listeners {
            tasks.spawn(listener::serve(listener, router.clone(), bounds, stop.clone()));
        }
        Ok(Self { stop, tasks, gate })
    }

    /// Stops accepting, ends streams, drains.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}
