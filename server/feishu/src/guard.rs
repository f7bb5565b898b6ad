//! The guarded client: for every address that a stranger can influence.
//!
//! https on port 443 only, no user-info, no redirects unless a caller allows a few (each is checked
//! as the first address is), no proxies, no address that is not global, a byte cap while the body streams, one deadline over everything. Address literals are
//! checked before the request, because a custom resolver is not asked for them; names are checked
//! by the resolver itself, so that what was checked is what is connected to.

mod address;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::BytesMut;
use futures::StreamExt as _;
use reqwest::{
    dns::{Addrs, Name, Resolve, Resolving},
    header::HeaderMap,
};
use url::{Host, Url};

pub use address::is_global;

/// Settings of the guard.
#[derive(Debug, Clone, Copy, Default)]
pub struct GuardOptions {
    /// Development and tests only: plain http to loopback addresses, any port.
    pub allow_loopback: bool,
}

/// A client that only reaches the public internet.
#[derive(Debug, Clone)]
pub struct GuardedClient {
    client: reqwest::Client,
    options: GuardOptions,
}

/// An answer.
#[derive(Debug)]
pub struct GuardedReply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

/// What may be fetched, and how much of it.
#[derive(Debug, Clone, Copy)]
pub struct Fetch {
    /// Sent as `Accept`.
    pub accept: &'static str,
    /// Largest body in bytes.
    pub cap_bytes: usize,
    /// Time for everything, redirects included.
    pub deadline: Duration,
    /// Redirects that are followed.
    pub redirects: u8,
}

/// Why the guard gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// The address is not one that may be fetched.
    #[error("the address may not be fetched: {0}")]
    Refused(&'static str),
    /// No answer in time.
    #[error("the address did not answer in time")]
    Timeout,
    /// The body is larger than the cap.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// It leads on and on.
    #[error("the address redirects too often")]
    Redirects,
    /// It could not be fetched.
    #[error("the address could not be fetched")]
    Failed(#[source] reqwest::Error),
}

impl GuardedClient {
    /// Makes the client.
    pub fn new(options: GuardOptions) -> Result<Self, GuardError> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(FilteringResolver { options }))
            .connect_timeout(Duration::from_secs(3))
            .pool_max_idle_per_host(0)
            .user_agent(concat!("feishu-mcp/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(GuardError::Failed)?;
        Ok(Self { client, options })
    }

    /// Fetches `url` with GET.
    pub async fn get(
        &self,
        url: &str,
        cap_bytes: usize,
        deadline: Duration,
    ) -> Result<GuardedReply, GuardError> {
        let fetch = Fetch {
            accept: "application/json",
            cap_bytes,
            deadline,
            redirects: 0,
        };
        self.fetch(url, fetch).await
    }

    /// Fetches `url` with GET, and follows a few redirects. Each new address passes the same
    /// checks: a public page must not be a door to a private one.
    pub async fn fetch(&self, url: &str, fetch: Fetch) -> Result<GuardedReply, GuardError> {
        let mut url = self.check(url)?;
        let steps = async {
            let mut left = fetch.redirects;
            loop {
                let request = self.client.get(url.clone()).header("accept", fetch.accept);
                let reply = read(request, fetch.cap_bytes).await?;
                let Some(next) = redirect(&url, &reply).filter(|_| fetch.redirects > 0) else {
                    return Ok(reply);
                };
                left = left.checked_sub(1).ok_or(GuardError::Redirects)?;
                url = self.check(&next)?;
            }
        };
        tokio::time::timeout(fetch.deadline, steps)
            .await
            .unwrap_or(Err(GuardError::Timeout))
    }

    /// Sends `body` to `url` with POST.
    pub async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
        cap_bytes: usize,
        deadline: Duration,
    ) -> Result<GuardedReply, GuardError> {
        let url = self.check(url)?;
        let mut request = self.client.post(url).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let fetch = read(request, cap_bytes);
        tokio::time::timeout(deadline, fetch)
            .await
            .unwrap_or(Err(GuardError::Timeout))
    }

    fn check(&self, text: &str) -> Result<Url, GuardError> {
        let url = Url::parse(text).map_err(|_no_url| GuardError::Refused("it is no URL"))?;
        let Some(host) = url.host() else {
            return Err(GuardError::Refused("it has no host"));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(GuardError::Refused("it has user information"));
        }
        let literal = match host {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        };
        let loopback = literal.is_some_and(|address: std::net::IpAddr| address.is_loopback())
            || matches!(host, Host::Domain("localhost"));
        if self.options.allow_loopback && loopback {
            return Ok(url);
        }
        if url.scheme() != "https" || url.port_or_known_default() != Some(443) {
            return Err(GuardError::Refused("only https on port 443 is fetched"));
        }
        if literal.is_some_and(|address| !is_global(address)) {
            return Err(GuardError::Refused("the address is not public"));
        }
        Ok(url)
    }
}

