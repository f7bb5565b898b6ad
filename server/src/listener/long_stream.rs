//! A stream that has its connection to itself.
//!
//! hyper keeps 16 KiB of buffers for each connection, for requests that will not come here. Tens
//! of thousands of idle streams are the normal case of this server, so they are written without
//! it: head and chunks (RFC 9112, section 7.1), and an eye on the peer's end.

use std::{fmt::Write as _, sync::Arc, time::Duration, time::UNIX_EPOCH};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures::StreamExt as _;
use http::{header, response::Parts};
use model::Clock;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::OwnedSemaphorePermit,
};

/// Bytes of a peer that talks although nothing more can be asked on this connection.
const CHATTER: usize = 64 * 1024;

/// Sends the response to its end, or to the peer's.
pub(super) async fn carry(
    mut stream: TcpStream,
    response: Response,
    clock: Arc<dyn Clock>,
    permit: OwnedSemaphorePermit,
) {
    let (parts, body) = response.into_parts();
    let head = head(&parts, clock.as_ref());
    drop((parts, clock));
    if stream.write_all(&head).await.is_ok() {
        drop(head);
        pump(&mut stream, body).await;
    }
    drop(permit);
}

async fn pump(stream: &mut TcpStream, body: Body) {
    let mut parts = body.into_data_stream();
    let (mut reader, mut writer) = stream.split();
    let mut heard = 0;
    let mut scrap = [0_u8; 64];
    loop {
        tokio::select! {
            part = parts.next() => {
                // A body that fails is cut, so that the peer does not take it for whole.
                let done = match part {
                    Some(Ok(part)) if part.is_empty() => continue,
                    Some(Ok(part)) => writer.write_all(&chunk(&part)).await,
                    Some(Err(_)) => return,
                    None => {
                        let _gone = writer.write_all(b"0\r\n\r\n").await;
                        let _gone = writer.shutdown().await;
                        return;
                    }
                };
                if done.is_err() {
                    return;
                }
            }
            read = reader.read(&mut scrap) => match read {
                Ok(0) | Err(_) => return,
                Ok(bytes) => {
                    heard += bytes;
                    if heard > CHATTER {
                        return;
                    }
                }
            },
        }
    }
}

/// The status line and the headers.
fn head(parts: &Parts, clock: &dyn Clock) -> Bytes {
    let mut head = Vec::with_capacity(1024);
    let reason = parts.status.canonical_reason().unwrap_or("Unknown");
    let mut line = String::new();
    let since = u64::try_from(clock.now().millis()).unwrap_or_default();
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(since));
    // Writing to a string cannot fail.
    let _ = write!(
        line,
        "HTTP/1.1 {} {reason}\r\ndate: {date}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n",
        parts.status.as_u16()
    );
    head.extend_from_slice(line.as_bytes());
    for (name, value) in &parts.headers {
        if *name == header::CONNECTION || *name == header::DATE || *name == header::CONTENT_LENGTH {
            continue;
        }
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head.into()
}

fn chunk(part: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(part.len() + 16);
    out.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
    out.extend_from_slice(part);
    out.extend_from_slice(b"\r\n");
    out
}
