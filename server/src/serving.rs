//! Routers, jobs and listeners of a running platform, and their orderly end.

mod health;

use std::{path::PathBuf, sync::Arc, time::Duration};

use automation::Automation;
use axum::Router;
use bus::Wake;
use calls::{Gate, GateOptions, GateParts, directory::DirectoryCare, events::EventCare};
use edge::{
    Attempts, Authenticator, Connections,
    guard::{Guard, HostPolicy, IpRate, OriginPolicy, TrustedProxies, compress_public},
};
use feishu::{GuardOptions, GuardedClient};
use jobs::{AuditOptions, DirectoryRounds, Jobs, JobsOptions, JobsParts};
use mcp::{GateHost, Mcp, McpOptions, McpState};
use oauth::{OAuthOptions, OAuthParts, OAuthState};
use tokio::{net::TcpListener, sync::broadcast::error::RecvError, task::JoinSet};
use tokio_util::sync::CancellationToken;
use web::{WebOptions, WebParts, WebState};

use crate::{
    config::{Config, SignUp},
    listener::{self, Bounds},
    wire::Platform,
};

/// What differs between development and production.
#[derive(Debug, Clone, Default)]
pub struct Mode {
    /// On loopback, with lists that a public service keeps to itself.
    pub development: bool,
    /// For measurements: one member may hold any number of streams.
    pub unlimited: bool,
    /// Folder for refreshed Feishu tokens that the database could not take.
    pub spool: Option<PathBuf>,
    /// File for signed checkpoints of the ledgers, outside the database.
    pub checkpoints: Option<PathBuf>,
}

impl Mode {
    fn jobs(&self, config: &Config) -> JobsOptions {
        let usual = JobsOptions::default();
        let look = Duration::from_secs(config.directory.look_seconds);
        JobsOptions {
            directory_every: usual.directory_every.min(look),
            directory: DirectoryRounds {
                every: look,
                everybody: Duration::from_secs(config.directory.everybody_seconds),
                ..usual.directory
            },
            audit: AuditOptions {
                checkpoint_file: self.checkpoints.clone(),
                allow_loopback: self.development,
                ..AuditOptions::default()
            },
            ..usual
        }
    }
}

/// A running platform.
pub struct Serving {
    stop: CancellationToken,
    tasks: JoinSet<()>,
    mcp: Mcp,
    jobs: Jobs,
    /// The authorization server, for `dev`'s sign-in without a browser.
    pub oauth: OAuthState,
}

impl Serving {
    /// Starts everything on listeners that are bound already.
    pub fn start(
        config: &Config,
        platform: &Platform,
        listeners: Vec<TcpListener>,
        mode: &Mode,
    ) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let web = GuardedClient::new(GuardOptions {
            allow_loopback: mode.development,
        })?;
        let gate = gate(config, platform, mode, web.clone());
        let auth = Authenticator::new(
            platform.store.clone(),
            &platform.bus,
            Arc::clone(&platform.clock),
            platform.urls.clone(),
        );
        let connections = Connections::new(
            platform.store.clone(),
            platform.bus.clone(),
            Arc::clone(&platform.clock),
            Arc::clone(&platform.entropy),
        );
        let guard = guard(config, platform);
        let directory = platform.directory();
        let events = platform.events(directory.clone());
        let rules = platform.rules(&gate);
        events.follow(Arc::new(rules.clone()));
        let oauth = OAuthState::new(OAuthParts {
            store: platform.store.clone(),
            auth: auth.clone(),
            connections: connections.clone(),
            directory: directory.clone(),
            transport: platform.transport.clone(),
            guarded: web.clone(),
            hosts: platform.hosts_for(),
            urls: platform.urls.clone(),
            clock: Arc::clone(&platform.clock),
            entropy: Arc::clone(&platform.entropy),
            options: oauth_options(mode),
        });
        let pages = WebState::new(WebParts {
            store: platform.store.clone(),
            auth: auth.clone(),
            connections,
            apps: platform.app_care(),
            gate: gate.clone(),
            bus: platform.bus.clone(),
            directory: directory.clone(),
            events: events.clone(),
            rules: rules.clone(),
            attempts: Attempts::new(platform.bus.clone()),
            urls: platform.urls.clone(),
            clock: Arc::clone(&platform.clock),
            entropy: Arc::clone(&platform.entropy),
            options: web_options(config, mode),
        });
        let mcp = mcp(
            config,
            platform,
            &gate,
            auth,
            (guard.origins.clone(), mode.unlimited),
        );
        let router = Router::new()
            .merge(health::router(platform.clone()))
            .merge(mcp.router())
            .merge(oauth::router(oauth.clone()))
            .merge(web::router(pages).layer(compress_public()));
        let router = guard.protect_with(web::with_missing_page(router), mcp.uploads());
        let mut tasks = JoinSet::new();
        tasks.spawn(forget_on_wake(platform.clone(), stop.clone()));
        listen(listeners, &router, config, platform, &stop, &mut tasks);
        let options = mode.jobs(config);
        let jobs = start_jobs(platform, &gate, (directory, events, rules), options);
        Ok(Self {
            stop,
            tasks,
            mcp,
            jobs,
            oauth,
        })
    }

    /// Stops accepting, ends streams, drains.
    pub async fn stop(mut self) {
        self.stop.cancel();
        self.mcp.drain().await;
        self.jobs.shutdown().await;
        while self.tasks.join_next().await.is_some() {}
    }
}

