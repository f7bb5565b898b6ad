//! The accept loop.
//!
//! Our own, because a served socket must not be held by a peer that sends nothing: a deadline for
//! the first byte, one for the whole header, a cap on connections, no delayed small packets
//! (`TCP_NODELAY`), and a shutdown that ends at a deadline even while streams are open. And
//! because of the many streams that only wait: an answer marked [`edge::LongStream`] goes on
//! without the buffers of a connection that reads requests.

mod connection;
mod long_stream;
mod watched;

use std::{io, sync::Arc, time::Duration};

use axum::Router;
use model::Clock;
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

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

/// What every connection is served with.
struct Served {
    router: Router,
    bounds: Bounds,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    open: TaskTracker,
}

/// Serves `router` until `stop` is cancelled and the connections have ended, or the drain deadline
/// has passed.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let permits = Arc::new(Semaphore::new(bounds.connections));
    let served = Arc::new(Served {
        router,
        bounds,
        clock,
        stop,
        open: TaskTracker::new(),
    });
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            () = served.stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        let carried = connection::carry(Arc::clone(&served), stream, peer, permit);
        served.open.spawn(carried);
    }
    drop(listener);
    served.open.close();
    if tokio::time::timeout(bounds.drain, served.open.wait())
        .await
        .is_err()
    {
        tracing::warn!("connections were still open at the drain deadline and are cut");
    }
}

/// A full table of descriptors must not turn the loop into a busy one.
async fn pause_after(error: &io::Error) {
    tracing::warn!(%error, "a connection could not be accepted");
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use axum::{Extension, body::Body, routing::get};
    use edge::LongStream;
    use model::SystemClock;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
    };

    async fn start(bounds: Bounds) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let task = tokio::spawn(serve(
            listener,
            router(&CancellationToken::new()),
            bounds,
            Arc::new(SystemClock),
            stop.clone(),
        ));
        (address, stop, task)
    }

    /// `dropped` fires when the body of `/held` is dropped.
    fn router(dropped: &CancellationToken) -> Router {
        let endless =
            || Body::from_stream(futures::stream::pending::<Result<bytes::Bytes, io::Error>>());
        let dropped = dropped.clone();
        let held = move || {
            let guard = dropped.clone().drop_guard();
            let held = futures::stream::unfold(guard, async |guard| {
                std::future::pending::<()>().await;
                Some((Ok::<_, io::Error>(bytes::Bytes::new()), guard))
            });
            async { (Extension(LongStream), Body::from_stream(held)) }
        };
        let parts = || {
            let parts = ["data: 1\n\n", "", "data: 2\n\n"];
            Body::from_stream(futures::stream::iter(parts.map(Ok::<_, io::Error>)))
        };
        Router::new()
            .route("/", get(async || "here"))
            .route("/stream", get(async move || endless()))
            .route("/long", get(async move || (Extension(LongStream), parts())))
            .route("/held", get(held))
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

    #[tokio::test]
    async fn a_long_stream_takes_over_a_connection_that_answered_before() {
        let (address, _stop, _task) = start(short()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /long HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        let seen = String::from_utf8(until_closed(&mut stream).await).unwrap();
        let (first, long) = seen.split_at(seen.rfind("HTTP/1.1 200 OK").unwrap());
        assert!(first.ends_with("here"), "{first}");
        let (head, body) = long.split_once("\r\n\r\n").unwrap();
        for line in ["date: ", "connection: close", "transfer-encoding: chunked"] {
            assert_eq!(head.matches(line).count(), 1, "{line}: {head}");
        }
        assert_eq!(body, "9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n");
    }

    #[tokio::test]
    async fn a_client_without_chunks_gets_a_plain_stream() {
        let (address, _stop, _task) = start(short()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /long HTTP/1.0\r\n\r\n")
            .await
            .unwrap();
        let seen = String::from_utf8(until_closed(&mut stream).await).unwrap();
        assert!(seen.ends_with("\r\n\r\ndata: 1\n\ndata: 2\n\n"), "{seen}");
    }

    #[tokio::test]
    async fn a_long_stream_ends_with_its_peer() {
        let dropped = CancellationToken::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (clock, stop) = (Arc::new(SystemClock), CancellationToken::new());
        tokio::spawn(serve(listener, router(&dropped), short(), clock, stop));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        let mut start = [0_u8; 12];
        stream.read_exact(&mut start).await.unwrap();
        assert!(!dropped.is_cancelled());
        drop(stream);
        tokio::time::timeout(Duration::from_secs(3), dropped.cancelled())
            .await
            .expect("the body is dropped");
    }
}
