//! A stand-in for Feishu that costs next to nothing: it repeats answers that the sandbox gave.
//!
//! The sandbox checks every request against Feishu's documentation and costs more than the
//! platform itself; in front of it neither the rate nor the latency of the platform shows.

use std::{collections::HashMap, sync::Arc, time::Duration};

use anyhow::Context as _;
use serde_json::{Map, Value};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// The argument with which this program runs the stand-in instead of measuring.
pub const AS_STAND_IN: &str = "--as-stand-in";

type Answers = Arc<HashMap<Vec<u8>, Vec<u8>>>;

/// Answers the paths of a file (an object of path and body), `delay` after each question.
pub async fn run(file: &str, delay: Duration) -> anyhow::Result<()> {
    let bodies: Map<String, Value> = serde_json::from_slice(&std::fs::read(file)?)?;
    let mut answers = HashMap::new();
    for (path, body) in bodies {
        let body = body.as_str().context("a body")?;
        answers.insert(path.into_bytes(), answer(body));
    }
    let answers: Answers = Arc::new(answers);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    crate::report::line(&format!("http://{}", listener.local_addr()?));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(serve(stream, Arc::clone(&answers), delay));
    }
}

fn answer(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n\
         X-Tt-Logid: 20260101000000ABCDEF0123456789ABCD\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

async fn serve(mut stream: TcpStream, answers: Answers, delay: Duration) -> anyhow::Result<()> {
    // Whatever else is asked (once per process: names of people) finds nothing.
    let empty = answer(r#"{"code":0,"msg":"","data":{"items":[]}}"#);
    let mut buffer = Vec::with_capacity(4096);
    loop {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let path = buffer.split(|byte| *byte == b' ').nth(1);
        let answer = path.and_then(|path| answers.get(path));
        let answer = answer.unwrap_or(&empty);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        stream.write_all(answer).await?;
        buffer.drain(..end);
    }
}
