//! What the measurement prints: Markdown for `tests/RESULTS.md`.
#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a report")]

use std::time::Duration;

use serde_json::Value;

use crate::{
    client::Load,
    process::{Dev, Serve, Upstream, resident},
};

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Row {
    name: &'static str,
    clients: usize,
    per_second: f64,
    p50: Duration,
    p99: Duration,
    cpu: Duration,
}

impl Row {
    /// From one run and the CPU time that the server used in it.
    pub fn new(name: &'static str, clients: usize, load: &Load, cpu: Duration) -> Self {
        let operations = load.operations.max(1);
        Self {
            name,
            clients,
            per_second: operations as f64 / load.elapsed.as_secs_f64(),
            p50: load.percentile(0.5),
            p99: load.percentile(0.99),
            cpu: cpu / u32::try_from(operations).unwrap_or(u32::MAX),
        }
    }
}

/// The round with the middle rate.
pub fn median(mut rounds: Vec<Row>) -> Row {
    rounds.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
    rounds.swap_remove(rounds.len() / 2)
}

/// Prints a line.
pub fn line(text: &str) {
    println!("{text}");
}

/// What was started.
pub fn start(dev: &Dev, extra: &[String]) {
    let memory = resident(dev.pid).map_or(0.0, |bytes| bytes as f64 / 1e6);
    println!("arguments: {extra:?}");
    println!(
        "`dev` from process start to printed addresses (fresh folder): {:.0} ms",
        dev.started_in.as_secs_f64() * 1e3
    );
    println!("`dev` resident after start, platform and sandbox: {memory:.1} MB");
}

/// The two processes, before any load.
pub fn apart(serve: &Serve, feishu: &Upstream) {
    println!(
        "`serve` from process start to the first answered call (warm database): {:.0} ms",
        serve.first_answer.as_secs_f64() * 1e3
    );
    let megabytes = |pid| resident(pid).map_or(0.0, |bytes| bytes as f64 / 1e6);
    println!(
        "resident after start: platform {:.1} MB, sandbox {:.1} MB",
        megabytes(serve.pid),
        megabytes(feishu.pid)
    );
}

/// The platform, after the load.
pub fn after_load(serve: &Serve) {
    let memory = resident(serve.pid).map_or(0.0, |bytes| bytes as f64 / 1e6);
    println!(
        "\nresident after the load: platform {memory:.1} MB; SQLite files {:.1} MB",
        serve.database_bytes() as f64 / 1e6
    );
}

/// Size of the tool list.
pub fn tool_list(body: &str) -> anyhow::Result<()> {
    let answer: Value = serde_json::from_str(body)?;
    let tools = answer["result"]["tools"].as_array().map_or(0, Vec::len);
    let bytes = answer["result"]["tools"].to_string().len();
    println!(
        "tools/list: {tools} tools, {bytes} bytes, about {} tokens at 3.6 bytes each",
        bytes * 10 / 36
    );
    Ok(())
}

/// What one call does upstream.
pub fn upstream(paths: &[String]) {
    println!(
        "one doc_read asks Feishu {} time(s): {}",
        paths.len(),
        paths.join(" ")
    );
}

/// The table.
pub fn table(rows: &[Row]) {
    println!("\n| what | clients | per second | p50 ms | p99 ms | CPU µs each |");
    println!("|---|---:|---:|---:|---:|---:|");
    for row in rows {
        println!(
            "| {} | {} | {:.0} | {:.2} | {:.2} | {:.0} |",
            row.name,
            row.clients,
            row.per_second,
            row.p50.as_secs_f64() * 1e3,
            row.p99.as_secs_f64() * 1e3,
            row.cpu.as_secs_f64() * 1e6
        );
    }
}

/// Memory of idle streams.
pub fn streams(count: usize, before: u64, after: u64) {
    let each = after.saturating_sub(before) as f64 / count.max(1) as f64 / 1024.0;
    println!(
        "idle SSE streams: {count} open, resident {:.1} MB before, {:.1} MB after, {each:.1} KiB each",
        before as f64 / 1e6,
        after as f64 / 1e6
    );
}
