//! A lean HTTP/1.1 client: one keep-alive connection per worker, requests built beforehand, so
//! that what is measured is the server.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// One request to one address.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where to.
    pub address: SocketAddr,
    /// Bytes of the request.
    pub request: Vec<u8>,
}

/// What a run measured. One operation sends all targets at once and waits for every answer.
#[derive(Debug)]
pub struct Load {
    /// Operations done.
    pub operations: usize,
    /// How long the run took.
    pub elapsed: Duration,
    /// Time of each operation, sorted.
    pub latencies: Vec<Duration>,
}

impl Load {
    /// Keeps `clients` workers busy for `duration`.
    pub async fn run(
        targets: &[Target],
        clients: usize,
        duration: Duration,
    ) -> anyhow::Result<Self> {
        let start = Instant::now();
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..clients {
            let targets = targets.to_vec();
            workers.spawn(worker(targets, start + duration));
        }
        let mut latencies = Vec::new();
        while let Some(done) = workers.join_next().await {
            latencies.extend(done??);
        }
        let elapsed = start.elapsed();
        latencies.sort_unstable();
        Ok(Self {
            operations: latencies.len(),
            elapsed,
            latencies,
        })
    }

    /// The latency that `share` of all operations stay below.
    pub fn percentile(&self, share: f64) -> Duration {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index of a report"
        )]
        let index = ((self.latencies.len() as f64 - 1.0) * share) as usize;
        self.latencies.get(index).copied().unwrap_or_default()
    }
}

async fn worker(targets: Vec<Target>, until: Instant) -> anyhow::Result<Vec<Duration>> {
    let mut connections = Vec::new();
    for target in &targets {
        connections.push((connect(target.address).await?, target.request.clone()));
    }
    let mut latencies = Vec::with_capacity(1 << 16);
    let mut buffer = Vec::with_capacity(1 << 16);
    while Instant::now() < until {
        let begin = Instant::now();
        for (stream, request) in &mut connections {
            stream.write_all(request).await?;
        }
        for (stream, _) in &mut connections {
            let status = answer(stream, &mut buffer).await?;
            ensure!(
                status == 200,
                "status {status}: {}",
                String::from_utf8_lossy(&buffer)
            );
        }
        latencies.push(begin.elapsed());
    }
    Ok(latencies)
}

/// Sends one request and gives the body as text.
pub async fn once(address: SocketAddr, request: &[u8]) -> anyhow::Result<String> {
    let mut stream = connect(address).await?;
    let mut body = Vec::new();
    stream.write_all(request).await?;
    let status = answer(&mut stream, &mut body).await?;
    let text = String::from_utf8(body)?;
    ensure!(status == 200, "status {status}: {text}");
    Ok(text)
}

/// Opens a stream and waits for the first bytes of its answer.
pub async fn stream(address: SocketAddr, request: &[u8]) -> anyhow::Result<TcpStream> {
    let mut stream = connect(address).await?;
    stream.write_all(request).await?;
    let mut head = [0_u8; 15];
    stream.read_exact(&mut head).await?;
    ensure!(
        head.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&head)
    );
    Ok(stream)
}

async fn connect(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Reads one answer; leaves the body in `body` and gives the status.
async fn answer(stream: &mut TcpStream, body: &mut Vec<u8>) -> anyhow::Result<u16> {
    body.clear();
    let head_end = loop {
        ensure!(
            stream.read_buf(body).await? > 0,
            "the server closed the connection"
        );
        if let Some(at) = body.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break at + 4;
        }
    };
    let head = std::str::from_utf8(&body[..head_end])?.to_ascii_lowercase();
    let status = head.split(' ').nth(1).context("a status")?.parse()?;
    let length: Option<usize> = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map(|value| value.trim().parse())
        .transpose()?;
    if let Some(length) = length {
        while body.len() < head_end + length {
            ensure!(
                stream.read_buf(body).await? > 0,
                "the server closed the connection"
            );
        }
    } else {
        while !body.ends_with(b"0\r\n\r\n") {
            ensure!(
                stream.read_buf(body).await? > 0,
                "the server closed the connection"
            );
        }
    }
    body.drain(..head_end);
    Ok(status)
}
