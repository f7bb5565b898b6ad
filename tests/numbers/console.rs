//! A browser in the console that keeps the time.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use futures::StreamExt as _;
use reqwest::{Client, RequestBuilder};

use crate::dev::Dev;

/// How long a check of the chain may take.
const LONGEST: Duration = Duration::from_mins(10);

/// The demo's owner, signed in.
pub struct Console {
    http: Client,
    origin: String,
    cookie: String,
}

/// One page.
pub struct Looked {
    /// From the question to the last byte, on one open connection.
    pub median: Duration,
    /// The slowest look after the first.
    pub slowest: Duration,
    /// Compressed, without header fields.
    pub bytes: usize,
}

impl Console {
    /// Signs in by the printed link.
    pub async fn sign_in(dev: &Dev) -> anyhow::Result<Self> {
        let link = dev.text("console_url")?;
        let origin = url::Url::parse(link)?.origin().ascii_serialization();
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let answer = http
            .post(link)
            .header("origin", &origin)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .send()
            .await?;
        let cookies: Vec<_> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|line| line.to_str().ok()?.split(';').next())
            .collect();
        ensure!(!cookies.is_empty(), "signed in: {}", answer.status());
        let cookie = cookies.join("; ");
        Ok(Self {
            http,
            origin,
            cookie,
        })
    }

    fn get(&self, path: &str) -> RequestBuilder {
        let address = format!("{}/console/t/acme{path}", self.origin);
        self.http.get(address).header("cookie", &self.cookie)
    }

    /// Looks at a page so many times; nothing where it is no page.
    pub async fn look(&self, path: &str, times: usize) -> anyhow::Result<Option<Looked>> {
        let mut took = Vec::with_capacity(times);
        let mut bytes = 0;
        for time in 0..=times {
            let begin = Instant::now();
            let asked = self.get(path).header("accept-encoding", "br, gzip");
            let answer = asked.send().await?;
            let kind = answer.headers().get("content-type");
            let page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
            if !page || !answer.status().is_success() {
                return Ok(None);
            }
            bytes = answer.bytes().await?.len();
            if time > 0 {
                took.push(begin.elapsed());
            }
        }
        took.sort_unstable();
        let median = took.get(took.len() / 2).copied().context("a look")?;
        let slowest = took.last().copied().context("a look")?;
        Ok(Some(Looked {
            median,
            slowest,
            bytes,
        }))
    }

    /// The path of the second page of the ledger.
    pub async fn older(&self) -> anyhow::Result<Option<String>> {
        let page = self.get("/audit").send().await?.text().await?;
        let path = page.split("rel=\"next\" href=\"/console/t/acme").nth(1);
        let path = path.and_then(|rest| rest.split('"').next());
        Ok(path.map(|path| path.replace("&#38;", "&").replace("&amp;", "&")))
    }

    /// Takes a file; gives its lines and bytes.
    pub async fn take(&self, path: &str) -> anyhow::Result<(usize, usize)> {
        let answer = self.get(path).send().await?.error_for_status()?;
        let mut parts = answer.bytes_stream();
        let (mut lines, mut bytes) = (0, 0);
        while let Some(part) = parts.next().await {
            let part = part?;
            lines += part.split(|byte| *byte == b'\n').count() - 1;
            bytes += part.len();
        }
        Ok((lines, bytes))
    }

    /// Has the chain checked, until the page says that it holds.
    pub async fn check(&self) -> anyhow::Result<Duration> {
        let page = self.get("/audit/proof").send().await?.text().await?;
        let token = page.split("name=\"csrf\" value=\"").nth(1);
        let token = token.and_then(|rest| rest.split('"').next());
        let begin = Instant::now();
        self.http
            .post(format!("{}/console/t/acme/audit/check", self.origin))
            .header("cookie", &self.cookie)
            .header("origin", &self.origin)
            .header("sec-fetch-site", "same-origin")
            .form(&[("csrf", token.context("a form")?)])
            .send()
            .await?;
        while begin.elapsed() < LONGEST {
            let page = self.get("/audit/proof").send().await?.text().await?;
            if page.contains("note good") {
                return Ok(begin.elapsed());
            }
            ensure!(!page.contains("note bad"), "the chain is broken");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        anyhow::bail!("the check does not end")
    }
}
