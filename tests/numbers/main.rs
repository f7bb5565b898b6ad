//! Measures the pages of the console over a large ledger: time and size of each page, exports, and
//! the check of the chain.
//!
//! `cargo build --release -p server && cargo run --release -p tests --example numbers`
//!
//! It starts `dev --unlimited` on free ports and with a folder of its own, fills the demo tenant's
//! ledger through the store's own writer, signs the demo's owner in and looks at every page whose
//! path names nothing but the tenant. Arguments: `--rows N` (1,000,000), `--looks N` (15 a page);
//! all others go to `dev` (`--database-url`, `--database-owner-url`, `--redis-url`, on an empty
//! database).

#![expect(unreachable_pub, reason = "one program in a few files")]

mod console;
mod dev;
mod seed;

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use edge::routes::{ALL, Audience};

use console::{Console, Looked};
use dev::Dev;

/// Questions to the ledger that an auditor asks.
const QUESTIONS: &[&str] = &[
    "/audit?action=whoami",
    "/audit?action=doc_%2A&outcome=denied",
    "/audit?who=Person+17",
    "/audit?outcome=failed&within=month",
    "/audit?client=Cursor&kind=calls",
    "/audit?target=docx%3Adoxcn00000000000000000007",
    "/audit?action=nothing_of_this_name",
    "/usage?rows=person&cols=tool",
    "/usage?rows=tool&cols=client",
    "/usage?rows=department&cols=tool",
];

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("standard output")
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (mut rows, mut looks, mut extra) = (1_000_000_usize, 15_usize, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rows" => rows = arguments.next().context("a number")?.parse()?,
            "--looks" => looks = arguments.next().context("a number")?.parse()?,
            _ => extra.push(argument),
        }
    }
    let dev = Dev::start(extra).await?;
    let begin = Instant::now();
    seed::fill(&dev, rows).await?;
    let took = begin.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "a rate")]
    let rate = rows as f64 / took;
    say(&format!(
        "{rows} entries written in {took:.1} s, {rate:.0} a second\n"
    ))?;

    let console = Console::sign_in(&dev).await?;
    say("| page | median ms | slowest ms | bytes as they travel |\n|---|---:|---:|---:|")?;
    let plain = ALL.iter().filter(|route| {
        let of_tenant = route.path.strip_prefix("/console/t/{slug}");
        route.audience == Audience::Console
            && route.methods.contains(&"GET")
            && of_tenant.is_some_and(|rest| !rest.contains('{'))
    });
    let plain = plain.map(|route| route.path.replace("/console/t/{slug}", ""));
    let asked = QUESTIONS.iter().map(|path| (*path).to_owned());
    let older = console.older().await?;
    for path in plain.chain(asked).chain(older) {
        if let Some(found) = console.look(&path, looks).await? {
            line(&path, &found)?;
        }
    }
    say("")?;
    for format in ["csv", "jsonl"] {
        let path = format!("/audit/export?kind=every&format={format}");
        let begin = Instant::now();
        let (lines, bytes) = console.take(&path).await?;
        let took = begin.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "a rate")]
        let rate = lines as f64 / took;
        say(&format!(
            "export {format}: {lines} rows, {bytes} bytes in {took:.1} s, {rate:.0} rows a second"
        ))?;
    }
    let took = console.check().await?;
    say(&format!(
        "the chain of {rows} entries, checked from the page: {:.1} s",
        took.as_secs_f64()
    ))?;
    Ok(())
}

fn line(path: &str, found: &Looked) -> anyhow::Result<()> {
    let shown = if path.is_empty() { "(overview)" } else { path };
    say(&format!(
        "| `{shown}` | {:.1} | {:.1} | {} |",
        milliseconds(found.median),
        milliseconds(found.slowest),
        found.bytes
    ))
}
