//! Starting, listening and stopping.

use std::convert::Infallible;
use std::io::Error as IoError;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::gateway::Dropped;
use crate::ids::IdSource;
use crate::shared::{SharedState, Start};
use crate::state::State;
use crate::{admin, clock, demo, families, gateway, oauth, persist};

/// How long running requests may take after a shutdown was asked for.
const GRACE: Duration = Duration::from_secs(3);

/// How to start a sandbox.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// Address to listen on; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Where the state is kept between runs; `None` forgets it.
    pub state_file: Option<PathBuf>,
    /// Further redirect URLs of the demo apps.
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
    tasks: Vec<JoinHandle<()>>,
}

/// Starts a sandbox.
///
/// # Errors
/// The address cannot be bound, or the state file cannot be read.
pub async fn start(options: SandboxOptions) -> std::io::Result<RunningSandbox> {
    let listener = TcpListener::bind(options.listen).await?;
    let addr = listener.local_addr()?;
    let saved = match &options.state_file {
        Some(file) => persist::load(file).await?,
        None => None,
    };
    let (state, ids) = saved.unwrap_or_else(|| {
        let mut state = State::default();
        if options.seed {
            demo::seed(&mut state, &options.redirect_urls, clock::now_ms(0));
        }
        (state, IdSource::fresh())
    });
    let state = SharedState::new(Start {
        state,
        ids,
        origin: format!("http://{addr}"),
        rate_limits: options.rate_limits,
        seed: options.seed,
        redirect_urls: options.redirect_urls.clone(),
    });
    // A saved state may come from a run with other redirect URLs.
    state.with(|state, _| demo::allow_redirects(state, &options.redirect_urls));
    let stop = CancellationToken::new();
    let mut tasks = vec![tokio::spawn(listen(listener, router(&state), stop.clone()))];
    if let Some(file) = options.state_file {
        tasks.push(tokio::spawn(persist::keep_saved(
            state.clone(),
            file,
            stop.clone(),
        )));
    }
    Ok(RunningSandbox {
        addr,
        state,
        stop,
        tasks,
    })
}

fn router(state: &SharedState) -> Router {
    Router::new()
        .merge(oauth::pages())
        .merge(families::media::down::pages())
        .nest("/sandbox/admin", admin::router())
        .fallback(gateway::serve)
        // Without it forms are cut at two megabytes, and parts of uploads have four.
        .layer(DefaultBodyLimit::max(gateway::BODY_MAX))
        .with_state(state.clone())
}

async fn listen(listener: TcpListener, app: Router, stop: CancellationToken) {
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, _)) => serve_connection(stream, app.clone(), &graceful),
            // Out of file descriptors, mostly: give connections time to end.
            Err(error) => {
                tracing::warn!(%error, "sandbox could not accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(GRACE, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("sandbox left requests unanswered at shutdown");
    }
}

fn serve_connection(stream: TcpStream, app: Router, graceful: &GracefulShutdown) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "sandbox connection without TCP_NODELAY");
    }
    let service = service_fn(move |request: Request<Incoming>| answer(app.clone(), request));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        // One official client looks for `X-Tt-Logid` as the platform writes it.
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "sandbox connection ended");
        }
    });
}

/// Answers one request; an error makes hyper close the connection without a byte.
async fn answer(app: Router, request: Request<Incoming>) -> Result<Response, IoError> {
    let result: Result<Response, Infallible> = app.oneshot(request.map(Body::new)).await;
    let response = result.unwrap_or_else(|never| match never {});
    if response.extensions().get::<Dropped>().is_some() {
        return Err(IoError::other("connection dropped on purpose"));
    }
    Ok(response)
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
        for task in self.tasks {
            if task.await.is_err() {
                tracing::error!("a task of the sandbox failed");
            }
        }
    }
}
