//! Delivers an event over plain HTTP/1.1.

use std::io::{Error, ErrorKind};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::Url;

use crate::events::EventRequest;

/// Feishu waits 3 s for an answer.
const DEADLINE: Duration = Duration::from_secs(3);

/// Posts an event; returns status and body of the answer.
///
/// # Errors
/// Not a plain `http://` URL, no connection, no answer in time.
pub(crate) async fn send(url: &str, event: &EventRequest) -> std::io::Result<(u16, String)> {
    tokio::time::timeout(DEADLINE, post(url, event))
        .await
        .map_err(|_| Error::new(ErrorKind::TimedOut, "the receiver did not answer in 3 s"))?
}

async fn post(url: &str, event: &EventRequest) -> std::io::Result<(u16, String)> {
    let invalid = |text: &str| Error::new(ErrorKind::InvalidInput, text.to_owned());
    let url = Url::parse(url).map_err(|_| invalid("the receiver is not a URL"))?;
    let (Some(host), "http") = (url.host_str(), url.scheme()) else {
        return Err(invalid("the receiver must be an http:// URL"));
    };
    let port = url.port_or_known_default().unwrap_or(80);
    let stream = TcpStream::connect((host, port)).await?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        // Receivers may look for the names as the platform writes them.
        .title_case_headers(true)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(Error::other)?;
    let running = tokio::spawn(connection);
    let path = url
        .query()
        .map_or_else(|| url.path().to_owned(), |q| format!("{}?{q}", url.path()));
    let mut request = Request::post(path).header("Host", format!("{host}:{port}"));
    for (name, value) in &event.headers {
        request = request.header(*name, value);
    }
    let body = Full::new(Bytes::from(event.body.clone()));
    let request = request.body(body).map_err(Error::other)?;
    let response = sender.send_request(request).await.map_err(Error::other)?;
    let status = response.status().as_u16();
    let bytes = response
        .into_body()
        .collect()
        .await
        .map_err(Error::other)?
        .to_bytes();
    running.abort();
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}
