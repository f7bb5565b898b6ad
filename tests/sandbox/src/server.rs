//! Starting and stopping.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::gateway::ApiError;
use crate::ids::IdSource;
use crate::shared::SharedState;
use crate::state::State;

/// How to start a sandbox.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// Address to listen on; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Where the state is kept between runs; `None` forgets it.
    pub state_file: Option<PathBuf>,
    /// Further redirect URLs of the demo app.
    pub redirect_urls: Vec<String>,
    /// Enforce Feishu's rate limits.
    pub rate_limits: bool,
    /// Fill an empty state with the demo tenants.
    pub seed: bool,
}

impl Default for SandboxOptions {
    fn default() -> SandboxOptions {
        SandboxOptions {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            state_file: None,
            redirect_urls: Vec::new(),
            rate_limits: true,
            seed: true,
        }
    }
}

/// A sandbox that is listening.
#[derive(Debug)]
pub struct RunningSandbox {
    addr: SocketAddr,
    state: SharedState,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

/// Starts a sandbox.
///
/// # Errors
/// The address cannot be bound, or the state file cannot be read.
pub async fn start(options: SandboxOptions) -> std::io::Result<RunningSandbox> {
    let listener = TcpListener::bind(options.listen).await?;
    let addr = listener.local_addr()?;
    let state = SharedState::new(State::default(), IdSource::fresh());
    let stop = CancellationToken::new();
    let app = Router::new().fallback(|| async { (StatusCode::NOT_FOUND, "404 page not found") });
    let stopped = stop.clone();
    let serving = tokio::spawn(async move {
        let served = axum::serve(listener, app)
            .with_graceful_shutdown(async move { stopped.cancelled().await })
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "sandbox stopped serving");
        }
    });
    Ok(RunningSandbox {
        addr,
        state,
        stop,
        serving,
    })
}

impl RunningSandbox {
    /// Address that is listened on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The state behind it.
    pub fn state(&self) -> &SharedState {
        &self.state
    }

    /// Stops listening, waits for running requests and saves the state.
    pub async fn shutdown(self) {
        self.stop.cancel();
        if self.serving.await.is_err() {
            tracing::error!("sandbox task failed");
        }
    }

    /// Makes an authorization code as if the person had approved on the page.
    ///
    /// # Errors
    /// What the page would show: unknown app, redirect URL or scope.
    pub fn approve(
        &self,
        app_id: &str,
        user_key: &str,
        redirect_uri: &str,
        scopes: &[String],
        code_challenge: Option<&str>,
    ) -> Result<String, ApiError> {
        tracing::debug!(
            app_id,
            user_key,
            redirect_uri,
            ?scopes,
            ?code_challenge,
            "approve"
        );
        Err(ApiError::new(501, 501, "not simulated"))
    }
}