fn start_jobs(
    platform: &Platform,
    gate: &Gate,
    (directory, events, rules): (DirectoryCare, EventCare, Automation),
    options: JobsOptions,
) -> Jobs {
    jobs::spawn_all(JobsParts {
        store: platform.store.clone(),
        bus: platform.bus.clone(),
        credentials: gate.credentials().clone(),
        apps: platform.app_care(),
        directory,
        events,
        rules,
        clock: Arc::clone(&platform.clock),
        entropy: Arc::clone(&platform.entropy),
        options,
    })
}

fn oauth_options(mode: &Mode) -> OAuthOptions {
    OAuthOptions {
        development: mode.development,
        ..OAuthOptions::default()
    }
}

fn web_options(config: &Config, mode: &Mode) -> WebOptions {
    WebOptions {
        list_organisations: mode.development,
        sign_up: config.accounts.sign_up == SignUp::Open,
        operator_second_factor: config.accounts.operator_second_factor,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn gate(config: &Config, platform: &Platform, mode: &Mode, web: GuardedClient) -> Gate {
    Gate::new(GateParts {
        store: platform.store.clone(),
        bus: platform.bus.clone(),
        catalogue: tools::catalogue(),
        transport: platform.transport.clone(),
        web,
        hosts: platform.hosts_for(),
        clock: Arc::clone(&platform.clock),
        entropy: Arc::clone(&platform.entropy),
        links: platform.links(),
        options: GateOptions {
            deadline: Duration::from_secs(config.feishu.tool_seconds),
            ..GateOptions::default()
        }
        .with_spool(mode.spool.clone()),
    })
}

fn guard(config: &Config, platform: &Platform) -> Guard {
    let urls = platform.urls.clone();
    Guard {
        hosts: HostPolicy::new(&urls, config.http.allowed_hosts.clone()),
        origins: OriginPolicy::new(&urls, config.http.allowed_origins.clone()),
        proxies: TrustedProxies::new(config.http.trusted_proxies.clone()),
        rate: IpRate {
            burst: config.http.ip_burst,
            per_second: config.http.ip_per_second,
        },
        ..Guard::new(urls, Arc::clone(&platform.entropy))
    }
}

/// Time that a person has to answer in a client; the page stays open for longer.
const ANSWER: Duration = Duration::from_mins(2);

fn mcp(
    config: &Config,
    platform: &Platform,
    gate: &Gate,
    auth: Authenticator,
    (origins, unlimited): (OriginPolicy, bool),
) -> Mcp {
    let usual = McpOptions::default();
    // The same on all replicas, because it follows from the master key.
    let state_key = platform.vault.mac("mcp request state", b"v1");
    let clock = Arc::clone(&platform.clock);
    let tool = Duration::from_secs(config.feishu.tool_seconds);
    Mcp::start(McpState {
        host: GateHost::new(gate.clone(), state_key, clock, ANSWER),
        special: special(platform, state_key),
        auth: Arc::new(auth),
        wire: Arc::new(platform.bus.clone()),
        urls: platform.urls.clone(),
        origins,
        clock: Arc::clone(&platform.clock),
        entropy: Arc::clone(&platform.entropy),
        options: McpOptions {
            // What is asked is found out, answered, and then done.
            call_time: tool * 2 + ANSWER + Duration::from_secs(5),
            state_key,
            streams_per_member: if unlimited {
                usual.streams_per_node
            } else {
                usual.streams_per_member
            },
            ..usual
        },
    })
}

/// A tenant with a host of its own.
type Special = Option<(model::Slug, Arc<dyn mcp::Host>)>;

/// The toolset of the official conformance suite, in test builds.
#[cfg(feature = "fixture")]
fn special(platform: &Platform, state_key: [u8; 32]) -> Special {
    let host = mcp::fixture::host(
        Arc::new(platform.bus.clone()),
        Arc::clone(&platform.clock),
        state_key,
    );
    "conformance".parse().ok().map(|slug| (slug, host))
}

/// Nothing in a release.
#[cfg(not(feature = "fixture"))]
const fn special(_platform: &Platform, _state_key: [u8; 32]) -> Special {
    None
}

fn bounds(config: &Config) -> Bounds {
    Bounds {
        connections: config.http.max_connections,
        first_byte: Duration::from_secs(config.http.first_byte_seconds),
        header: Duration::from_secs(config.http.header_seconds),
        drain: Duration::from_secs(config.http.drain_seconds),
    }
}

/// Serves the router on every listener.
fn listen(
    listeners: Vec<TcpListener>,
    router: &Router,
    config: &Config,
    platform: &Platform,
    stop: &CancellationToken,
    tasks: &mut JoinSet<()>,
) {
    for listener in listeners {
        let clock = Arc::clone(&platform.clock);
        let (router, stop) = (router.clone(), stop.clone());
        let bounds = bounds(config);
        tasks.spawn(listener::serve(listener, router, bounds, clock, stop));
    }
}

/// Drops cached tenants that changed somewhere.
async fn forget_on_wake(platform: Platform, stop: CancellationToken) {
    let mut wakes = platform.bus.subscribe();
    loop {
        let wake = tokio::select! {
            () = stop.cancelled() => return,
            wake = wakes.recv() => wake,
        };
        match wake {
            Ok(Wake::TenantChanged { tenant }) => platform.store.directory().forget(tenant).await,
            // Missed wakes cost freshness for 15 seconds at most: the directory's own limit.
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if interrupt.await.is_err() {
        std::future::pending::<()>().await;
    }
}
