//! The document by `doc_create`, and the pictures by the links of its answer.

use std::time::Instant;

use anyhow::{Context as _, ensure};
use reqwest::Client;
use serde_json::{Value, json};

use crate::{Written, dev::Dev, feishu::PNG, text::Paper, tokens};

/// Writes it. What counts as passed through the model: the call, its answer, the commands that
/// send the pictures, and what these print.
pub async fn write(dev: &Dev, paper: &Paper) -> anyhow::Result<Written> {
    let http = Client::builder().build()?;
    let arguments = json!({
        "title": paper.title,
        "markdown": paper.markdown(|name| format!("upload:{name}")),
    });
    let begin = Instant::now();
    let mut counted = tokens("doc_create") + tokens(&arguments.to_string());
    let told = call(&http, dev, &arguments).await?;
    counted += tokens(&told);
    let document = told
        .lines()
        .find_map(|line| line.strip_prefix("ref: docx:"))
        .with_context(|| told.clone())?;
    for line in told.lines().filter(|line| line.starts_with("curl -T")) {
        let address = line.split('\'').nth(3).context("an address")?;
        counted += tokens(&format!("curl -T 'chart.png' '{address}'"));
        let sent = http.put(address).body(PNG).send().await?;
        let status = sent.status();
        let printed = sent.text().await?;
        ensure!(status.is_success(), "{status}: {printed}");
        counted += tokens(&printed);
    }
    Ok(Written {
        document: document.to_owned(),
        tokens: counted,
        took: begin.elapsed(),
        share: 1.0,
    })
}

async fn call(http: &Client, dev: &Dev, arguments: &Value) -> anyhow::Result<String> {
    let params = json!({
        "name": "doc_create",
        "arguments": arguments,
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        },
    });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let answer = http
        .post(dev.text("mcp_url")?)
        .bearer_auth(dev.text("token")?)
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", "doc_create")
        .json(&body)
        .send()
        .await?;
    let answer: Value = answer.json().await?;
    let result = &answer["result"];
    let told = result["content"][0]["text"].as_str();
    let told = told.with_context(|| answer.to_string())?.to_owned();
    ensure!(
        result["isError"] != true && !told.contains("[partial]"),
        "{told}"
    );
    Ok(told)
}
