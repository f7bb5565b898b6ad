//! Writes one large document in three ways and reads each back: with `doc_create` and upload links,
//! with Feishu's own MCP server, and by one call per block.
//!
//! `cargo build --release -p server && cargo run --release -p tests --example documents`
//!
//! The document: 1,500 blocks, among them 20 tables, 5 pictures and 5 diagrams. The pictures are files
//! on the user's computer, as those of most reports are. It starts `dev --unlimited` on free ports
//! and with a folder of its own; the sandbox's rates are switched by its admin API. With the rates
//! on, the calls per block take minutes: `--whole` waits for them, otherwise they stop after
//! 60 pieces and the time of the rest is reckoned. `--only WAY` (`ours`, `lark`, `plain`) leaves
//! the others out. Feishu's server is taken from where `tests/interop/install` puts it.

#![expect(unreachable_pub, reason = "one program in a few files")]

mod dev;
mod feishu;
mod lark;
mod ours;
mod plain;
mod text;

use std::{io::Write as _, time::Duration};

use anyhow::Context as _;

use self::{
    dev::Dev,
    feishu::{Calls, Feishu, Kept},
    text::Paper,
};

/// What a way did.
pub struct Written {
    /// The document.
    pub document: String,
    /// Tokens that a model writes and reads for it.
    pub tokens: usize,
    /// From the first call to the last answer.
    pub took: Duration,
    /// Of the whole, when it was stopped on the way.
    pub share: f64,
}

/// The tokens of a text: one for 3.6 ASCII characters, one for each other character.
pub fn tokens(text: &str) -> usize {
    let ascii = text.chars().filter(char::is_ascii).count();
    text.chars().count() - ascii + ascii * 10 / 36
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("standard output")
}

/// One line of the table.
struct Row {
    way: &'static str,
    rates: bool,
    calls: Calls,
    written: Written,
    kept: Option<Kept>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (mut whole, mut only, mut extra) = (false, None, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--whole" => whole = true,
            "--only" => only = Some(arguments.next().context("a way")?),
            _ => extra.push(argument),
        }
    }
    let paper = Paper::of_1500_blocks();
    let dev = Dev::start(&extra).await?;
    let feishu = Feishu::sign_in(&dev).await?;
    say(&paper.description())?;
    let mut rows = Vec::new();
    for way in ["ours", "lark", "plain"] {
        for rates in [false, true] {
            if only.as_deref().is_some_and(|only| only != way) {
                continue;
            }
            feishu.set_rates(rates).await?;
            feishu.forget().await?;
            let written = match way {
                "ours" => ours::write(&dev, &paper).await?,
                "lark" => lark::write(&feishu, &paper).await?,
                _ => plain::write(&feishu, &paper, rates && !whole).await?,
            };
            let calls = feishu.calls().await?;
            feishu.set_rates(false).await?;
            let kept = if written.share >= 1.0 {
                Some(feishu.kept(&written.document, &paper).await?)
            } else {
                None
            };
            let row = Row {
                way,
                rates,
                calls,
                written,
                kept,
            };
            say(&format!("{}\n  {}", row.line(), row.calls.by_endpoint))?;
            rows.push(row);
        }
    }
    say(&format!(
        "\nAt least {} calls make this document: {}.\n",
        paper.fewest(),
        paper.why_fewest()
    ))?;
    say("| way | Feishu's rates | seconds | calls to Feishu (refused) | tokens | lost |")?;
    say("|---|---|---:|---:|---:|---|")?;
    rows.iter().try_for_each(|row| say(&row.line()))
}

impl Row {
    fn line(&self) -> String {
        let way = match self.way {
            "ours" => "`doc_create` and upload links",
            "lark" => "`lark-mcp`, `docx.builtin.import`",
            _ => "one call per block",
        };
        let rates = if self.rates { "on" } else { "off" };
        let share = self.written.share;
        let about = if share < 1.0 { "≈ " } else { "" };
        let whole = |count: usize| count_of(ratio(count) / share);
        let lost = match &self.kept {
            Some(kept) => kept.to_string(),
            None => format!("(reckoned from its first {:.0} %)", share * 100.0),
        };
        format!(
            "| {way} | {rates} | {about}{:.1} | {about}{} ({about}{}) | {about}{} | {lost} |",
            self.written.took.as_secs_f64() / share,
            whole(self.calls.sent),
            whole(self.calls.refused),
            whole(self.written.tokens),
        )
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "a report"
)]
fn ratio(count: usize) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::as_conversions,
    reason = "a report"
)]
fn count_of(number: f64) -> usize {
    number.round() as usize
}