/// Where a redirect leads.
fn redirect(from: &Url, reply: &GuardedReply) -> Option<String> {
    if !matches!(reply.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let to = reply.headers.get("location")?.to_str().ok()?;
    from.join(to).ok().map(String::from)
}

/// Sends a request and reads the answer up to the cap.
async fn read(
    request: reqwest::RequestBuilder,
    cap_bytes: usize,
) -> Result<GuardedReply, GuardError> {
    let response = request.send().await.map_err(GuardError::Failed)?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let most = u64::try_from(cap_bytes).unwrap_or(u64::MAX);
    if response.content_length().is_some_and(|told| told > most) {
        return Err(GuardError::TooLarge(cap_bytes));
    }
    let mut body = BytesMut::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(GuardError::Failed)?;
        if body.len() + chunk.len() > cap_bytes {
            return Err(GuardError::TooLarge(cap_bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(GuardedReply {
        status,
        headers,
        body: body.to_vec(),
    })
}

/// Resolves names by the system and drops every address that is not global.
struct FilteringResolver {
    options: GuardOptions,
}

impl Resolve for FilteringResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_loopback = self.options.allow_loopback;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|address| {
                    is_global(address.ip()) || (allow_loopback && address.ip().is_loopback())
                })
                .collect();
            if allowed.is_empty() {
                return Err("the name has no public address".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refused(url: &str) -> bool {
        let guard = GuardedClient::new(GuardOptions::default()).unwrap();
        let answer = guard.get(url, 5_000, Duration::from_millis(500)).await;
        matches!(answer, Err(GuardError::Refused(_) | GuardError::Failed(_)))
    }

    #[tokio::test]
    async fn a_canary_on_loopback_is_reached_by_no_spelling() {
        let canary = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = canary.local_addr().unwrap().port();
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "0.0.0.0",
            "127.0.0.1.",
            "１２７.0.0.1",
            "localhost.",
        ] {
            for scheme in ["http", "https"] {
                let url = format!("{scheme}://{host}:{port}/");
                assert!(refused(&url).await, "{url}");
                let url = format!("{scheme}://{host}/");
                assert!(refused(&url).await, "{url}");
            }
        }
        let hit = tokio::time::timeout(Duration::from_millis(50), canary.accept()).await;
        assert!(hit.is_err(), "the canary was reached");
    }

    #[tokio::test]
    async fn other_schemes_ports_and_user_info_are_refused() {
        for url in [
            "http://example.com/",
            "https://example.com:8443/",
            "https://a@example.com/",
            "file:///etc/passwd",
            "gopher://example.com/",
            "not a url",
        ] {
            assert!(refused(url).await, "{url}");
        }
    }

    #[tokio::test]
    async fn a_large_body_is_cut_off() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _asked = stream.read(&mut [0_u8; 1024]).await.unwrap();
            let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
            stream.write_all(head).await.unwrap();
            while stream.write_all(&[b'x'; 1024]).await.is_ok() {}
        });
        let guard = GuardedClient::new(GuardOptions {
            allow_loopback: true,
        })
        .unwrap();
        let url = format!("http://127.0.0.1:{port}/");
        let answer = guard.get(&url, 5_000, Duration::from_secs(5)).await;
        assert!(
            matches!(answer, Err(GuardError::TooLarge(5_000))),
            "{answer:?}"
        );
    }

    #[tokio::test]
    async fn a_dripping_body_ends_at_the_deadline() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _asked = stream.read(&mut [0_u8; 1024]).await.unwrap();
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nx")
                .await
                .unwrap();
            std::future::pending::<()>().await;
        });
        let guard = GuardedClient::new(GuardOptions {
            allow_loopback: true,
        })
        .unwrap();
        let url = format!("http://127.0.0.1:{port}/");
        let answer = guard.get(&url, 5_000, Duration::from_millis(100)).await;
        assert!(matches!(answer, Err(GuardError::Timeout)), "{answer:?}");
    }
}
