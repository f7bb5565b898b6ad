//! The pool of connections, and one exchange with its retries.

mod binary;

use std::{future::Future, time::Duration};

use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use reqwest::{
    Method, Response, StatusCode,
    header::{HeaderMap, HeaderValue},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

pub use self::binary::Download;
use crate::{FeishuError, FieldViolation, Meter, Request, class};

/// Bounds of every call.
#[derive(Debug, Clone)]
pub struct TransportOptions {
    /// Time for a connection.
    pub connect_timeout: Duration,
    /// Time for one call with all its retries.
    pub call_timeout: Duration,
    /// Sent as `User-Agent`.
    pub user_agent: String,
    /// Largest answer in bytes.
    pub max_bytes: usize,
    /// Tries at most.
    pub tries: u32,
    /// Longest pause that is waited for; a longer wait is the caller's to decide.
    pub longest_pause: Duration,
    /// Path of the token endpoint on the open host (`/oauth/v3/token`: on the accounts host).
    pub token_path: String,
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            call_timeout: Duration::from_secs(20),
            user_agent: concat!("feishu-mcp/", env!("CARGO_PKG_VERSION")).to_owned(),
            max_bytes: 24 * 1024 * 1024,
            tries: 3,
            longest_pause: Duration::from_secs(3),
            token_path: "/open-apis/authen/v2/oauth/token".to_owned(),
        }
    }
}

/// The shared client. Cheap to clone; one pool per process.
#[derive(Debug, Clone)]
pub struct Transport {
    client: reqwest::Client,
    pub(crate) options: TransportOptions,
}

/// The client could not be made (TLS roots).
#[derive(Debug, thiserror::Error)]
#[error("the http client cannot be made")]
pub struct TransportError(#[source] reqwest::Error);

/// An answer with code 0.
#[derive(Debug, Clone)]
pub struct Reply {
    /// `data`, unread; `{}` where the answer has none.
    pub data: Box<RawValue>,
    /// `X-Tt-Logid`.
    pub log_id: Option<String>,
}

/// Status, headers of interest and the whole body.
pub(crate) struct Exchange {
    pub(crate) status: StatusCode,
    pub(crate) log_id: Option<String>,
    pub(crate) reset: Option<Duration>,
    /// `Date`, unread.
    pub(crate) date: Option<HeaderValue>,
    pub(crate) body: Bytes,
}

impl Transport {
    /// Makes the pool: no proxies of the environment, no redirects (both could carry a token
    /// elsewhere), no delayed small packets.
    pub fn new(options: TransportOptions) -> Result<Self, TransportError> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(Duration::from_mins(1))
            .user_agent(&options.user_agent)
            .build()
            .map_err(TransportError)?;
        Ok(Self { client, options })
    }

    /// Sends a call to `host` with a bearer token and reads the envelope. Retries within the call
    /// timeout where that is safe.
    pub(crate) async fn call(
        &self,
        host: &Url,
        token: &str,
        request: &Request,
        meter: &Meter,
    ) -> Result<Reply, FeishuError> {
        self.retrying(request, || self.once(host, token, request, meter))
            .await
    }

    /// Tries until it works, until a try more would be wrong, or until the time is over.
    async fn retrying<T, F: Future<Output = Result<T, FeishuError>>>(
        &self,
        request: &Request,
        once: impl Fn() -> F,
    ) -> Result<T, FeishuError> {
        let tries = async {
            let mut attempt = 1;
            loop {
                let outcome = once().await;
                let Err(error) = outcome else { return outcome };
                let Some(pause) = self.pause_before_retry(&error, request, attempt) else {
                    return Err(error);
                };
                tokio::time::sleep(pause).await;
                attempt += 1;
            }
        };
        let most = request.timeout.unwrap_or(self.options.call_timeout);
        let result = tokio::time::timeout(most, tries).await;
        result.unwrap_or(Err(FeishuError::Timeout))
    }

    async fn once(
        &self,
        host: &Url,
        token: &str,
        request: &Request,
        meter: &Meter,
    ) -> Result<Reply, FeishuError> {
        let builder = self.prepare(host, token, request)?;
        meter.sent();
        let exchange = self.finish(builder.send().await.map_err(sending)?).await?;
        meter.answered(exchange.log_id.as_deref());
        envelope(exchange)
    }

    fn prepare(
        &self,
        host: &Url,
        token: &str,
        request: &Request,
    ) -> Result<reqwest::RequestBuilder, FeishuError> {
        let url = address(host, request);
        let builder = self
            .client
            .request(request.method.clone(), url)
            .bearer_auth(token);
        match &request.body {
            Some(body) => body.clone().into_builder(builder),
            None if request.method == Method::GET => Ok(builder),
            None => Ok(builder.header("content-length", "0")),
        }
    }

    /// Sends a request of another form (token endpoint, form bodies) once, without retries.
    pub(crate) async fn raw(
        &self,
        builder: reqwest::RequestBuilder,
    ) -> Result<Exchange, FeishuError> {
        let exchange = async { self.finish(builder.send().await.map_err(sending)?).await };
        let result = tokio::time::timeout(self.options.call_timeout, exchange).await;
        result.unwrap_or(Err(FeishuError::Timeout))
    }

    pub(crate) const fn client(&self) -> &reqwest::Client {
        &self.client
    }

    async fn finish(&self, response: Response) -> Result<Exchange, FeishuError> {
        Self::read(response, self.options.max_bytes).await
    }

    /// Reads an answer up to a cap.
    async fn read(response: Response, most: usize) -> Result<Exchange, FeishuError> {
        let status = response.status();
        let log_id = text(response.headers(), "x-tt-logid");
        let reset = text(response.headers(), "x-ogw-ratelimit-reset")
            .and_then(|seconds| seconds.trim().parse().ok())
            .map(Duration::from_secs);
        let date = response.headers().get("date").cloned();
        let known = response
            .content_length()
            .and_then(|length| usize::try_from(length).ok());
        if known.is_some_and(|length| length > most) {
            return Err(FeishuError::TooLarge { log_id });
        }
        let mut body = BytesMut::with_capacity(known.unwrap_or(4096));
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(sending)?;
            if body.len() + chunk.len() > most {
                return Err(FeishuError::TooLarge { log_id });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Exchange {
            status,
            log_id,
            reset,
            date,
            body: body.freeze(),
        })
    }

    /// How long to wait before the next try, or `None` to give up.
    fn pause_before_retry(
        &self,
        error: &FeishuError,
        request: &Request,
        attempt: u32,
    ) -> Option<Duration> {
        if attempt >= self.options.tries {
            return None;
        }
        let backoff = Duration::from_millis(100 << attempt.min(5));
        let pause = match error {
            // Refused at the gate: there was no effect, so any call may be repeated.
            FeishuError::RateLimited { retry_after, .. } => retry_after.unwrap_or(backoff * 2),
            FeishuError::Api { code, .. } if class::is_retryable(*code) && request.idempotent => {
                backoff
            }
            FeishuError::Api { http, .. } | FeishuError::Decode { http, .. }
                if *http >= 500 && request.idempotent =>
            {
                backoff
            }
            FeishuError::Transport(source) if request.idempotent || source.is_connect() => backoff,
            _ => return None,
        };
        (pause <= self.options.longest_pause).then_some(pause)
    }
}

