//! The accept loop.
//!
//! Our own, because a served socket must not be held by a peer that sends nothing: a deadline for
//! the first byte, one for the whole header, a cap on connections, no delayed small packets
//! (`TCP_NODELAY`), and a shutdown that ends at a deadline even while streams are open.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, net::TcpStream, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// Bounds of the accept loop.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Open connections at most; further ones wait in the kernel's queue.
    pub connections: usize,
    /// Time until a peer must have sent its first byte.
    pub first_byte: Duration,
    /// Time until a whole request header must be there.
    pub header: Duration,
    /// Time for open connections to end after the stop signal.
    pub drain: Duration,
}

/// Serves `router` until `stop` is cancelled and the connections have ended, or the drain deadline
/// has passed.
pub async fn serve(listener: TcpListener, router: Router, bounds: Bounds, stop: CancellationToken) {
    let permits = Arc::new(Semaphore::new(bounds.connections));
    let graceful = Arc::new(GracefulShutdown::new());
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        let router = router.clone();
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            let _held = permit;
            if stream.set_nodelay(true).is_err() || !speaks(&stream, bounds.first_byte).await {
                return;
            }
            let mut builder = auto::Builder::new(TokioExecutor::new());
            builder
                .http1()
                .timer(TokioTimer::new())
                .header_read_timeout(bounds.header)
                .http2()
                .timer(TokioTimer::new())
                .max_concurrent_streams(256)
                .keep_alive_interval(Duration::from_secs(30));
            let service = router.map_request(move |mut request: hyper::Request<Incoming>| {
                request
                    .extensions_mut()
                    .insert(ConnectInfo::<SocketAddr>(peer));
                request.map(axum::body::Body::new)
            });
            let connection = builder
                .serve_connection_with_upgrades(
                    TokioIo::new(stream),
                    TowerToHyperService::new(service),
                )
                .into_owned();
            if let Err(error) = watcher.watch(connection).await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    let Some(graceful) = Arc::into_inner(graceful) else {
        return;
    };
    if tokio::time::timeout(bounds.drain, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("connections were still open at the drain deadline and are cut");
    }
}

/// Whether the peer sends anything in time: protocol detection alone would wait for ever.
async fn speaks(stream: &TcpStream, deadline: Duration) -> bool {
    let mut first = [0_u8; 1];
    matches!(
        tokio::time::timeout(deadline, stream.peek(&mut first)).await,
        Ok(Ok(1))
    )
}

/// A full table of descriptors must not turn the loop into a busy one.
async fn pause_after(error: &io::Error) {
    tracing::warn!(%error, "a connection could not be accepted");
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    async fn start(bounds: Bounds) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let endless = futures::stream::pending::<Result<bytes::Bytes, io::Error>>();
        let router = Router::new().route("/", get(async || "here")).route(
            "/stream",
            get(async || axum::body::Body::from_stream(endless)),
        );
        let task = tokio::spawn(serve(listener, router, bounds, stop.clone()));
        (address, stop, task)
    }

    fn short() -> Bounds {
        Bounds {
            connections: 8,
            first_byte: Duration::from_millis(100),
            header: Duration::from_millis(100),
            drain: Duration::from_millis(200),
        }
    }

    async fn until_closed(stream: &mut TcpStream) -> Vec<u8> {
        let mut seen = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(3), stream.read_to_end(&mut seen));
        read.await
            .expect("the server closes the connection")
            .unwrap_or_default();
        seen
    }

    #[tokio::test]
    async fn a_silent_peer_is_let_go() {
        let (address, _stop, _task) = start(short()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        until_closed(&mut stream).await;
    }

    #[tokio::test]
    async fn half_a_header_is_let_go() {
        let (address, _stop, _task) = start(short()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-")
            .await
            .unwrap();
        until_closed(&mut stream).await;
    }

    #[tokio::test]
    async fn shutdown_ends_with_an_open_stream() {
        let (address, stop, task) = start(short()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        let mut start = [0_u8; 12];
        stream.read_exact(&mut start).await.unwrap();
        assert_eq!(&start, b"HTTP/1.1 200");
        stop.cancel();
        tokio::time::timeout(Duration::from_secs(3), task)
            .await
            .expect("ends in time")
            .unwrap();
    }

    #[tokio::test]
    async fn connections_beyond_the_cap_wait() {
        let (address, _stop, _task) = start(Bounds {
            connections: 1,
            first_byte: Duration::from_secs(5),
            ..short()
        })
        .await;
        let first = TcpStream::connect(address).await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        second
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut byte = [0_u8; 1];
        let early = tokio::time::timeout(Duration::from_millis(150), second.read(&mut byte)).await;
        assert!(
            early.is_err(),
            "the second connection is not served while the first is open"
        );
        drop(first);
        let answer = until_closed(&mut second).await;
        assert!(answer.starts_with(b"HTTP/1.1 200"));
    }
}
