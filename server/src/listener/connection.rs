//! One connection: which protocol it speaks, and its requests.

use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Arc, atomic::Ordering},
    task::Poll,
    time::Duration,
};

use axum::{body::Body, extract::ConnectInfo, response::Response};
use edge::LongStream;
use futures::future::{BoxFuture, poll_fn};
use http::{Method, Version};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use parking_lot::Mutex;
use tokio::{net::TcpStream, sync::OwnedSemaphorePermit};
use tower::ServiceExt as _;

use super::{Served, long_stream, watched::Watched};

/// A stream that takes over the connection it was asked for on.
type Slot = Arc<Mutex<Option<Response>>>;

/// Carries a connection to its end.
pub(super) async fn carry(
    served: Arc<Served>,
    stream: TcpStream,
    peer: SocketAddr,
    permit: OwnedSemaphorePermit,
) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let begins = tokio::time::timeout(served.bounds.first_byte, beginning(&stream));
    match begins.await {
        Ok(Some([b'P', b'R'])) => http2(&served, stream, peer).await,
        Ok(Some(_)) => {
            if let Some((stream, response)) = http1(&served, stream, peer).await {
                // A task of its own: this one is as large as all that a request may need.
                let clock = Arc::clone(&served.clock);
                let task = long_stream::carry(stream, response, clock, permit);
                served.open.spawn(task);
            }
        }
        Ok(None) | Err(_) => {}
    }
}

/// The first two bytes: of the known methods only HTTP/2's preface begins with `PR`. `None` when
/// the peer goes away before.
async fn beginning(stream: &TcpStream) -> Option<[u8; 2]> {
    let mut first = [0_u8; 2];
    loop {
        match stream.peek(&mut first).await {
            Ok(0) | Err(_) => return None,
            Ok(1) => tokio::time::sleep(Duration::from_millis(1)).await,
            Ok(_) => return Some(first),
        }
    }
}

/// Answers requests until the connection ends, or one of the answers takes it over.
async fn http1(
    served: &Served,
    stream: TcpStream,
    peer: SocketAddr,
) -> Option<(TcpStream, Response)> {
    let slot = Slot::default();
    let (stream, waits) = Watched::new(stream);
    let mut connection = {
        let slot = Arc::clone(&slot);
        let router = served.router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            // Older clients do not read chunks, and HEAD has no body.
            let may_last =
                request.version() == Version::HTTP_11 && request.method() != Method::HEAD;
            let slot = may_last.then(|| Arc::clone(&slot));
            answer(router.clone().oneshot(known(request, peer)), slot)
        });
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(served.bounds.header)
            .serve_connection(TokioIo::new(stream), service)
    };
    let mut stopped = pin!(served.stop.cancelled());
    let mut told = false;
    let taken = poll_fn(|cx| {
        if !told && stopped.as_mut().poll(cx).is_ready() {
            told = true;
            Pin::new(&mut connection).graceful_shutdown();
        }
        match Pin::new(&mut connection).poll(cx) {
            Poll::Ready(Ok(())) => Poll::Ready(None),
            Poll::Ready(Err(error)) => {
                tracing::debug!(%error, "a connection ended early");
                Poll::Ready(None)
            }
            // An earlier answer may still be on its way: it goes first.
            Poll::Pending if waits.load(Ordering::Relaxed) => Poll::Pending,
            Poll::Pending => slot
                .lock()
                .take()
                .map_or(Poll::Pending, |response| Poll::Ready(Some(response))),
        }
    })
    .await;
    taken.map(|response| {
        let stream = connection.into_parts().io.into_inner().into_inner();
        (stream, response)
    })
}

/// The answer for hyper, which hears nothing of one that takes over the connection.
fn answer(
    answered: impl Future<Output = Result<Response, Infallible>> + Send + 'static,
    slot: Option<Slot>,
) -> BoxFuture<'static, Result<Response, Infallible>> {
    Box::pin(async move {
        let response = answered.await?;
        match slot {
            Some(slot) if response.extensions().get::<LongStream>().is_some() => {
                *slot.lock() = Some(response);
                std::future::pending().await
            }
            _ => Ok(response),
        }
    })
}

async fn http2(served: &Served, stream: TcpStream, peer: SocketAddr) {
    let mut builder = auto::Builder::new(TokioExecutor::new()).http2_only();
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(256)
        .keep_alive_interval(Duration::from_secs(30));
    let router = served.router.clone();
    let service =
        service_fn(move |request: Request<Incoming>| router.clone().oneshot(known(request, peer)));
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let done = tokio::select! {
        done = connection.as_mut() => done,
        () = served.stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = done {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// A request as the router takes it, with the address of its peer.
fn known(request: Request<Incoming>, peer: SocketAddr) -> Request<Body> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}