fn address(host: &Url, request: &Request) -> String {
    let host = host.as_str().trim_end_matches('/');
    format!("{host}{}{}", request.path, request.query)
}

fn sending(error: reqwest::Error) -> FeishuError {
    if error.is_timeout() {
        FeishuError::Timeout
    } else {
        FeishuError::Transport(error)
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

#[derive(Deserialize)]
struct Envelope<'a> {
    code: i64,
    #[serde(default)]
    msg: String,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<Trouble>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Trouble {
    log_id: Option<String>,
    permission_violations: Vec<Permission>,
    field_violations: Vec<Field>,
}

#[derive(Deserialize)]
struct Permission {
    #[serde(default)]
    subject: String,
}

#[derive(Deserialize)]
struct Field {
    #[serde(default)]
    field: String,
    #[serde(default)]
    description: String,
}

/// Reads `{code, msg, data, error}`; a code other than 0 is an error whatever the status.
fn envelope(exchange: Exchange) -> Result<Reply, FeishuError> {
    let Exchange {
        status,
        log_id,
        reset,
        body,
        ..
    } = exchange;
    let http = status.as_u16();
    let limited = |code, log_id| FeishuError::RateLimited {
        retry_after: reset,
        log_id,
        code,
    };
    let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(&body) else {
        return Err(match http {
            429 => limited(429, log_id),
            _ => FeishuError::Decode { log_id, http },
        });
    };
    if envelope.code == 0 && status.is_success() {
        let data = envelope.data.map_or_else(empty, ToOwned::to_owned);
        return Ok(Reply { data, log_id });
    }
    let trouble = envelope.error.unwrap_or_default();
    let log_id = log_id.or(trouble.log_id);
    if http == 429 || envelope.code == 99_991_400 {
        return Err(limited(envelope.code, log_id));
    }
    Err(FeishuError::Api {
        code: envelope.code,
        class: class::class_of(envelope.code, http, &envelope.msg),
        msg: envelope.msg,
        http,
        log_id,
        scopes: trouble
            .permission_violations
            .into_iter()
            .map(|one| one.subject)
            .collect(),
        fields: trouble
            .field_violations
            .into_iter()
            .map(|one| FieldViolation {
                field: one.field,
                description: one.description,
            })
            .collect(),
    })
}

#[expect(clippy::expect_used, reason = "a literal")]
fn empty() -> Box<RawValue> {
    RawValue::from_string("{}".to_owned()).expect("a literal object")
}
